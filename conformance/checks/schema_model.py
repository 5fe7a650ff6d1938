"""What xmlschema's component model says of a content model, in our own terms."""

from functools import lru_cache

import xmlschema
from xmlschema.validators import XsdElement, XsdGroup, XsdSimpleType

from conformance.checks.schema_align import Particle


@lru_cache(maxsize=8)
def declared_names(schema: xmlschema.XMLSchema10) -> frozenset[str]:
    """Return the names of all elements declared anywhere in the set."""
    return frozenset(
        part.name for part in schema.maps.iter_components(XsdElement) if isinstance(part, XsdElement) and part.name
    )


def flat(group: XsdGroup) -> list[Particle] | None:
    """Return the particles of a group that is one sequence of differently named elements, else None."""
    if group.model != "sequence" or (group.min_occurs, group.max_occurs) != (1, 1):
        return None
    particles: list[Particle] = []
    for part in group:
        if isinstance(part, XsdGroup):
            inner = flat(part)
            if inner is None:
                return None
            particles += inner
        elif isinstance(part, XsdElement) and part.name:
            particles.append(Particle(part.name, part.min_occurs, part.max_occurs))
        else:
            return None
    return particles if len({particle.name for particle in particles}) == len(particles) else None


def is_choice(group: XsdGroup) -> bool:
    """Return whether a group is one choice between single elements."""
    return (
        group.model == "choice"
        and group.max_occurs == 1
        and all(isinstance(part, XsdElement) and part.max_occurs == 1 and part.min_occurs == 1 for part in group)
    )


def normal(value: str, kind: XsdSimpleType) -> str:
    """Treat white space as the type says."""
    if kind.white_space == "collapse":
        return " ".join(value.split())
    return value.translate({9: " ", 10: " ", 13: " "}) if kind.white_space == "replace" else value
