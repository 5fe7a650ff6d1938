"""Pages from templates, in the visitor's language."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from reference_impl.web.department.words import DEEDS
from reference_impl.web.formats import day_text, moment_text, weight_text
from reference_impl.web.languages import languages, locale, translations
from reference_impl.web.static_files import SCRIPT, STYLE
from reference_impl.web.verification_words import STATE_TEXTS
from reference_impl.web.visit import Visit

TEMPLATES = Path(__file__).resolve().parent / "templates"
HTML = "text/html; charset=utf-8"
# What a form that was sent and not taken is answered with, beside 403 of the log-in.
WRONG_FORM = (403, 409, 422)


@lru_cache(maxsize=16)
def environment(language: str) -> Environment:
    """Templates and texts of one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    texts = translations(language)
    made.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    made.filters["moment"] = partial(_moment, language=language)
    made.filters["day"] = partial(_day, language=language)
    made.filters["plain_day"] = partial(day_text, language=language)
    made.filters["weight"] = _weight
    made.filters["deed"] = partial(_deed, translate=texts.gettext)
    made.filters["choices"] = partial(_choices, translate=texts.gettext)
    made.globals.update(
        lang=language,
        style=STYLE.address,
        passkey_script=SCRIPT.address,
        state_texts=STATE_TEXTS,
        direction=locale(language).text_direction,
        languages=[(tag, locale(tag).get_display_name() or tag) for tag in languages()],
    )
    return made


class Renderer:
    """Makes pages. Methods may be replaced."""

    def __init__(self, authority: str) -> None:
        self.authority = authority

    def page(self, visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        """A page from its template; every template knows `visit`, `authority`, `wrong_form`, `seen`."""
        token = visit.session.csrf if visit.session is not None else ""
        text = environment(visit.language).get_template(template)
        wrong_form = status in WRONG_FORM and visit.request.method == "POST"
        rendered = text.render(
            authority=self.authority,
            visit=visit,
            wrong_form=wrong_form,
            csrf=lambda: _hidden(token),
            seen=self.seen,
            **values,
        )
        return Response(rendered, status, media_type=HTML)

    def seen(self, text: str) -> str:
        """What somebody typed, without characters that are not seen or turn the direction of writing (profile 5.18)."""
        return "".join(one for one in text if unicodedata.category(one) != "Cf")


def _hidden(token: str) -> Markup:
    """The field every form of a private page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def _moment(value: str | datetime, language: str) -> Markup:
    """A moment for people and for programs."""
    machine = value if isinstance(value, str) else value.isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, moment_text(value, language))


def _day(value: str, language: str) -> Markup:
    """As `_moment`, the day alone."""
    return Markup('<time datetime="{}">{}</time>').format(value[:10], day_text(value, language))


def _weight(value: str) -> Markup:
    """A weight for people and for programs."""
    return Markup('<data value="{}">{}</data>').format(value, weight_text(value))


def _deed(what: str, translate: Callable[[str], str]) -> str:
    """A deed of the audit trail in the page's language."""
    return translate(DEEDS.get(what, what))


def _choices(words: Mapping[str, str | tuple[str, str]], translate: Callable[[str], str]) -> list[tuple[str, str]]:
    """What a field offers: each code with its word in the page's language."""
    return [(code, translate(word if isinstance(word, str) else word[0])) for code, word in words.items()]
