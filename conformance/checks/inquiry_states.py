"""The states of an inquiry and its steps, as the table of profile 9.4 has them."""

from itertools import pairwise

STATES = ("opened", "acknowledged", "in-progress", "answered", "closed", "reopened")
NEXT: dict[str, tuple[str, ...]] = {
    "opened": ("acknowledged", "in-progress", "answered"),
    "acknowledged": ("in-progress", "answered"),
    "in-progress": ("answered",),
    "answered": ("closed", "reopened"),
    "closed": ("reopened",),
    "reopened": ("in-progress", "answered"),
}
ASKING = ("closed", "reopened")
"""The steps of the country that asked; the others are the answering one's."""
ANSWERS = ("needs-time", "authentic", "not-authentic", "altered", "withdrawn", "replaced")


def steps_of(states: tuple[str, ...]) -> tuple[str, ...]:
    """The states a thread went through, each entry that changed nothing left out."""
    return tuple(one for at, one in enumerate(states) if at == 0 or states[at - 1] != one)


def illegal(states: tuple[str, ...]) -> str:
    """The first step of a thread that the table does not have, "" when there is none."""
    went = steps_of(states)
    for before, after in pairwise(went):
        if after not in NEXT.get(before, ()):
            return f"{before} to {after}"
    return "" if went[:1] == ("opened",) else f"it begins with {', '.join(went[:1]) or 'nothing'}"
