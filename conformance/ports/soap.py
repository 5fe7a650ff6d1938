"""The pull port: the judge as a client of the partner's SOAP service (profile part 3)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from lxml import etree

from conformance.model.exchange import Exchange
from conformance.model.outcome import Nonconformity
from conformance.ports import pull_values as values
from conformance.ports import soap_raw
from conformance.ports.soap_caller import SoapCaller

MAX_PAGES = 200


class PullPort(SoapCaller):
    """Calls of the exchange contract as one identity. `as_` gives the same port as another."""

    # --- typed calls ---

    def echo(self, text: str = "interconnection") -> values.Echoed:
        """Call Echo."""
        return values.read_echo(self._call("Echo", soap_raw.echo(text))[0])

    def list(
        self,
        changed_from: datetime | None = None,
        changed_before: datetime | None = None,
        *,
        type_codes: Sequence[str] = (),
        status_codes: Sequence[str] = (),
        page_size: int | None = None,
        cursor: str = "",
    ) -> values.Page:
        """Call ListCertificates for [changed_from, changed_before); without bounds, everything until tomorrow."""
        begin = changed_from or datetime(2020, 1, 1, tzinfo=UTC)
        end = changed_before or self._tape.now() + timedelta(days=1)
        fields = [("ChangedFrom", soap_raw.instant(begin)), ("ChangedBefore", soap_raw.instant(end))]
        fields += [("TypeCode", code) for code in type_codes]
        fields += [("StatusCode", code) for code in status_codes]
        fields += [("PageSize", str(page_size))] if page_size else []
        fields += [("Cursor", cursor)] if cursor else []
        return values.read_page(self._call("ListCertificates", soap_raw.element("ListCertificates", fields))[0])

    def list_all(
        self,
        changed_from: datetime | None = None,
        changed_before: datetime | None = None,
        *,
        type_codes: Sequence[str] = (),
        status_codes: Sequence[str] = (),
        page_size: int | None = None,
    ) -> tuple[values.Item, ...]:
        """Follow the cursors to the end; at most 200 pages."""
        end = changed_before or self._tape.now() + timedelta(days=1)
        call = partial(
            self.list, changed_from, end, type_codes=type_codes, status_codes=status_codes, page_size=page_size
        )
        found: list[values.Item] = []
        cursor = ""
        for _ in range(MAX_PAGES):
            page = call(cursor=cursor)
            found += page.items
            cursor = page.next_cursor
            if not cursor:
                return tuple(found)
        raise Nonconformity(self.finding("The list does not come to an end.", "a last page", f"{MAX_PAGES} pages"))

    def get(self, number: str) -> values.Fetched:
        """Call GetCertificate."""
        body, exchange = self._call("GetCertificate", soap_raw.get(number))
        response = exchange.answer.response
        return values.read_fetched(body, response.digest if response else "")

    def status(self, number: str) -> values.Status:
        """Call GetStatus."""
        return values.read_status(self._call("GetStatus", soap_raw.element("GetStatus", [("Number", number)]))[0])

    def acknowledge(self, number: str, receipt: str = "Received", text: str = "") -> values.Acknowledged:
        """Call AcknowledgeReceipt."""
        request = soap_raw.acknowledge(number, receipt, text)
        return values.read_acknowledged(self._call("AcknowledgeReceipt", request)[0])

    def submit_acknowledgement(self, document: bytes) -> values.Submitted:
        """Call SubmitAcknowledgement with the octets of an SPSAcknowledgement."""
        return values.read_submitted(self._call("SubmitAcknowledgement", soap_raw.submit(document))[0])

    def echo_with(self, header: str) -> values.Echoed:
        """Call Echo with exactly this SOAP header."""
        return values.read_echo(self.outcome(self.send_echo_with(header), "Echo"))

    def _call(self, operation: str, content: str) -> tuple[etree._Element, Exchange]:
        exchange = self.send(operation, content)
        return self.outcome(exchange, operation), exchange
