"""One ClientHello as no ordinary client sends it, and what a server says to it.

OpenSSL offers neither compression nor the old suites, and hides what a ServerHello holds. tlslite-ng writes and reads
the messages; nothing is encrypted, because the server's first words are all that is looked at.
"""

import secrets
import socket
import time
from dataclasses import dataclass

from tlslite.constants import (
    AlertDescription,
    ContentType,
    ExtensionType,
    GroupName,
    HandshakeType,
    PskKeyExchangeMode,
    SignatureScheme,
)
from tlslite.defragmenter import Defragmenter
from tlslite.errors import BaseTLSException
from tlslite.extensions import (
    ALPNExtension,
    ClientKeyShareExtension,
    ECPointFormatsExtension,
    PskKeyExchangeModesExtension,
    SignatureAlgorithmsExtension,
    SNIExtension,
    StatusRequestExtension,
    SupportedGroupsExtension,
    SupportedVersionsExtension,
)
from tlslite.messages import CertificateStatus, ClientHello, ServerHello
from tlslite.messagesocket import MessageSocket

VERSIONS = {"SSLv3": (3, 0), "TLSv1": (3, 1), "TLSv1.1": (3, 2), "TLSv1.2": (3, 3), "TLSv1.3": (3, 4)}
NAMES = {number: name for name, number in VERSIONS.items()}
DEFLATE = 1
RENEGOTIATION_SIGNAL, FALLBACK_SIGNAL = 0x00FF, 0x5600
# RFC 8446 section 4.1.3: the end of the random value of a server that could do better than the version it agrees to.
SENTINELS = {b"DOWNGRD\x01": "TLSv1.2", b"DOWNGRD\x00": "TLSv1.1"}
GROUPS = (GroupName.secp256r1, GroupName.x25519, GroupName.secp384r1, GroupName.secp521r1)
SCHEMES = (
    SignatureScheme.ecdsa_secp256r1_sha256,
    SignatureScheme.ecdsa_secp384r1_sha384,
    SignatureScheme.ecdsa_secp521r1_sha512,
    SignatureScheme.rsa_pss_rsae_sha256,
    SignatureScheme.rsa_pss_rsae_sha384,
    SignatureScheme.rsa_pss_rsae_sha512,
    SignatureScheme.rsa_pkcs1_sha256,
    SignatureScheme.rsa_pkcs1_sha384,
    SignatureScheme.rsa_pkcs1_sha512,
    SignatureScheme.rsa_pkcs1_sha1,
)
_MAX_MESSAGES = 12


@dataclass(frozen=True)
class Hello:
    """What is offered. `version` is the highest; `name` says for people what is odd about it.

    `fallback` adds TLS_FALLBACK_SCSV (RFC 7507), `deflate` compression, `staple` asks for a stapled OCSP answer.
    """

    name: str
    suites: tuple[int, ...]
    version: str = "TLSv1.2"
    fallback: bool = False
    deflate: bool = False
    staple: bool = False
    alpn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heard:
    """What the server said. `version` is "" when it did not agree, and `refusal` says how it refused.

    `alert` is the name of a TLS alert. `silent`: it neither agreed nor refused in time. `sentinel` is the version
    the server's random value warns of, "" without one. `staple` is the DER of an OCSP answer.
    """

    version: str = ""
    suite: int = 0
    deflate: bool = False
    sentinel: str = ""
    secure_renegotiation: bool = False
    alpn: str = ""
    staple: bytes = b""
    alert: str = ""
    refusal: str = ""
    silent: bool = False

    @property
    def agreed(self) -> bool:
        """Whether a ServerHello came."""
        return bool(self.version)


def ask(connection: socket.socket, host: str, hello: Hello, seconds: float) -> Heard:
    """Say `hello` over a connection, which is closed afterwards, and return what the server says within `seconds`."""
    deadline = time.monotonic() + seconds
    with connection:
        wire = MessageSocket(Timed(connection, deadline), _defragmenter())
        wire.version = min(VERSIONS[hello.version], (3, 1))  # the record layer's own number; old servers look at it
        try:
            wire.sendMessageBlocking(client_hello(host, hello))
            return _listen(wire, staple=hello.staple)
        except TimeoutError:
            return Heard(refusal=f"neither agreement nor refusal within {seconds:g} s", silent=True)
        except (OSError, BaseTLSException, SyntaxError) as error:
            return Heard(refusal=_ended(error))


def client_hello(host: str, hello: Hello) -> ClientHello:
    """The message of an offer. `host` goes into server_name unless it is an address."""
    version = min(VERSIONS[hello.version], (3, 3))
    suites = [*hello.suites, RENEGOTIATION_SIGNAL]
    if hello.fallback:
        suites.append(FALLBACK_SIGNAL)
    extensions = [
        SupportedGroupsExtension().create(list(GROUPS)),
        ECPointFormatsExtension().create([0]),
        SignatureAlgorithmsExtension().create(list(SCHEMES)),
    ]
    if host and not _is_address(host):
        extensions.insert(0, SNIExtension().create(bytearray(host.encode("idna"))))
    if hello.alpn:
        extensions.append(ALPNExtension().create([bytearray(name.encode()) for name in hello.alpn]))
    if hello.staple:
        extensions.append(StatusRequestExtension().create())
    if hello.version == "TLSv1.3":
        # No key share is a legal offer: the server asks for one and so says that it speaks TLS 1.3 (RFC 8446, 4.1.4).
        extensions += [
            SupportedVersionsExtension().create([(3, 4)]),
            ClientKeyShareExtension().create([]),
            PskKeyExchangeModesExtension().create([PskKeyExchangeMode.psk_dhe_ke]),
        ]
    bare = VERSIONS[hello.version] == VERSIONS["SSLv3"]
    made = ClientHello().create(
        version, bytearray(secrets.token_bytes(32)), bytearray(0), suites, extensions=None if bare else extensions
    )
    if hello.deflate:
        made.compression_methods = [DEFLATE, 0]
    return made


def _listen(wire: MessageSocket, *, staple: bool) -> Heard:
    heard = Heard()
    for _ in range(_MAX_MESSAGES):
        header, parser = wire.recvMessageBlocking()
        if header.type == ContentType.alert:
            name = AlertDescription.toRepr(parser.bytes[1]) or f"alert {parser.bytes[1]}"
            return heard if heard.agreed else Heard(alert=name, refusal=f"the TLS alert {name}")
        if header.type != ContentType.handshake:
            return heard if heard.agreed else Heard(refusal="an answer that is no TLS handshake")
        kind = parser.get(1)
        if kind == HandshakeType.server_hello and not heard.agreed:
            heard = _agreed(ServerHello().parse(parser))
            if not staple or heard.version == "TLSv1.3":
                return heard
        elif kind == HandshakeType.certificate_status and heard.agreed:
            return _with_staple(heard, bytes(CertificateStatus().parse(parser).ocsp))
        elif kind == HandshakeType.server_hello_done or not heard.agreed:
            return heard if heard.agreed else Heard(refusal="a handshake message out of order")
    return heard


def _agreed(hello: ServerHello) -> Heard:
    chosen = hello.getExtension(ExtensionType.supported_versions)
    version = tuple(chosen.version if chosen is not None else hello.server_version)
    protocol = hello.getExtension(ExtensionType.alpn)
    return Heard(
        version=NAMES.get(version, f"version {version[0]}.{version[1]}"),
        suite=hello.cipher_suite,
        deflate=hello.compression_method == DEFLATE,
        sentinel=SENTINELS.get(bytes(hello.random[-8:]), ""),
        secure_renegotiation=hello.getExtension(ExtensionType.renegotiation_info) is not None,
        alpn=bytes(protocol.protocol_names[0]).decode("ascii", "replace") if protocol is not None else "",
    )


def _with_staple(heard: Heard, staple: bytes) -> Heard:
    return Heard(
        heard.version, heard.suite, heard.deflate, heard.sentinel, heard.secure_renegotiation, heard.alpn, staple
    )


def _defragmenter() -> Defragmenter:
    made = Defragmenter()
    made.add_static_size(ContentType.alert, 2)
    made.add_static_size(ContentType.change_cipher_spec, 1)
    made.add_dynamic_size(ContentType.handshake, 1, 3)
    return made


def _ended(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"a message that breaks the rules of TLS ({error})"
    said = str(error) or type(error).__name__
    return f"the end of the connection ({said})"


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


class Timed:
    """A socket whose every wait ends at one moment, so that a drip of octets does not go on for ever."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def recv(self, size: int) -> bytes:
        """Receive at most `size` octets."""
        self._hurry()
        return self._connection.recv(size)

    def send(self, octets: bytes) -> int:
        """Send some of the octets."""
        self._hurry()
        return self._connection.send(octets)

    def sendall(self, octets: bytes) -> None:
        """Send all of it."""
        self._hurry()
        self._connection.sendall(octets)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        self._connection.settimeout(left)


__all__ = ["GROUPS", "Heard", "Hello", "Timed", "ask", "client_hello"]
