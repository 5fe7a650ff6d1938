"""Certificates of an exact number of trade lines or octets, for agreed limits."""

from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from conformance.parsing import parse
from conformance.vectors.certificate import ENTITY, CertificateData, Reference, certificate

# What a trade line cannot do without; a certificate of hundreds of lines stays small with these alone.
_NEEDED = (
    "SequenceNumeric", "Description", "ScientificName", "NetWeightMeasure", "PhysicalSPSPackage", "OriginSPSCountry",
)  # fmt: skip
_ROUNDS = 4


def with_lines(data: CertificateData, count: int) -> bytes:
    """Return the certificate with that many trade lines of the kind of its first."""
    root = parse(certificate(data))
    first = next(root.iter(f"{{{ENTITY}}}IncludedSPSTradeLineItem"))
    item = first.getparent()
    if item is None:
        raise ValueError("a trade line stands in a consignment item")
    for child in [one for one in first if etree.QName(one).localname not in _NEEDED]:
        first.remove(child)
    for line in [one for one in item if one is not first and one.tag == first.tag]:
        item.remove(line)
    for number in range(2, count + 1):
        line = deepcopy(first)
        line[0].text = str(number)
        item.append(line)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def with_octets(data: CertificateData, octets: int, seal: Callable[[bytes], bytes]) -> bytes:
    """Return the certificate, sealed, with exactly that many octets: an annex makes up for what is missing.

    `seal` signs it (or leaves it as it is). Raises `ValueError` when that few octets are not enough.
    """
    filling, text = 0, 0
    for _ in range(_ROUNDS):
        sealed = seal(certificate(_annexed(data, filling, text)))
        missing = octets - len(sealed)
        if missing == 0:
            return sealed
        total = filling // 3 * 4 + text + missing
        if total < 0:
            break
        filling, text = total // 4 * 3, total % 4
    raise ValueError(f"a certificate of exactly {octets} octets cannot be made of this one")


def _annexed(data: CertificateData, filling: int, text: int) -> CertificateData:
    """Return `data` with an annex of some octets more, and of some letters more of description."""
    content = b64encode(b"%PDF-1.4\n%%%" + b"x" * filling).decode()
    annex = Reference(
        f"{data.number}-A", "271", information=f"Annex{'.' * text}", filename="annex.pdf", mime="application/pdf",
        content=content,
    )  # fmt: skip
    return replace(data, references=(*data.references, annex))
