"""The service on HTTP: method, media type and size first, then envelope, caller, rate, schema, operation."""

import logging
from collections.abc import Mapping
from email.message import Message as MimeHeader
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reference_impl.actor import acting, identify
from reference_impl.certificates.names import EXCHANGE
from reference_impl.certificates.parsing import MAX_BYTES, first_error
from reference_impl.config import PartnerConfig
from reference_impl.soap.envelope import EnvelopeReader, Message, Request
from reference_impl.soap.faults import MEDIA_TYPES, SOAP11, SOAP12, FaultWriter, SoapFault, invalid
from reference_impl.soap.limits import RateLimiter
from reference_impl.soap.operations import Answer, Operation, Operations, Reply
from reference_impl.soap.security import Authenticator
from reference_impl.soap.wsdl import message_schema, schema_octets, wsdl_octets

if TYPE_CHECKING:
    from reference_impl.node import Node

PATH = "/exchange"
CONTRACT = "exchange-1"
PEER = "ecert.client_certificate"
UNKNOWN = "unidentified"
DRAINED_BYTES = 2 * MAX_BYTES
CHARSETS = ("", "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii")
log = logging.getLogger("reference_impl.soap")


class TooLarge(Exception):
    """The body is larger than the service takes."""


class SoapService:
    """An ASGI application with operations of one contract. Its parts and methods may be replaced.

    `path` is where it is asked, `contract` the name of its WSDL and schema, `namespace` that of its messages.
    """

    path = PATH
    contract = CONTRACT
    namespace = EXCHANGE

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.reader = EnvelopeReader()
        self.faults = FaultWriter()
        self.authenticator = Authenticator(node)
        self.limiter = RateLimiter()
        self.schema = message_schema(self.contract)

    def named(self, name: str) -> Operation | None:
        """The operation of a body element, None when there is no such."""
        raise LookupError(f"{type(self).__name__} has no operations, not even {name}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        http = HttpRequest(scope, receive)
        try:
            response = await self.respond(http)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def respond(self, http: HttpRequest) -> Response:
        """The HTTP answer, whatever came."""
        if http.scope["path"] != self.path:
            return Response(status_code=404)
        if http.method in ("GET", "HEAD"):
            return self.description(http)
        if http.method != "POST":
            return self.wrong_method()
        header = http.headers.get("content-type", "")
        version, charset, parameter = content_type(header)
        if version is None or charset not in CHARSETS:
            return self.wrong_media_type()
        try:
            body = await self.body(http)
        except TooLarge:
            return Response(status_code=413, headers={"Connection": "close"})
        request = Request(
            body=body,
            media_type=header,
            action=(http.headers.get("soapaction") or parameter).strip().strip('"'),
            certificate=http.scope.get(PEER, b""),
            client=http.client.host if http.client else "",
        )
        return await self.answer(request, version)

    def description(self, http: HttpRequest) -> Response:
        """WSDL and schema; any other GET is a wrong method."""
        query = http.url.query
        if query.lower() == "wsdl":
            content = wsdl_octets(self.contract, self.address())
        elif query in (f"xsd={CONTRACT}.xsd", f"xsd={self.contract}.xsd"):
            content = schema_octets(query.removeprefix("xsd="))
        else:
            return self.wrong_method()
        return Response(b"" if http.method == "HEAD" else content, media_type="text/xml; charset=utf-8")

    def address(self) -> str:
        """The address under which the service is registered."""
        host, port = self.node.addresses["pull"]
        return f"https://{host}:{port}{self.path}"

    def wrong_method(self) -> Response:
        """405 with the methods there are."""
        return Response(status_code=405, headers={"Allow": "POST, GET"})

    def wrong_media_type(self) -> Response:
        """415 for what is not SOAP."""
        return Response("SOAP 1.1 (text/xml) or SOAP 1.2 (application/soap+xml), UTF-8 or UTF-16\n", 415)

    async def body(self, http: HttpRequest) -> bytes:
        """The body. Raises `TooLarge`, after reading on for a while: a caller who still sends would miss the answer."""
        chunks = bytearray()
        length = 0
        more = True
        while more and length <= DRAINED_BYTES:
            message = await http.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            length += len(chunk)
            if length <= MAX_BYTES:
                if not more and not chunks:
                    return bytes(chunk)  # as most requests come: in one piece
                chunks += chunk
        if length > MAX_BYTES:
            raise TooLarge
        return bytes(chunks)

    async def answer(self, request: Request, version: str) -> Response:
        """The SOAP answer or fault. It leaves when what was done is in the audit trail, and not before."""
        try:
            with acting(UNKNOWN, f"pull from {request.client}") as caller:
                reply = self.process(request, version)
                await self.node.audit.settle(caller)
            return self.success(reply, version)
        except SoapFault as fault:
            return self.failure(fault, version)
        except Exception as error:  # whatever it was, the caller gets a fault and the log the rest
            log.exception("an operation failed")
            return self.failure(self.internal(error), version)

    def internal(self, error: Exception) -> SoapFault:  # noqa: ARG002 - a seam; nothing of it leaves the house
        """The fault for a fault of our own."""
        return SoapFault("", "the service could not do this; its operator can find the reason", code="Server")

    def process(self, request: Request, version: str) -> Reply:
        """The answer element. Raises `SoapFault`."""
        message = self.reader.read(request, version)
        caller = self.caller(request, message)
        identify(caller.country)
        self.check_rate(caller)
        name = self.operation_name(request, message)
        self.check_action(request, name)
        operation = self.named(name)
        if operation is None:
            raise invalid("there is no such operation")
        self.check_schema(message.operation)
        return operation(caller, message.operation)

    def caller(self, request: Request, message: Message) -> PartnerConfig:
        """The partner who calls."""
        return self.authenticator.identify(request, message)

    def check_rate(self, caller: PartnerConfig) -> None:
        """The agreed rate."""
        wait = self.limiter.wait(caller.country, caller.requests_per_minute)
        if wait:
            raise SoapFault("TooManyRequests", "the agreed request rate is exceeded", retry_after=wait)

    def operation_name(self, request: Request, message: Message) -> str:  # noqa: ARG002 - a seam
        """The operation is what the body says, never the action alone."""
        name = etree.QName(message.operation)
        return name.localname if name.namespace == self.namespace else ""

    def check_action(self, request: Request, name: str) -> None:
        """An action that names another operation than the body is refused."""
        if request.action and request.action != f"{self.namespace}/{name}":
            raise invalid("the SOAP action and the body name different operations")

    def check_schema(self, element: etree._Element) -> None:
        """The request is valid against the message schema."""
        if not self.schema.validate(element):
            raise invalid(first_error(self.schema)[1].replace(f"{{{self.namespace}}}", ""))

    def success(self, reply: Reply, version: str) -> Response:
        """HTTP 200 with the answer."""
        return self.write(reply, version, 200)

    def failure(self, fault: SoapFault, version: str) -> Response:
        """The fault and its HTTP status."""
        response = self.write(self.faults.element(fault, version), version, self.faults.status(fault, version))
        if fault.retry_after:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    def write(self, reply: Reply, version: str, status: int) -> Response:
        """An envelope around the element."""
        element = reply.element if isinstance(reply, Answer) else reply
        root = etree.Element(f"{{{version}}}Envelope", nsmap={"soap": version})
        etree.SubElement(root, f"{{{version}}}Body").append(element)
        octets = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        if isinstance(reply, Answer):
            octets = filled(octets, reply.texts)
        return Response(octets, status, media_type=self.content_type(version))

    def content_type(self, version: str) -> str:
        """Media type and charset of the answer."""
        return f"{MEDIA_TYPES[version]}; charset=utf-8"


class ExchangeService(SoapService):
    """The pull access."""

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self.operations = Operations(node)

    def named(self, name: str) -> Operation | None:
        """The operation of a body element, None when there is no such."""
        return self.operations.named(name)


@lru_cache(maxsize=64)
def content_type(value: str) -> tuple[str | None, str, str]:
    """SOAP version by media type (None: neither), charset in lower case and action; empty when not given."""
    header = MimeHeader()
    header["Content-Type"] = value
    version = next((v for v, name in MEDIA_TYPES.items() if name == header.get_content_type()), None)
    charset, action = (header.get_param(name, "") for name in ("charset", "action"))
    return version, charset.lower() if isinstance(charset, str) else "", action if isinstance(action, str) else ""


def filled(octets: bytes, texts: Mapping[str, bytes]) -> bytes:
    """The octets of an answer with its empty elements filled; in them markup can stand for elements only."""
    for name, text in texts.items():
        tag = name.encode()
        head, _, rest = octets.partition(b"<%s></%s>" % (tag, tag))
        octets = b"".join((head, b"<", tag, b">", text, b"</", tag, b">", rest))
    return octets


__all__ = ["PATH", "SOAP11", "SOAP12", "ExchangeService", "SoapService"]
