"""TLS contexts of the node's servers and of its own client. One method for each, so that one can be replaced."""

import ssl
from functools import cached_property

from cryptography import x509

from reference_impl.config import ConfigError, TlsFiles

SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"


class TlsContexts:
    """TLS 1.2 and 1.3, forward secrecy only."""

    def __init__(self, files: TlsFiles) -> None:
        self.files = files
        self._servers: list[ssl.SSLContext] = []

    def pull(self) -> ssl.SSLContext:
        """The pull service: asks for a client certificate and takes one of the registered authority only."""
        context = self.web()
        context.verify_mode = ssl.CERT_OPTIONAL
        self.trust_clients(context)
        return context

    def page(self) -> ssl.SSLContext:
        """The verification pages: no client certificate."""
        return self.web()

    def mail(self) -> ssl.SSLContext:
        """The mail intake after STARTTLS."""
        return self.server()

    def web(self) -> ssl.SSLContext:
        """What speaks HTTP."""
        context = self.server()
        context.set_alpn_protocols(self.protocols())
        return context

    def protocols(self) -> list[str]:
        """What the web servers agree to by ALPN (RFC 7301)."""
        return ["http/1.1"]

    def server(self) -> ssl.SSLContext:
        """What all servers share."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.strengthen(context)
        self.load_certificate(context)
        self.limit(context)
        context.sni_callback = self.named
        self._servers.append(context)
        return context

    def reload(self) -> None:
        """Take the server's certificate from the disk again; connections from here on see it."""
        for context in self._servers:
            self.load_certificate(context)

    def strengthen(self, context: ssl.SSLContext) -> None:
        """Protocol versions and cipher suites."""
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(SUITES)

    def limit(self, context: ssl.SSLContext) -> None:
        """What a server does not do: handshakes inside a session, compression, suites by the client's choice."""
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION

    @cached_property
    def names(self) -> frozenset[str]:
        """The DNS names in the server's certificate."""
        certificate = x509.load_pem_x509_certificate(self.files.certificate.read_bytes())
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return frozenset(name.lower() for name in found.get_values_for_type(x509.DNSName))

    def named(self, _connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
        """Refuse a server name that is not ours (RFC 9325 clause 3.7); a client that names none is welcome."""
        known = name is None or name.lower() in self.names
        return None if known else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def load_certificate(self, context: ssl.SSLContext) -> None:
        """The server's certificate and key. Raises `ConfigError` when they do not fit together."""
        try:
            context.load_cert_chain(self.files.certificate, self.files.key)
        except ssl.SSLError as error:
            raise ConfigError(f"{self.files.certificate} and {self.files.key} do not fit together ({error})") from error

    def trust_clients(self, context: ssl.SSLContext) -> None:
        """Whose certificates open an account, and which of them were revoked."""
        context.load_verify_locations(self.files.authority)
        self.look_at_revocation(context)

    def look_at_revocation(self, context: ssl.SSLContext) -> None:
        """Refuse what stands on the authority's list."""
        context.load_verify_locations(self.files.crl)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF

    def client(self) -> ssl.SSLContext:
        """The node as a client, by SOAP or SMTP: checks chain, host name and revocation, shows its own certificate."""
        context = ssl.create_default_context(cafile=str(self.files.authority))
        self.strengthen(context)
        self.look_at_revocation(context)
        context.load_cert_chain(self.files.client_certificate, self.files.client_key)
        return context
