"""Pages from templates, in the visitor's language."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from reference_impl.web.languages import languages, locale, translations
from reference_impl.web.verification_words import STATE_TEXTS
from reference_impl.web.visit import Visit

TEMPLATES = Path(__file__).resolve().parent / "templates"
HTML = "text/html; charset=utf-8"


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
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["moment"] = lambda value: _moment(value, language)
    made.filters["day"] = lambda value: _day(value, language)
    made.globals.update(
        lang=language,
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
        """A page from its template; every template knows `visit` and `authority`."""
        token = visit.session.csrf if visit.session is not None else ""
        text = environment(visit.language).get_template(template)
        rendered = text.render(authority=self.authority, visit=visit, csrf=lambda: _hidden(token), **values)
        return Response(rendered, status, media_type=HTML)


def _hidden(token: str) -> Markup:
    """The field every form of a private page carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def _moment(value: str | datetime, language: str) -> Markup:
    """A moment (text as `clock.instant` writes it, or a datetime) in UTC, for people and for programs."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    shown = format_datetime(moment, "d MMM y, HH:mm" if language == "en" else "medium", locale=locale(language))
    return Markup('<time datetime="{}">{} UTC</time>').format(moment.isoformat(), shown)


def _day(value: str | datetime, language: str) -> Markup:
    """As `moment`, the day alone."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    shown = format_date(moment, "medium", locale=locale(language))
    return Markup('<time datetime="{}">{}</time>').format(moment.date().isoformat(), shown)
