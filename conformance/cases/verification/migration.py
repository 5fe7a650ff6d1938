"""After a change of system: the page knows what the old one issued."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.https import PagePort

STATES = {"70": "issued", "44": "replaced", "40": "withdrawn"}


@case(
    "LIFE-017.page", roles=Role.EXPORTER, needs=["data:legacy", "data:codes"],
    defects=["forgets-old-numbers", "old-back-in-force", "withdrawn-shown-issued"],
)  # fmt: skip
def test_the_page_shows_certificates_of_the_old_system(pages: PagePort, judge: Judge, partner: Partner) -> None:
    """The page shows a certificate of the old system under its old number and in its state at the switch.

    The number printed on the paper is all an officer has. He cannot know that the issuer has changed its computer.
    """
    coded = [(old, code) for old in partner.data.legacy if (code := partner.data.code(old.number))]
    judge.precondition(coded, "No verification code of an old certificate is known: give it in [data.codes].")
    for old, code in coded:
        result = pages.look_up(old.number, code)
        state = STATES[old.status_code]
        number = result.value("number") or "no number"
        judge.expect(
            (result.state, number) == (state, old.number),
            expected=f"{state}, {old.number}",
            actual=f"{result.state or f'status {result.status}'}, {number}",
            message="The page does not show the certificate of the old system as it was.",
            where=Where("verification page"),
        )
