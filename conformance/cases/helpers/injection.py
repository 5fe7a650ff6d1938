"""Numbers that are pieces of a query: each would find the certificate of a number where it is pasted into one."""

from collections.abc import Iterator


def injections(number: str, *, spaces: bool = True) -> Iterator[tuple[str, str]]:
    """Yield what each tries, and the number; without `spaces` only those that a number may look like (profile 1.6)."""
    yield "a comment of SQL", f"{number}'--"
    yield "a wildcard of a filter", f"{number[:-1]}*"
    yield "a pattern of SQL", f"{number[:-1]}%"
    yield "a filter of LDAP", f"{number})(|(number=*)"
    if spaces:
        yield "a condition of SQL", f"{number}' OR '1'='2"
        yield "a condition of XPath", f'{number}" or "1"="2'
    else:
        yield "a condition of SQL", f"{number}'/**/OR/**/'1'='2"
