"""The parser reads octets, refuses what could hurt, and says in one sentence why."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.parsing import Limits, Unreadable, parse

REFUSED = {
    b"": "empty",
    b" \n ": "empty",
    b"<a>": "not well-formed",
    b"<a/><b/>": "not well-formed",
    "<a>é</a>".encode("latin-1"): "not well-formed",
    b"<a>\x00</a>": "not well-formed",
    gzip.compress(b"<a/>", mtime=0): "gzip",
    b"<!DOCTYPE a><a/>": "DOCTYPE",
    b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>': "DOCTYPE",
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>': "DOCTYPE",
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>': "DOCTYPE",
    b"<a>&b;</a>": "not well-formed",
    b'<?xml version="1.0" encoding="UTF-7"?><a/>': "UTF-7",
    "<a/>".encode("utf-32"): "UTF-32",
    "<a/>".encode("cp037"): "EBCDIC|not well-formed",
    b"<a>" * 300 + b"</a>" * 300: "epth",
    b"<a" + b"".join(b' b%d=""' % i for i in range(2000)) + b"/>": "attributes",
    b"<r>" + b"".join(b'<a xmlns:p%d="u"/>' % i for i in range(11000)) + b"</r>": "namespace declarations",
    b"<r>" + b"<a/>" * 1_000_001 + b"</r>": "tags",
    b"x" * 25_000_001: "octets",
}


@pytest.mark.parametrize("data", REFUSED, ids=lambda d: repr(d[:30]))
def test_what_could_hurt_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable, match=REFUSED[data]) as caught:
        parse(data)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "data",
    [
        b"<a>x</a>",
        b"\xef\xbb\xbf<a>x</a>",
        '<?xml version="1.0" encoding="UTF-16"?><a>x</a>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a>x</a>',
        b"<a><!-- <!DOCTYPE a> -->x</a>".replace(b"<!-- <!DOCTYPE a> -->", b""),
        b"<a><![CDATA[x]]></a>",
    ],
)
def test_utf_8_utf_16_and_plain_encodings_are_read(data: bytes) -> None:
    assert parse(data, processing_instructions=False).text == "x"


def test_a_doctype_in_a_comment_is_none() -> None:
    assert parse(b"<a><!-- <!DOCTYPE a> --></a>").tag == "a"


@pytest.mark.parametrize("data", [b"<?p?><a/>", b'<?xml version="1.0"?><a><?p?></a>', "<a/><?p?>".encode("utf-16")])
def test_processing_instructions_are_refused_when_asked(data: bytes) -> None:
    assert parse(data).tag == "a"
    with pytest.raises(Unreadable, match="processing instruction"):
        parse(data, processing_instructions=False)


def test_a_lower_depth_may_be_asked_for() -> None:
    document = b"<a><a><a/></a></a>"
    assert parse(document, limits=Limits(depth=3)).tag == "a"
    with pytest.raises(Unreadable, match="deeper than 2"):
        parse(document, limits=Limits(depth=2))


def test_refusing_a_flood_of_elements_costs_no_tree() -> None:
    flood = b"<r>" + b"<a/>" * 1_100_000 + b"</r>"
    tracemalloc.start()
    with pytest.raises(Unreadable):
        parse(flood)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(flood)


@given(st.binary(max_size=200))
def test_garbage_gives_a_tree_or_one_reason(data: bytes) -> None:
    try:
        tag, reason, line = parse(data).tag, "", None
    except Unreadable as problem:
        tag, reason, line = "", problem.what, problem.line
    assert bool(tag) is not bool(reason)
    assert line is None or line > 0
