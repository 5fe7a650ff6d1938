"""Where a node stands: its line and its path in the document's own prefixes."""

from lxml import etree

from conformance.model.finding import Where


def name_of(tag: str, scope: dict[str | None, str]) -> str:
    """Return `{uri}local` as `prefix:local` with the prefixes in scope; a foreign namespace stays spelt out."""
    if not tag.startswith("{"):
        return tag
    uri, _, local = tag[1:].partition("}")
    for prefix, bound in scope.items():
        if bound == uri:
            return f"{prefix}:{local}" if prefix else local
    return f"Q{{{uri}}}{local}"


def tag_name(element: etree._Element) -> str:
    """Return an element's name as it is written in the document."""
    local = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


def line_of(element: etree._Element | etree._ProcessingInstruction) -> int | None:
    """Return the line an element starts on, counted from 1."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def path_of(element: etree._Element) -> str:
    """Return an XPath with position predicates that finds just this element, in the document's own prefixes.

    An element in a default namespace is written by its plain name, which a person reads rightly and an XPath engine
    needs a binding for.
    """
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        name = tag_name(current)
        if parent is None:
            steps.append(name)
        else:
            before = sum(1 for _ in current.itersiblings(current.tag, preceding=True))
            steps.append(f"{name}[{before + 1}]")
        current = parent
    return "/" + "/".join(reversed(steps))


def where(element: etree._Element, suffix: str = "") -> Where:
    """Return the place of an element, or with `suffix` of something at it (`/@name`)."""
    return Where(line=line_of(element), path=path_of(element) + suffix)
