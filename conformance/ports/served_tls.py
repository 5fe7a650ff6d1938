"""TLS settings of the judge's own servers."""

import ssl
from pathlib import Path

from conformance.model.outcome import Inconclusive


def server_context(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later; client certificates are asked for when `client_ca` is given. Raises `Inconclusive`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
    except (OSError, ssl.SSLError) as error:
        raise Inconclusive(f"The judge's TLS files in [ixit.judge] cannot be used: {error}.") from error
    return context
