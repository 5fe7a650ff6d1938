"""The node's parser takes and refuses the same, whether the octets are few or many."""

import pytest

from reference_impl.certificates.parsing import MAX_ATTRIBUTES, MAX_DEPTH, NotReadable, parse

FILLING = b" " * 20_000
DEEP = MAX_DEPTH - 1


@pytest.mark.parametrize("filling", [b"", FILLING], ids=["few", "many"])
@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"<!DOCTYPE a><a>%s</a>", "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;%s</a>', "DOCTYPE"),
        (b"<?p q?><a>%s</a>", "processing instructions"),
        (b"<a><b><?p q?></b>%s</a>", "processing instructions"),
        (b"<a>%s</a><?p q?>", "processing instructions"),
        (b"<b>" * MAX_DEPTH + b"<b>%s</b>" + b"</b>" * MAX_DEPTH, "too many"),
        (b"<a %s/>" % b" ".join(b'b%d=""' % i for i in range(MAX_ATTRIBUTES + 1)) + b"%s", "too many"),
        (b"<a>%s", "not well-formed"),
        (b"%s", "not well-formed"),
    ],
)
def test_what_is_refused(octets: bytes, why: str, filling: bytes) -> None:
    with pytest.raises(NotReadable, match=why):
        parse(octets % filling)


@pytest.mark.parametrize("filling", [b"", FILLING], ids=["few", "many"])
@pytest.mark.parametrize(
    "octets",
    [
        b'<?xml version="1.0"?><!-- c --><a>%s<!-- c --></a><!-- c -->',
        b"<b>" * DEEP + b"<b>%s</b>" + b"</b>" * DEEP,
        b"<a>" + b"<b/>" * 500 + b"%s</a>",
        "<a>ü%s</a>".encode(),
    ],
)
def test_what_is_taken(octets: bytes, filling: bytes) -> None:
    assert parse(octets % filling).tag in ("a", "b")
