"""Regular expressions of XML Schema, read into machines over ranges of characters."""

from dataclasses import dataclass

from conformance.revision.characters import DOT, Ranges, Unknown, category, complement, escape, minus, union

MOST_STATES = 3_000
MOST_REPEAT = 1_000
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL = frozenset("\\|.?*+(){}-[]^$")


@dataclass(slots=True)
class Machine:
    """States with empty moves and moves over ranges; state 0 begins."""

    empty: list[list[int]]
    moves: list[list[tuple[Ranges, int]]]

    def state(self) -> int:
        """Return a new state."""
        if len(self.empty) > 20 * MOST_STATES:
            raise Unknown
        self.empty.append([])
        self.moves.append([])
        return len(self.empty) - 1


class Parser:
    """Reads an expression twice if it must be repeated: a piece is a function that adds itself to a machine."""

    def __init__(self, text: str, machine: Machine) -> None:
        self._text, self._machine, self._at, self._depth = text, machine, 0, 0

    def whole(self, start: int) -> int:
        """Read the whole expression from a state on and return the state it ends in; raises `Unknown`."""
        end = self._choice(start)
        if self._at != len(self._text):
            raise Unknown
        return end

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _take(self) -> str:
        found = self._peek()
        if not found:
            raise Unknown
        self._at += 1
        return found

    def _choice(self, start: int) -> int:
        self._depth += 1
        if self._depth > 100:  # noqa: PLR2004 - brackets in brackets
            raise Unknown
        end = self._machine.state()
        while True:
            self._machine.empty[self._branch(start)].append(end)
            if self._peek() != "|":
                break
            self._at += 1
        self._depth -= 1
        return end

    def _branch(self, start: int) -> int:
        while self._peek() not in ("", "|", ")"):
            start = self._piece(start)
        return start

    def _piece(self, start: int) -> int:
        begin = self._at
        last = self._atom(start)
        after_atom = self._at
        low, high = self._count()
        after = self._at
        if (low, high) == (1, 1):
            return last
        # The first copy is built already; it is reached by an empty move where it may be left out.
        current, copies = last, 1
        end = self._machine.state()
        if low == 0:
            self._machine.empty[start].append(end)
        if high == 0:
            return end
        while copies < (high if high is not None else max(low, 1)):
            if copies >= low:
                self._machine.empty[current].append(end)
            self._at = begin
            fresh = self._machine.state()
            self._machine.empty[current].append(fresh)
            current = self._atom(fresh)
            if self._at != after_atom:
                raise Unknown
            copies += 1
        self._machine.empty[current].append(end)
        if high is None:
            self._at = begin
            loop = self._machine.state()
            self._machine.empty[current].append(loop)
            self._machine.empty[self._atom(loop)].append(loop)
            self._machine.empty[loop].append(end)
        self._at = after
        return end

    def _count(self) -> tuple[int, int | None]:
        sign = self._peek()
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if sign in simple:
            self._at += 1
            return simple[sign]
        if sign != "{":
            return 1, 1
        end = self._text.find("}", self._at)
        first, comma, second = self._text[self._at + 1 : end].partition(",")
        if end < 0 or not first.isdigit() or (second and not second.isdigit()):
            raise Unknown
        self._at = end + 1
        low = int(first)
        high = (int(second) if second else None) if comma else low
        if max(low, high or 0) > MOST_REPEAT or (high is not None and high < low):
            raise Unknown
        return low, high

    def _atom(self, start: int) -> int:
        sign = self._take()
        if sign == "(":
            inner = self._machine.state()
            self._machine.empty[start].append(inner)
            end = self._choice(inner)
            if self._take() != ")":
                raise Unknown
            return end
        if sign == "[":
            found = self._class()
        elif sign == ".":
            found = DOT
        elif sign == "\\":
            found = self._escaped()
        elif sign in "?*+{}])":
            raise Unknown
        else:
            found = ((ord(sign), ord(sign) + 1),)
        end = self._machine.state()
        self._machine.moves[start].append((found, end))
        return end

    def _escaped(self) -> Ranges:
        sign = self._take()
        if sign in "sSiIcCdDwW":
            return escape(sign)
        if sign in "pP":
            end = self._text.find("}", self._at)
            if self._take() != "{" or end < 0:
                raise Unknown
            found = category(self._text[self._at : end])
            self._at = end + 1
            return found if sign == "p" else complement(found)
        if sign not in _SINGLE and sign not in _LITERAL:
            raise Unknown
        code = ord(_SINGLE.get(sign, sign))
        return ((code, code + 1),)

    def _class(self) -> Ranges:
        negative = self._peek() == "^"
        self._at += negative
        found: list[tuple[int, int]] = []
        taken: Ranges = ()
        first = True
        while (sign := self._take()) != "]" or first:
            if sign == "-" and self._peek() == "[" and not first:
                self._at += 1
                taken = self._class()
                if self._take() != "]":
                    raise Unknown
                break
            first = False
            if sign == "[":
                raise Unknown
            part = self._escaped() if sign == "\\" else ((ord(sign), ord(sign) + 1),)
            single = len(part) == 1 and part[0][1] - part[0][0] == 1
            if single and self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", "[", ""):
                self._at += 1
                upper = self._take()
                end = self._escaped() if upper == "\\" else ((ord(upper), ord(upper) + 1),)
                if len(end) != 1 or end[0][1] <= part[0][0]:
                    raise Unknown
                part = ((part[0][0], end[0][1]),)
            found.extend(part)
        ranges = union(tuple(found))
        return minus(complement(ranges) if negative else ranges, taken)
