"""The form of a certificate on paper: a PDF with embedded fonts, text that can be searched, and the QR code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from reference_impl.texts import N_
from reference_impl.web.languages import ENGLISH, locale, translations
from reference_impl.web.verification_words import STATE_TEXTS
from reference_impl.web.view import Field, View

# One font for letters and one for what it lacks, above all Chinese. Each list is in the order of preference.
LETTERS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"),
)
OTHERS = (
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf"),
)
_EDGE, _GAP, _QR = 18.0, 3.0, 32.0
# What a box needs beside its text, and the part about the state, in mm.
_BOX, _STATE = 8.0, 40.0
_LABEL_SIZE, _TEXT_SIZE, _HEAD_SIZE = 7.5, 10.5, 15.0
_SOFT, _INK, _LINE = (79, 89, 107), (20, 33, 61), (160, 170, 185)


class NoFonts(Exception):
    """The machine has not the fonts a form needs; the text says which."""


@dataclass(frozen=True)
class Sheet:
    """What goes on paper: the view of the certificate, whose it is, where to verify it, and when this was.

    `particulars` is everything the document says.
    """

    view: View
    particulars: tuple[Field, ...]
    number: str
    authority: str
    link: str
    at: datetime
    language: str


@lru_cache(maxsize=1)
def fonts() -> tuple[Path, Path]:
    """The two fonts. Raises `NoFonts`."""
    letters = next((path for path in LETTERS if path.is_file()), None)
    others = next((path for path in OTHERS if path.is_file()), None)
    if letters is None or others is None:
        missing = "DejaVu Sans (fonts-dejavu-core)" if letters is None else "Droid Sans Fallback (fonts-droid-fallback)"
        raise NoFonts(f"the form as PDF needs the font {missing}; install it")
    return letters, others


def can_print() -> bool:
    """Whether the machine has the fonts a form needs."""
    try:
        fonts()
    except NoFonts:
        return False
    return True


def form(sheet: Sheet) -> bytes:
    """The octets of the PDF; the same sheet gives the same octets. Raises `NoFonts`."""
    return _Form(sheet).octets()


class _Form:
    """One form being written. Labels are in the visitor's language, with English beside it."""

    def __init__(self, sheet: Sheet) -> None:
        letters, self.others = fonts()
        self.sheet = sheet
        # What is written from right to left needs its letters joined, which this way of writing cannot.
        self.language = sheet.language if locale(sheet.language).text_direction == "ltr" else ENGLISH
        self.own = translations(self.language).gettext
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(sheet.at)
        self.pdf.set_title(sheet.number)
        self.pdf.set_author(sheet.authority)
        self.pdf.set_lang(self.language)
        self.pdf.set_margin(_EDGE)
        self.pdf.set_auto_page_break(auto=True, margin=_EDGE)
        self.pdf.add_font("letters", "", str(letters))
        font = self.pdf.fonts["letters"]
        self.enough = {ord("\n"), *(font.cmap if isinstance(font, TTFFont) else ())}
        self.pdf.add_page()

    def octets(self) -> bytes:
        """Write everything."""
        self._head()
        for field in self.sheet.view.fields:
            self._box(field.label, tuple(field.shown(one, self.language) for one in field.values))
        self._state()
        self._particulars()
        return bytes(self.pdf.output())

    def _head(self) -> None:
        picture = BytesIO()
        segno.make_qr(self.sheet.link, error="m").save(picture, kind="png", scale=8, border=0)
        picture.seek(0)
        right = self.pdf.w - _EDGE - _QR
        self.pdf.image(picture, right, _EDGE, _QR, _QR, alt_text=self.sheet.link)
        self._line(self.sheet.authority, _HEAD_SIZE, width=right - _EDGE - _GAP)
        kind = next((field.values[0] for field in self.sheet.view.fields if field.name == "type"), "")
        self._line(kind, _TEXT_SIZE + 2, width=right - _EDGE - _GAP)
        self._line(self.sheet.number, _HEAD_SIZE, width=right - _EDGE - _GAP)
        self.pdf.set_y(max(self.pdf.get_y(), _EDGE + _QR) + _GAP)
        self._line(self.sheet.link, _LABEL_SIZE, _SOFT)
        self.pdf.ln(_GAP)

    def _box(self, label: str, values: tuple[str, ...]) -> None:
        self._together(_BOX + _TEXT_SIZE * 0.5 * len(values))
        self._rule(_LINE)
        self._line(self._both(label), _LABEL_SIZE, _SOFT)
        for value in values:
            self._line(value, _TEXT_SIZE)
        self.pdf.ln(1.2)

    def _state(self) -> None:
        word, sentence = STATE_TEXTS[self.sheet.view.state]
        self._together(_STATE)
        self._rule(_INK)
        self._line(self._both(word), _HEAD_SIZE)
        self._line(self._both(sentence), _TEXT_SIZE)
        if self.sheet.view.replaced_by:
            self._line(f"{self._both(N_('Replaced by certificate'))} {self.sheet.view.replaced_by}", _TEXT_SIZE)
        at = self.sheet.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._line(f"{self._both(N_('Verified at'))} {at}", _LABEL_SIZE, _SOFT)
        note = N_("The state can change after printing: scan the code to see the present one.")
        self._line(self._both(note), _LABEL_SIZE, _SOFT)

    def _particulars(self) -> None:
        self.pdf.add_page()
        self._line(self._both(N_("The whole certificate")), _HEAD_SIZE)
        note = N_("In the words of the electronic certificate, which counts where the two should differ.")
        self._line(self._both(note), _LABEL_SIZE, _SOFT)
        self.pdf.ln(_GAP)
        for field in self.sheet.particulars:
            self._box(field.label, field.values)

    def _together(self, height: float) -> None:
        """Begin a new page when so much, in mm, does not fit any more."""
        if self.pdf.will_page_break(height):
            self.pdf.add_page()

    def _rule(self, colour: tuple[int, int, int]) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.line(_EDGE, self.pdf.get_y(), self.pdf.w - _EDGE, self.pdf.get_y())
        self.pdf.ln(1.2)

    def _both(self, text: str) -> str:
        translate: Callable[[str], str] = self.own
        own = translate(text)
        return text if self.language == ENGLISH or own == text else f"{own} / {text}"

    def _line(self, text: str, size: float, colour: tuple[int, int, int] = _INK, width: float = 0.0) -> None:
        if "others" not in self.pdf.fonts and not self.enough.issuperset(map(ord, text)):
            self.pdf.add_font("others", "", str(self.others))  # it takes a third of a second, and most forms need none
            self.pdf.set_fallback_fonts(["others"])
        self.pdf.set_font("letters", size=size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(width, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
