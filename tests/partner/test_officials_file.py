"""The file of officials for a load run: read whole, or refused in one sentence."""

from pathlib import Path

import pytest

from conformance.partner import PartnerFileError
from conformance.partner.officials import read_officials


def test_each_official_has_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "officials.toml"
    path.write_text(
        '[[officials]]\nuser = "a@nz.example"\npassword = "invented-1"\nsecond_factor = "MFRGGZDF"\ncountry = "NZ"\n'
        '[[officials]]\nuser = "b@nz.example"\npassword = "invented-2"\n',
        "utf-8",
    )
    first, second = read_officials(path)
    assert (first.user, first.country, first.password.reveal()) == ("a@nz.example", "NZ", "invented-1")
    assert first.second_factor is not None
    assert second.second_factor is None
    assert "invented" not in repr((first, second))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[officials]]\nuser = 'a'\n", "official 1 has no user or no password"),
        ("officials = [1]\n", "official 1 has no user or no password"),
        ("[[officials]", "not TOML"),
        (None, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "officials.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(PartnerFileError, match=said):
        read_officials(path)
