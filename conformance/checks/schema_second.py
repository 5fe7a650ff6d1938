"""What xmlschema says, as a second opinion, of single parts of a document, and of a whole one where nothing less tells.

To ask it about a whole certificate takes as long as thirty checks. A document that holds a part which xmlschema refuses
by itself is one that it refuses; so the parts that are found to be wrong are asked about first, and the whole only when
xmlschema sees nothing wrong in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import cast

import xmlschema
from lxml import etree
from xmlschema.aliases import ElementType
from xmlschema.validators import XsdAttributeGroup, XsdElement, XsdGroup

from conformance.checks.schema_cost import Cost, note


def errors_of(declaration: XsdElement, element: etree._Element) -> Iterator[xmlschema.XMLSchemaValidationError]:
    """Yield what xmlschema says of an element and everything in it, as far as it gets.

    It gives up by an exception, for example, at an xsi:type in a namespace it does not know.
    """
    try:
        yield from declaration.iter_errors(cast("ElementType", element))
    except xmlschema.XMLSchemaException:
        return


def accepts(schema: xmlschema.XMLSchema10, root: etree._Element) -> bool:
    """Return whether xmlschema finds a document valid; where it gives up, it does not. What it takes is noted."""
    begun = perf_counter()
    try:
        return schema.is_valid(root)
    except xmlschema.XMLSchemaException:
        return False
    finally:
        note(Cost(asked=1, asking=perf_counter() - begun))


def refuses_attributes(declared: XsdAttributeGroup | None, attributes: Mapping[str, str]) -> bool:
    """Return whether xmlschema finds something wrong with the attributes of an element, those of xsi left out."""
    if declared is None:
        return False
    try:
        return next(declared.iter_errors(dict(attributes)), None) is not None
    except (xmlschema.XMLSchemaException, ValueError, TypeError):
        return False


def refuses_children(group: XsdGroup, names: Sequence[str]) -> bool:
    """Return whether xmlschema finds that children of these names do not make up the content of a group."""
    model = group.get_model_visitor()
    for name in names:
        while model.element is not None:
            matches = model.match_element(name) is not None
            if next(model.advance(matches), None) is not None:
                return True
            if matches:
                break
        else:
            return True
    return model.element is not None and next(model.stop(), None) is not None


__all__ = ["accepts", "errors_of", "refuses_attributes", "refuses_children"]
