"""Brings the catalogues up to date with the texts of the site: `python reference_impl/web/locale/build.py [--check]`.

Every text of the code and templates is in every catalogue; what is not translated yet is left empty there. `--check`
writes nothing and ends with 1 when a catalogue is not up to date or a text is not translated.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def texts() -> Catalog:
    """Every text there is to translate, with the files it stands in."""
    found = Catalog(fuzzy=False)
    for name, _, message, comments, context in extract_from_dir(str(ROOT), METHODS, OPTIONS, KEYWORDS):
        found.add(message, None, [(name, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return found


def renewed(path: Path, wanted: Catalog) -> tuple[bytes, list[str]]:
    """A catalogue as it ought to be, and the texts without a translation."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    missing = [str(one.id) for one in catalogue if one.id and (not one.string or one.fuzzy)]
    written = BytesIO()
    write_po(written, catalogue, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return written.getvalue(), missing


def main(arguments: list[str]) -> int:
    """Renew all catalogues, or say what is wrong with them."""
    check, wrong = "--check" in arguments, 0
    wanted = texts()
    for path in sorted(Path(__file__).resolve().parent.glob("*/LC_MESSAGES/site.po")):
        octets, missing = renewed(path, wanted)
        if not check:
            path.write_bytes(octets)
        elif octets != path.read_bytes():
            wrong = 1
            print(f"{path}: is not up to date; run {Path(__file__).name} without --check", file=sys.stderr)
        for text in missing:
            wrong = 1 if check else wrong
            print(f"{path}: not translated: {text}", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
