"""The languages of the site: which a visitor wants, and the texts in it.

Texts are English in code and templates; `locale/<language>/LC_MESSAGES/site.po` translates them. A catalogue that is
put there, or into a folder that node.toml names, is offered by itself: nothing else names the languages.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent / "locale"
ENGLISH = "en"
_MANY = 20  # entries of Accept-Language that are looked at


_folders = [LOCALE]


def offer(folder: Path) -> None:
    """Offer the catalogues of one more folder, too. To be called before the first page is made."""
    if folder not in _folders:
        _folders.append(folder)
        languages.cache_clear()
        translations.cache_clear()


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """BCP 47 tags of the languages there are, English first."""
    return (ENGLISH, *sorted(_catalogues()))


def _catalogues() -> dict[str, Path]:
    found = [path for folder in _folders for path in folder.glob("*/LC_MESSAGES/site.po")]
    return {path.parent.parent.name.replace("_", "-"): path for path in found}


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """Babel's locale of a language of the site: its own name, direction of writing, formats."""
    return Locale.parse(language, sep="-")


@lru_cache(maxsize=16)
def translations(language: str) -> gettext.NullTranslations:
    """The texts of a language of the site."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    with _catalogues()[language].open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
    machine = BytesIO()
    write_mo(machine, catalogue)
    machine.seek(0)
    return gettext.GNUTranslations(machine)


def wanted(chosen: str, accepted: str) -> str:
    """The language for a visitor: the one `chosen` if there is such, else the best of the header Accept-Language."""
    offered = languages()
    if chosen in offered:
        return chosen
    found = negotiate_locale(_by_weight(accepted), offered, sep="-", aliases=_ALIASES)
    return next((tag for tag in offered if found and tag.lower() == found.lower()), ENGLISH)


# A script is rarely asked for by name: whoever asks for a region means the script written there.
_ALIASES = {"zh": "zh_Hans", "zh-cn": "zh_Hans", "zh-sg": "zh_Hans"}


def _by_weight(header: str) -> list[str]:
    weighed = []
    for place, part in enumerate(header.split(",")[:_MANY]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            value = 0.0
        if tag and tag != "*" and value > 0:
            weighed.append((-value, place, tag))
    return [tag for _, _, tag in sorted(weighed)]
