"""Octets of documents are kept in memory by their digest, so many and no more, and never in the place of others."""

import base64

from reference_impl.store.documents import DocumentCache

DOCUMENT, OTHER = b"x" * 900, b"y" * 900


def test_octets_come_back_by_their_digest() -> None:
    cache = DocumentCache()
    cache.put("one", DOCUMENT)
    assert cache.get("one") is DOCUMENT
    assert cache.get("two") is None
    assert cache.encoded("one", DOCUMENT) == base64.b64encode(DOCUMENT)


def test_what_is_encoded_is_what_was_given_whatever_is_held() -> None:
    cache = DocumentCache()
    cache.put("one", DOCUMENT)
    assert cache.encoded("one", OTHER) == base64.b64encode(OTHER)


def test_the_memory_ends_and_what_was_not_asked_for_longest_makes_room() -> None:
    cache = DocumentCache(limit=5000)  # two documents with their base64
    for digest in ("one", "two"):
        cache.put(digest, DOCUMENT)
    assert cache.get("one")
    cache.put("three", DOCUMENT)
    assert cache.get("two") is None
    assert cache.get("one")
    assert cache.get("three")
    cache.put("large", b"z" * 5000)
    assert cache.get("large") is None
