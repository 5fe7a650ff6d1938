"""TLS contexts of the node's servers and of its own client. One method for each, so that one can be replaced."""

import ssl

from reference_impl.config import ConfigError, TlsFiles

SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"


class TlsContexts:
    """TLS 1.2 and 1.3, forward secrecy only."""

    def __init__(self, files: TlsFiles) -> None:
        self.files = files

    def pull(self) -> ssl.SSLContext:
        """The pull service: asks for a client certificate and takes one of the registered authority only."""
        context = self.server()
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(self.files.authority)
        return context

    def page(self) -> ssl.SSLContext:
        """The verification pages: no client certificate."""
        return self.server()

    def mail(self) -> ssl.SSLContext:
        """The mail intake after STARTTLS."""
        return self.server()

    def server(self) -> ssl.SSLContext:
        """What all servers share."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.strengthen(context)
        self.load_certificate(context)
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_COMPRESSION
        return context

    def strengthen(self, context: ssl.SSLContext) -> None:
        """Protocol versions and cipher suites."""
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(SUITES)

    def load_certificate(self, context: ssl.SSLContext) -> None:
        """The server's certificate and key. Raises `ConfigError` when they do not fit together."""
        try:
            context.load_cert_chain(self.files.certificate, self.files.key)
        except ssl.SSLError as error:
            raise ConfigError(f"{self.files.certificate} and {self.files.key} do not fit together ({error})") from error

    def client(self) -> ssl.SSLContext:
        """The node as a client, by SOAP or SMTP: checks chain and host name, shows its own certificate."""
        context = ssl.create_default_context(cafile=str(self.files.authority))
        self.strengthen(context)
        context.load_cert_chain(self.files.client_certificate, self.files.client_key)
        return context
