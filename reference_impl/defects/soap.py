"""Defects of SOAP, its WSDL and WS-Security."""

import base64
import binascii
import hashlib
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from reference_impl.certificates.names import EXCHANGE
from reference_impl.config import PartnerConfig
from reference_impl.defects.defect import Collection, patch
from reference_impl.soap.envelope import WSSE, Message, Request
from reference_impl.soap.faults import MEDIA_TYPES, SOAP11, SOAP12, SoapFault, invalid
from reference_impl.soap.security import DIGEST, WSU, Refused

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


@defects.add("wrong-charset", "Sends UTF-8 and calls it ISO 8859-1.", "SOAP-002")
def _wrong_charset(node: "Node") -> None:
    patch(node.exchange, content_type=lambda version: f"{MEDIA_TYPES[version]}; charset=iso-8859-1")


@defects.add(
    "reads-dtd", "Reads document type declarations and expands the entities they define.", "SOAP-003", "SEC-002"
)
def _reads_dtd(node: "Node") -> None:
    clean = node.exchange.reader.parse

    def parse(body: bytes) -> etree._Element:
        if b"<!DOCTYPE" not in body:
            return clean(body)
        try:
            return etree.fromstring(body, etree.XMLParser(no_network=True))
        except etree.XMLSyntaxError as error:
            raise SoapFault("InvalidRequest", "not well-formed", status=400) from error

    patch(node.exchange.reader, parse=parse)


@defects.add("chokes-on-bom", "Takes a byte order mark for text before the document.", "SOAP-006")
def _chokes_on_bom(node: "Node") -> None:
    parse = node.exchange.reader.parse

    def changed(body: bytes) -> etree._Element:
        if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            raise invalid("content is not allowed in prolog")
        return parse(body)

    patch(node.exchange.reader, parse=changed)


@defects.add("ignores-trailer", "Looks for Header and Body only and never sees what comes after them.", "SOAP-007")
def _ignores_trailer(node: "Node") -> None:
    def parts(root: etree._Element, version: str) -> tuple[etree._Element | None, etree._Element]:
        body = root.find(f"{{{version}}}Body")
        if body is None:
            raise invalid("there is no Body")
        return root.find(f"{{{version}}}Header"), body

    patch(node.exchange.reader, parts=parts)


@defects.add("any-envelope", "Takes any element called Envelope for SOAP, whatever its namespace.", "SOAP-009")
def _any_envelope(node: "Node") -> None:
    parse = node.exchange.reader.parse

    def changed(body: bytes) -> etree._Element:
        root = parse(body)
        namespace = etree.QName(root).namespace
        if namespace in (SOAP11, SOAP12) or namespace is None:
            return root
        return parse(etree.tostring(root).replace(namespace.encode(), SOAP11.encode()))

    patch(node.exchange.reader, parse=changed)


@defects.add(
    "ignores-must-understand", "Skips header blocks it does not know, also those it must understand.", "SOAP-011"
)
def _ignores_must_understand(node: "Node") -> None:
    patch(node.exchange.reader, check_understood=lambda _blocks, _version: None)


@defects.add(
    "faults-with-200", "Sends SOAP 1.1 faults with HTTP status 200, so that proxies do not complain.", "SOAP-018"
)
def _faults_with_200(node: "Node") -> None:
    status = node.exchange.faults.status

    def changed(fault: SoapFault, version: str) -> int:
        return 200 if version == SOAP11 and not fault.status else status(fault, version)

    patch(node.exchange.faults, status=changed)


@defects.add(
    "malformed-is-200", "Answers requests that are no SOAP at all with a friendly page.", "SOAP-020", "SOAP-018"
)
def _malformed_is_200(node: "Node") -> None:
    status = node.exchange.faults.status

    def page() -> Response:
        return Response("<html><body>This is the certificate exchange.</body></html>", media_type="text/html")

    patch(node.exchange, wrong_method=page, wrong_media_type=page)
    patch(node.exchange.faults, status=lambda fault, version: 200 if fault.status else status(fault, version))


@defects.add("dispatches-by-action", "Chooses the operation by the SOAP action, whatever the body says.", "SOAP-022")
def _dispatches_by_action(node: "Node") -> None:
    by_body = node.exchange.operation_name
    acknowledge = node.exchange.operations.acknowledge_receipt

    def operation_name(request: Request, message: Message) -> str:
        return request.action.removeprefix(f"{EXCHANGE}/") or by_body(request, message)

    def acknowledge_receipt(caller: PartnerConfig, request: etree._Element) -> etree._Element:
        if request.find(f"{{{EXCHANGE}}}Receipt") is None:
            etree.SubElement(request, f"{{{EXCHANGE}}}Receipt").text = "Received"
        return acknowledge(caller, request)

    patch(node.exchange, operation_name=operation_name, check_action=lambda _request, _name: None)
    patch(node.exchange.operations, acknowledge_receipt=acknowledge_receipt)


@defects.add("answers-12-with-11", "Understands SOAP 1.2 and answers in SOAP 1.1.", "SOAP-027")
def _answers_12_with_11(node: "Node") -> None:
    write, element = node.exchange.write, node.exchange.faults.element
    patch(node.exchange, write=lambda content, _version, status: write(content, SOAP11, status))
    patch(node.exchange.faults, element=lambda fault, _version: element(fault, SOAP11))


@defects.add("untyped-faults", "Sends faults with text only; clients cannot tell them apart.", "SOAP-028")
def _untyped_faults(node: "Node") -> None:
    patch(node.exchange.faults, detail=lambda _parent, _fault: None)


@defects.add("leaks-traceback", "Puts the traceback into the fault's text, as in development.", "SOAP-029")
def _leaks_traceback(node: "Node") -> None:
    element = node.exchange.faults.element

    def changed(fault: SoapFault, version: str) -> etree._Element:
        root = element(fault, version)
        for text in (root.find("faultstring"), root.find(f"{{{SOAP12}}}Reason/{{{SOAP12}}}Text")):
            if text is not None:
                text.text = "".join(traceback.format_exception(fault))
        return root

    patch(node.exchange.faults, element=changed)


@defects.add("wsdl-localhost-http", "Publishes a WSDL with the developer's own address.", "WSDL-001", "WSDL-008")
def _wsdl_localhost_http(node: "Node") -> None:
    patch(node.exchange, address=lambda: "http://localhost:8080/exchange")


def _describe(node: "Node", change: Callable[[bytes], bytes]) -> None:
    description = node.exchange.description

    def changed(http: HttpRequest) -> Response:
        clean = description(http)
        if clean.status_code != 200:  # noqa: PLR2004 - no description was asked for
            return clean
        return Response(change(bytes(clean.body)), clean.status_code, media_type=clean.media_type)

    patch(node.exchange, description=changed)


@defects.add(
    "wsdl-unqualified-elements", "Publishes a schema with unqualified elements and serves qualified ones.", "WSDL-005"
)
def _wsdl_unqualified_elements(node: "Node") -> None:
    _describe(node, lambda octets: octets.replace(b'elementFormDefault="qualified"', b""))


@defects.add("wsdl-renamed-faults", "Publishes fault elements under names it does not use itself.", "WSDL-005")
def _wsdl_renamed_faults(node: "Node") -> None:
    def renamed(octets: bytes) -> bytes:
        return octets.replace(b'element="tns:NotFound"', b'element="tns:NotFoundFault"').replace(
            b'element name="NotFound"', b'element name="NotFoundFault"'
        )

    _describe(node, renamed)


@defects.add("digest-not-checked", "Looks the user up and never compares the password digest.", "WSS-002")
def _digest_not_checked(node: "Node") -> None:
    patch(
        node.exchange.authenticator,
        password_good=lambda password, _nonce, _created, _secret: password.get("Type") == DIGEST,
    )


def _relax_freshness(node: "Node", relaxed: Callable[[etree._Element], bool]) -> None:
    authenticator = node.exchange.authenticator
    freshness, good, take = authenticator.freshness, authenticator.password_good, authenticator.take_nonce

    def changed(token: etree._Element) -> tuple[bytes, str]:
        return _what_there_is(token) if relaxed(token) else freshness(token)

    patch(
        authenticator,
        freshness=changed,
        # Such a system has nothing to build the digest from and lets the account's name do.
        password_good=lambda password, nonce, created, secret: (
            good(password, nonce, created, secret) if nonce and created else True
        ),
        take_nonce=lambda user, nonce, expires, now: take(user, nonce, expires, now) if nonce else True,
    )


def _what_there_is(token: etree._Element) -> tuple[bytes, str]:
    try:
        nonce = base64.b64decode(token.findtext(f"{{{WSSE}}}Nonce") or "")
    except binascii.Error:
        nonce = b""
    return nonce, token.findtext(f"{{{WSU}}}Created") or ""


@defects.add("nonce-optional", "Takes tokens without Nonce or Created.", "WSS-003")
def _nonce_optional(node: "Node") -> None:
    _relax_freshness(
        node, lambda token: token.find(f"{{{WSSE}}}Nonce") is None or token.find(f"{{{WSU}}}Created") is None
    )


@defects.add("replay-accepted", "Does not remember nonces.", "WSS-004")
def _replay_accepted(node: "Node") -> None:
    patch(node.exchange.authenticator, take_nonce=lambda _user, _nonce, _expires, _now: True)


@defects.add("stale-timestamp-accepted", "Does not compare timestamps with its clock.", "WSS-006")
def _stale_timestamp_accepted(node: "Node") -> None:
    patch(node.exchange.authenticator, check_current=lambda _created, _expires, _now: None)


@defects.add("long-lifetime-accepted", "Lets the caller choose how long a token lives.", "WSS-007")
def _long_lifetime_accepted(node: "Node") -> None:
    patch(node.exchange.authenticator, check_lifetime=lambda _created, _expires: None)


@defects.add("two-timestamps-accepted", "Looks at the first Timestamp and ignores the others.", "WSS-009")
def _two_timestamps_accepted(node: "Node") -> None:
    check = node.exchange.authenticator.check_timestamps
    patch(node.exchange.authenticator, check_timestamps=lambda stamps, now: check(stamps[:1], now))


@defects.add("tells-unknown-user", "Tells an unknown user from a wrong password.", "WSS-010")
def _tells_unknown_user(node: "Node") -> None:
    patch(
        node.exchange.authenticator,
        bad_password=lambda partner: Refused("wrong password" if partner else "unknown user"),
        refusal=lambda reason: SoapFault("Unauthenticated", reason),
    )


@defects.add("password-text-accepted", "Takes passwords in clear text as well.", "WSS-014")
def _password_text_accepted(node: "Node") -> None:
    authenticator = node.exchange.authenticator
    freshness, good = authenticator.freshness, authenticator.password_good

    def in_clear(password: etree._Element | None) -> bool:
        return password is not None and password.get("Type") != DIGEST

    def password_good(password: etree._Element, nonce: bytes, created: str, secret: str) -> bool:
        if in_clear(password):
            return hashlib.sha256((password.text or "").encode()).digest() == hashlib.sha256(secret.encode()).digest()
        return good(password, nonce, created, secret)

    patch(
        authenticator,
        freshness=lambda token: (b"", "") if in_clear(token.find(f"{{{WSSE}}}Password")) else freshness(token),
        password_good=password_good,
    )
