"""Which parts of two groups belong together, and which of them stand out of order."""

from conformance.revision.model import Name, Part
from conformance.revision.normal import names


def matched(before: tuple[Part, ...], after: tuple[Part, ...]) -> list[tuple[list[Part], list[Part], int]]:
    """Put together the parts of two groups that share names: parts before, parts after, and the place after."""
    home: dict[Name, int] = {}
    parent = list(range(len(before) + len(after)))

    def top(one: int) -> int:
        while parent[one] != one:
            one = parent[one]
        return one

    for number, part in enumerate((*before, *after)):
        for name in names(part):
            other = home.setdefault(name, number)
            parent[max(top(other), top(number))] = min(top(other), top(number))
    out: dict[int, tuple[list[Part], list[Part], list[int]]] = {}
    for number, part in enumerate((*before, *after)):
        found = out.setdefault(top(number), ([], [], []))
        if number < len(before):
            found[0].append(part)
        else:
            found[1].append(part)
            found[2].append(number)
    return [(old, new, places[0]) for old, new, places in out.values() if old and new]


def out_of_line(places: list[int]) -> list[int]:
    """Return the positions that a longest rising sequence leaves out."""
    best: list[list[int]] = []
    for i, place in enumerate(places):
        chains: list[list[int]] = [chain for chain in best if places[chain[-1]] < place]
        longest: list[int] = chains[_longest(chains)] if chains else []
        best.append([*longest, i])
    kept = set(best[_longest(best)]) if best else set()
    return [i for i in range(len(places)) if i not in kept]


def _longest(chains: list[list[int]]) -> int:
    """Return the place of the first of the longest chains."""
    sizes = [len(chain) for chain in chains]
    return sizes.index(max(sizes))
