"""Which document profile a document is of, when nobody says: that whose signs it carries, else the plain standard."""

from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import NamedTuple, cast

from lxml import etree

from conformance.checks.rules.profile import AUTOMATIC, PLAIN, load_profile
from conformance.checks.schema_sets import Release, entity_namespaces, release_of

_PORTAL = "ec.europa.eu"
# The first of these with a sign is taken: the more particular before the more general.
_ORDER = ("intercom", "ippc", "traces", "exchange")


class Signs(NamedTuple):
    """Whether a certificate carries a sign of any profile, and of which."""

    any: Callable[[etree._Element], bool]
    each: tuple[tuple[str, Callable[[etree._Element], bool]], ...]


@lru_cache(maxsize=16)
def _signs(release: Release) -> Signs:
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}

    def sign(*profiles: str) -> Callable[[etree._Element], bool]:
        told = " or ".join(f"boolean({one})" for name in profiles for one in load_profile(name).signs)
        return cast("Callable[[etree._Element], bool]", etree.XPath(told, namespaces=namespaces))

    return Signs(sign(*_ORDER), tuple((name, sign(name)) for name in _ORDER))


def recognised(root: etree._Element, release: Release | None) -> str:
    """Return the name of the profile whose signs a certificate carries, or that of the plain standard.

    Nobody is held to rules of a profile that nobody named: what carries no signs is judged by what is published.
    """
    if release is None or release.message != "SPSCertificate":
        return PLAIN
    signs = _signs(release)
    if not signs.any(root):
        return PLAIN
    return next((name for name, sign in signs.each if sign(root)), PLAIN)


def unwrapped(root: etree._Element, profile: str) -> etree._Element:
    """Return the one certificate inside an answer of TRACES as a tree of its own, else the root.

    The portal answers with the certificate inside a message of its own namespace, and such answers are what people
    keep. They are looked into with that profile, or when the profile is to be recognised.
    """
    if profile not in ("traces", AUTOMATIC) or _PORTAL not in root.tag or release_of(root) is not None:
        return root
    inside = [element for element in root.iterfind(".//{*}SPSCertificate") if release_of(element) is not None]
    return deepcopy(inside[0]) if len(inside) == 1 else root
