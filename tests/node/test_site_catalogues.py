"""Every text of the site is translated, and a catalogue that is put beside the others is offered by itself."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import reference_impl
from reference_impl.web import languages

BUILD = Path(languages.LOCALE) / "build.py"


def test_the_catalogues_are_complete_and_up_to_date() -> None:
    done = subprocess.run([sys.executable, BUILD, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_text_without_translation_is_told(tmp_path: Path) -> None:
    package = tmp_path / "reference_impl"
    shutil.copytree(Path(reference_impl.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    form = package / "web" / "templates" / "form.html"
    form.write_text(form.read_text(encoding="utf-8") + '{{ _("A sentence nobody has translated") }}', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, package / "web" / "locale" / "build.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "not translated: A sentence nobody has translated" in done.stderr


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("fr;q=0.9, zh-Hans;q=0.3", "zh-Hans"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=x", "en"),
        ("," * 5000, "en"),
    ],
)
def test_the_best_language_of_those_there_are(accepted: str, language: str) -> None:
    assert languages.wanted("", accepted) == language


def test_a_language_that_was_chosen_goes_first() -> None:
    assert languages.wanted("zh-Hans", "en") == "zh-Hans"
    assert languages.wanted("tlh", "zh") == "zh-Hans"
