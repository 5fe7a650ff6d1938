"""Pictures of pages stand small in the report and lead to the full size; nothing else of them is in it."""

from collections.abc import Mapping

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.record import CaseInfo, CaseResult, Step
from conformance.model.words import Access, Role, Verdict
from conformance.reporting.pictures import pictures_of

FULL, SMALL = Message("image/png", b"\x89PNG full"), Message("image/jpeg", b"small")
SEEN = Message("application/json", b"{}")


def result(*answers: tuple[str, Answer]) -> CaseResult:
    case = CaseInfo("A11Y-001", "t", "p", ("A11Y-001",), Access.VERIFICATION, Role.EXPORTER, (), (), "x")
    steps = tuple(Step(1.0, Exchange("browser", action, None, answer)) for action, answer in answers)
    return CaseResult(case, Verdict.PASS, "", (), steps, 1.0, 1.0)


def bodies(*messages: Message) -> Mapping[str, bytes]:
    return {one.digest: one.body for one in messages}


def test_a_picture_is_shown_small_and_leads_to_its_full_size() -> None:
    made = result(
        ("look up /verify", Answer(SEEN)),
        ("picture of /verify (issued)", Answer(FULL)),
        ("small picture of /verify (issued)", Answer(SMALL)),
    )
    (one,) = pictures_of(made, bodies(FULL, SMALL).__getitem__)
    assert one.title == "Picture of /verify (issued)"
    assert (one.full, one.small) == (f"messages/{FULL.digest}", "data:image/jpeg;base64,c21hbGw=")


def test_what_could_not_be_taken_or_was_lost_is_left_out() -> None:
    failed = Answer(failure=Failure(FailureKind.TIMEOUT, "late"))
    lost = result(("picture of /", Answer(FULL)), ("small picture of /", Answer(SMALL)), ("picture of /x", failed))
    assert pictures_of(lost, bodies(FULL).__getitem__) == ()
    large = Message("image/jpeg", b"x" * 300_000)
    made = result(("picture of /", Answer(FULL)), ("small picture of /", Answer(large)))
    assert pictures_of(made, bodies(FULL, large).__getitem__) == ()
