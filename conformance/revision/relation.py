"""How what is accepted before compares with what is accepted after."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relation:
    """How what is accepted before compares with what is accepted after. `sure` is false where bounds stopped us."""

    kept: bool
    earned: bool
    sure: bool = True

    @property
    def effect(self) -> str:
        """Return narrowing (something is refused now), widening (something new is accepted), both or none."""
        if self.kept:
            return "none" if self.earned else "widening"
        return "narrowing" if self.earned else "both"

    def __and__(self, other: "Relation") -> "Relation":
        """Return what holds when both hold."""
        return Relation(self.kept and other.kept, self.earned and other.earned, self.sure and other.sure)


SAME = Relation(kept=True, earned=True)
GAINED = Relation(kept=True, earned=False)
LOST = Relation(kept=False, earned=True)
APART = Relation(kept=False, earned=False)
