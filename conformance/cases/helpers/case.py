"""The `@case` decorator: what is known of a case before it runs."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from conformance.model.words import Role

Function = TypeVar("Function", bound=Callable[..., None])

ATTRIBUTE = "__ecert_case__"


@dataclass(frozen=True)
class CaseMark:
    """What the decorator was told; the engine completes it with access, source and docstring."""

    id: str
    requirements: tuple[str, ...]
    role: Role
    needs: tuple[str, ...]
    defects: tuple[str, ...]
    interconnection: bool


def case(
    id: str,  # noqa: A002 - the field's own word
    *,
    roles: Role,
    defects: Iterable[str],
    also: Iterable[str] = (),
    needs: Iterable[str] = (),
    interconnection: bool = False,
) -> Callable[[Function], Function]:
    """Mark a test function as a case.

    `id` is the requirement the case is about, or that id, a dot and a slug when several cases share it. It is
    permanent. `also` names further requirements the case can find broken. `roles` is the part the partner plays.
    `needs` are ICS tokens beyond the case's access and role (`identity:username-token`, `signature:enveloped`,
    `hook:issue` ...). `defects` are the reference node's defects that turn the case red; at least one.
    `interconnection` marks the basic interconnection test of the access for that role (ISO/IEC 9646-1 clause 5.4).
    """

    def mark(function: Function) -> Function:
        if not inspect.getdoc(function):
            raise TypeError(f"{function.__qualname__}: a case needs a docstring, it is what the report prints")
        requirement = id.split(".", 1)[0]
        setattr(
            function,
            ATTRIBUTE,
            CaseMark(id, (requirement, *also), roles, tuple(needs), tuple(defects), interconnection),
        )
        return function

    return mark
