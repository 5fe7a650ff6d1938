"""What the cases about hostile requests read from answers, and what they send."""

import pytest

from conformance.cases.helpers.injection import injections
from conformance.checks.http import answers_as, file_name
from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="letter.pdf"', "letter.pdf"),
        ("attachment; filename=letter.pdf; size=3", "letter.pdf"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fx.pdf", "../../etc/x.pdf"),
        (r'attachment; FILENAME="..\\..\\x.pdf"', r"..\\..\\x.pdf"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_the_name_a_file_is_given_out_with(disposition: str, name: str) -> None:
    assert file_name(disposition) == name


def answered(body: bytes, status: str = "404") -> Exchange:
    return Exchange("pull", "GET", None, Answer(Message("text/html", body), facts=(("status", status),)))


def test_two_paths_that_are_not_there_are_answered_alike() -> None:
    absent = answered(b"no page /none here")
    assert answers_as(answered(b"no page /admin here"), absent, "/admin", "/none")
    assert not answers_as(answered(b"console"), absent, "/admin", "/none")
    assert not answers_as(answered(b"no page /admin here", "401"), absent, "/admin", "/none")


def test_no_answer_is_only_like_no_answer() -> None:
    none = Exchange("pull", "GET", None, Answer(failure=Failure(FailureKind.CLOSED, "closed")))
    assert answers_as(none, none, "/admin", "/none")
    assert not answers_as(none, answered(b""), "/admin", "/none")


def test_every_injection_is_another_number_and_some_have_no_space() -> None:
    for spaces in (True, False):
        made = [number for _, number in injections("CN-1", spaces=spaces)]
        assert len(set(made)) == len(made)
        assert "CN-1" not in made
    assert not any(" " in number for _, number in injections("CN-1", spaces=False))
