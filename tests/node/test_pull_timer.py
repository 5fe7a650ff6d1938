"""The importer pulls by itself at the agreed interval, and less often from a partner that fails."""

from pathlib import Path

import pytest
from partner_bench import eventually, running
from partner_servers import PullServer

from reference_impl.config import ConfigError, load_config
from reference_impl.importer.timer import LONGEST_PAUSE, PullTimer


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_country_is_due_at_once_and_then_after_each_interval() -> None:
    now = Hands()
    timer = PullTimer(now, lambda: 0.0)
    assert timer.due({"NZ": 60, "AU": 0}) == {"NZ"}
    timer.done("NZ", 60, well=True)
    now.at += 59
    assert timer.due({"NZ": 60}) == set()
    now.at += 1
    assert timer.due({"NZ": 60}) == {"NZ"}


def test_failures_double_the_pause_up_to_an_end_and_a_success_ends_that() -> None:
    now = Hands()
    timer = PullTimer(now, lambda: 0.0)
    assert [timer.pause(60, failures) for failures in (0, 1, 2, 3)] == [60, 120, 240, 480]
    assert timer.pause(60, 1000) == LONGEST_PAUSE
    assert timer.pause(7200, 5) == 7200
    for _ in range(2):
        timer.done("NZ", 60, well=False)
    now.at += 239
    assert timer.due({"NZ": 60}) == set()
    timer.done("NZ", 60, well=True)
    now.at += 60
    assert timer.due({"NZ": 60}) == {"NZ"}


def test_a_pause_is_a_little_longer_by_chance_and_never_shorter() -> None:
    assert 60 <= PullTimer(Hands(), lambda: 0.99).pause(60, 0) <= 66


def test_a_node_told_an_interval_fetches_without_being_asked(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with running(folder) as node:
        number, document = node.certificate()
        with PullServer(node) as partner:
            partner.listed[number] = document
            path = folder / "node.toml"
            text = path.read_text(encoding="utf-8")
            text = text.replace("pull_every_seconds = 0", "pull_every_seconds = 0.2", 1)
            text = text.replace('country = "NZ"\n', f'country = "NZ"\npull_url = "{node.judge["pull_url"]}"\n', 1)
            path.write_text(text, encoding="utf-8")
            with running(folder):
                assert eventually(lambda: partner.receipts(number)) == ["Received"]
                assert eventually(lambda: len(partner.named("ListCertificates")) >= 3)
    assert partner.receipts(number) == ["Received"]


@pytest.mark.parametrize("value", ["-1", '"often"', "1e9", "true"])
def test_an_interval_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    folder = tmp_path / "node"
    with running(folder):
        pass
    path = folder / "node.toml"
    path.write_text(path.read_text().replace("pull_every_seconds = 0", f"pull_every_seconds = {value}", 1))
    with pytest.raises(ConfigError, match="pull_every_seconds must be a number of seconds"):
        load_config(folder)
