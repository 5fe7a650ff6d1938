# ruff: noqa: E501 - tables, one row a line
"""Document type declarations in signed documents: what is read is not what was signed (profile 2.18; XML 1.0, 4)."""

import re

from conformance.vectors.forgery.covering import decoy
from conformance.vectors.forgery.material import Material, Row, put

_DIGEST = re.compile(r"<ds:DigestValue>(.*?)<")
_LEVELS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _declared(text: str, inside: str) -> str:
    return put(text, "?>\n", f"?>\n<!DOCTYPE rsm:SPSCertificate [{inside}]>\n")


def _named(m: Material, inside: str, times: int = 1) -> str:
    """The signed document with a text made of the entity l9."""
    return put(_declared(m.signed(), inside), ">Fresh apples<", f">{'&l9;' * times}<")


def _in_signature(m: Material) -> str:
    text = m.signed()
    found = _DIGEST.search(text)
    digest = found[1] if found else ""
    return put(_declared(text, f'<!ENTITY l9 "{digest}">'), f">{digest}<", ">&l9;<")


DECLARED = (
    Row("doctype-alone", "a DOCTYPE that declares nothing", lambda m: _declared(m.signed(), "")),
    Row("default-attribute", "a DOCTYPE that gives an element an attribute", lambda m: _declared(m.signed(), '<!ATTLIST ram:NetWeightMeasure scale CDATA "1000">')),
    Row("id-declared-by-doctype", "a DOCTYPE makes another attribute an ID with the value of the root's", lambda m: _declared(decoy(m, "key"), "<!ATTLIST ds:Object key ID #IMPLIED>")),
    Row("entity-bomb", "entities that grow to a thousand million copies", lambda m: _named(m, f'<!ENTITY l0 "ha">{_LEVELS}')),
    Row("entity-quadratic", "one long entity named many times", lambda m: _named(m, f'<!ENTITY l9 "{"a" * 2000}">', 500)),
    Row("entity-external", "an entity that is a file of the receiver's", lambda m: _named(m, '<!ENTITY l9 SYSTEM "file:///etc/hostname">')),
    Row("entity-parameter", "a parameter entity that is to be fetched", lambda m: _declared(m.signed(), f'<!ENTITY % p SYSTEM "{m.address}"> %p;')),
    Row("entity-in-signature", "the digest as an entity", _in_signature),
)  # fmt: skip
