"""A catalogue for tests only: every text of the site in Arabic letters, so that what is not ready for them shows.

It is no translation: each Latin letter has become an Arabic one. Placeholders stay.
"""

import re
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from reference_impl.web.languages import LOCALE

LANGUAGE = "ar"
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتدهفجحيجكلمنوبقرستوفوكيز")
_PLACEHOLDER = re.compile(r"(%\(\w+\)s)")


def written(text: str) -> str:
    """A text of the site as the catalogue has it."""
    return "".join(part if _PLACEHOLDER.fullmatch(part) else part.lower().translate(_LETTERS)
                   for part in _PLACEHOLDER.split(text))  # fmt: skip


def write_catalogue(folder: Path) -> None:
    """Make the catalogue, below a folder for further languages, from the texts another one has."""
    with (LOCALE / "zh_Hans" / "LC_MESSAGES" / "site.po").open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGE)
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            message.string = tuple(written(message.id[1]) for _ in range(catalogue.num_plurals))
        elif message.id:
            message.string = written(message.id)
    path = folder / LANGUAGE / "LC_MESSAGES" / "site.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
