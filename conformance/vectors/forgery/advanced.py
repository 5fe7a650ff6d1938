# ruff: noqa: E501 - tables, one row a line
"""XAdES whose properties are not the signer's, or whose time stamps prove nothing (profile 2.28, 2.29)."""

import re

from conformance.vectors.forgery.issuing import Wanted
from conformance.vectors.forgery.material import Row, signature_of
from conformance.vectors.stamping import Authority

_TIME = re.compile(r"(?<=<xades:SigningTime>)[0-9]{4}")


def _later(text: str) -> str:
    return _TIME.sub(lambda found: str(int(found[0]) + 1), text, count=1)


PROPERTIES = (
    Row("xades-other-certificate", "the properties name another certificate", lambda m: m.sealed(named=m.issuing.signer(Wanted()).certificate)),
    Row("xades-none", "a plain signature where XAdES is agreed", lambda m: m.sealed(time=None, authority=None)),
    Row("xades-time-changed", "the signing time changed after signing", lambda m: m.sealed(_later)),
)  # fmt: skip
STAMPS = (
    Row("stamp-none", "no time stamp where one is agreed", lambda m: m.sealed(authority=None)),
    Row("stamp-over-another", "a time stamp over the value of another signature", lambda m: m.sealed(stamped=signature_of(m.signed()).encode())),
    Row("stamp-by-signer", "a time stamp by the signer itself, who is no time-stamp authority", lambda m: m.sealed(authority=Authority(m.ec.certificate, m.ec.key))),
)  # fmt: skip
