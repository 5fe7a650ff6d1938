"""The inquiry port: the judge asks the partner about certificates, by SOAP (profile 9.2)."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from lxml import etree

from conformance.checks.soap_notes import INQUIRY_CONTRACT
from conformance.model.outcome import Inconclusive
from conformance.ports import inquiry_values as values
from conformance.ports import soap_raw
from conformance.ports.inquiry_values import Question, Receipt, Thread
from conformance.ports.soap_caller import SoapCaller
from conformance.ports.tape import Tape


class InquiryPort(SoapCaller):
    """Calls of the inquiry contract as one identity. `as_` gives the same port as another."""

    contract = INQUIRY_CONTRACT
    port = "inquiry"
    who = "The partner's inquiry service"

    @property
    def url(self) -> str:
        """The address of the service; `Inconclusive` when none is known."""
        if not self._partner.inquiry.url:
            raise Inconclusive("partner.toml has neither [ixit.inquiry] url nor [ixit.pull] url.")
        return self._partner.inquiry.url

    def open(self, question: Question, *, broken: bool = False) -> Receipt:
        """Call OpenInquiry. `broken` says that the inquiry is wrong on purpose."""
        if not broken:
            question.check()
        return values.read_receipt(self._call("OpenInquiry", question.xml()))

    def open_together(self, question: Question, count: int) -> tuple[Receipt, ...]:
        """Send the same OpenInquiry over several connections at the same moment; the receipts that came."""
        question.check()
        bodies = [soap_raw.envelope(question.xml(), version=self.version, header=self.security()) for _ in range(count)]
        headers = soap_raw.headers("OpenInquiry", version=self.version, space=self.contract.namespace)
        with ThreadPoolExecutor(count) as pool:
            sent = list(pool.map(lambda body: self.raw(body, headers, action="OpenInquiry"), bodies))
        return tuple(values.read_receipt(self.outcome(one, "OpenInquiry")) for one in sent)

    def add(self, inquiry: str, text: str, state: str = "", client_id: str = "") -> Receipt:
        """Call AddToInquiry; `state` is closed, reopened or "", `client_id` a fresh one when not given."""
        content = values.checked(values.addition(inquiry, client_id or new_client_id(self._tape), text, state))
        return values.read_receipt(self._call("AddToInquiry", content))

    def get(self, inquiry: str) -> Thread:
        """Call GetInquiry."""
        return values.read_thread(self._call("GetInquiry", values.checked(values.wanted(inquiry))))

    def _call(self, operation: str, content: str) -> etree._Element:
        return self.outcome(self.send(operation, content), operation)


def new_client_id(tape: Tape) -> str:
    """A client id no other run uses."""
    return f"judge-{sha256(tape.run_id.encode() + tape.random.randbytes(12)).hexdigest()[:16]}"
