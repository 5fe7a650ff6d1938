"""Finding the place in a message a finding speaks of, by line or by path."""

import re
from collections.abc import Iterator
from enum import Enum

_NAME_END = re.compile(r"[\s/>]")
_STEP = re.compile(r"([^/\[\]]+)((?:\[[^\]]*\])*)")
_INDEX = re.compile(r"\[(\d+)\]")
_MAX_DEPTH = 200
_SKIPPED = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


class _Kind(Enum):
    START = 1
    EMPTY = 2
    END = 3


def offset_of_path(text: str, path: str) -> int | None:
    """Return where the element an XPath names begins in the text, or None.

    Only child steps with names and numbers are followed (`/a:b/c[2]/@d`), prefixes are not compared. The text need
    not be well-formed. Where the path leads on to an element that is not there, the place is its nearest parent's.
    """
    wanted = _steps(path)
    if not wanted:
        return None
    # Each open element: (children counted so far by name, steps of the wanted path matched up to here, or -1).
    stack: list[tuple[dict[str, int], int]] = [({}, 0)]
    best: tuple[int, int] | None = None
    for start, name, kind in _tags(text):
        if kind is _Kind.END:
            if len(stack) > 1:
                stack.pop()
            continue
        local = name.rpartition(":")[2]
        seen, depth = stack[-1]
        seen[local] = seen.get(local, 0) + 1
        matched = -1
        if 0 <= depth < len(wanted) and wanted[depth] == (local, seen[local]):
            matched = depth + 1
            if best is None or matched > best[0]:
                best = (matched, start)
            if matched == len(wanted):
                return start
        if kind is _Kind.START:
            if len(stack) > _MAX_DEPTH:
                break
            stack.append(({}, matched))
    return best[1] if best else None


def _tags(text: str) -> Iterator[tuple[int, str, _Kind]]:
    """Give offset, name and kind of each tag. One pass over the text, whatever it holds."""
    at = text.find("<")
    while at >= 0:
        if skipped := next((pair for pair in _SKIPPED if text.startswith(pair[0], at)), None):
            end = text.find(skipped[1], at)
        else:
            end = text.find(">", at)
            if end > 0:
                inner = text[at + 1 : end]
                if inner.startswith("/"):
                    yield at, "", _Kind.END
                elif not inner.startswith("!"):
                    kind = _Kind.EMPTY if inner.endswith("/") else _Kind.START
                    yield at, _NAME_END.split(inner[:200], maxsplit=1)[0], kind
        if end < 0:
            return
        at = text.find("<", end)


def _steps(path: str) -> list[tuple[str, int]]:
    steps = []
    for name, predicates in _STEP.findall(path):
        if name.startswith("@") or "(" in name or name in (".", ".."):
            break
        index = _INDEX.search(predicates)
        steps.append((name.rpartition(":")[2].strip(), int(index.group(1)) if index else 1))
    return steps if path.startswith("/") else []
