"""How often the comparison of times blames a clean node, and how often it finds a delay (profile 5.14).

Usage: python -m benchmarks.timing    Exit code 1 when a clean node is blamed, or a delay is taken for none.

The whole procedure of the case WEB-009.time (pairs in random order, looks after 6, 12, 24, 48, 96) is repeated against
the verification page of a clean node and of one that works longer where a number exists. The times are real ones, of
a machine as busy as it is.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.figure import Figure, Told
from conformance.checks.timing import LOOKS, Outcome, compare
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform

CLEAN, DELAYED = 200, 60
DEFECT = "slow-where-known"
AGREED = 0.01
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@contextmanager
def served(folder: Path, *options: str) -> Iterator[dict[str, object]]:
    """A node in a folder of its own; gives its partner file."""
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    command = [sys.executable, "-m", "reference_impl", "serve", str(folder), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as node:
        assert node.stdout is not None
        path = Path(node.stdout.readline().strip().removeprefix("ready "))
        try:
            yield tomllib.loads(path.read_text("utf-8")) | {"folder": path.parent}
        finally:
            node.terminate()


def procedure(endpoint: Endpoint, number: str, chance: random.Random) -> tuple[Outcome, int]:
    """One run of the comparison; its outcome, and how many pairs it took."""
    pairs: list[tuple[float, float]] = []

    def ask(wanted: str, source: str) -> float:
        body = urlencode({"number": wanted, "code": "WRONG-CODE"}).encode()
        answer = perform(endpoint, HttpRequest("POST", "/verify", FORM, body, source), Limits())
        return float(answer.fact("answered-after") or "nan")

    source = ""
    for look in LOOKS:
        while len(pairs) < look:
            if len(pairs) % 4 == 0:
                source = f"127.{chance.randint(1, 254)}.{chance.randint(1, 254)}.{chance.randint(1, 254)}"
            unknown = f"{number[:-3]}X{len(pairs):02}"
            if chance.random() < 0.5:
                known = ask(number, source)
                pairs.append((known, ask(unknown, source)))
            else:
                other = ask(unknown, source)
                pairs.append((ask(number, source), other))
        found = compare(pairs, AGREED)
        if found.outcome is not Outcome.UNDECIDED:
            return found.outcome, look
    return Outcome.UNDECIDED, LOOKS[-1]


def repeated(times: int, *options: str) -> tuple[Counter[Outcome], float]:
    """Outcomes of so many procedures against one node, and the mean number of pairs."""
    chance = random.Random(20260302)  # noqa: S311 - repeatable
    with (
        tempfile.TemporaryDirectory(prefix="ecert-bench-") as temporary,
        served(Path(temporary, "n"), *options) as told,
    ):
        page = told["ixit"]["verification"]  # type: ignore[index]
        data: dict[str, dict[str, str]] = told["data"]  # type: ignore[assignment]
        endpoint = Endpoint(page["url"], Path(str(told["folder"]), page["ca"]))
        number = next(iter(data["codes"]))
        found = [procedure(endpoint, number, chance) for _ in range(times)]
    return Counter(outcome for outcome, _ in found), statistics.fmean(pairs for _, pairs in found)


def main() -> int:
    """Measure both, and tell."""
    clean, pairs = repeated(CLEAN)
    delayed, later = repeated(DELAYED, "--defect", DEFECT)
    return Told(
        (
            Figure("comparison of times: a clean node is blamed", clean[Outcome.DIFFERENT] / CLEAN * 100, "%", 0.5),
            Figure("comparison of times: a clean node is left undecided", clean[Outcome.UNDECIDED] / CLEAN * 100, "%"),
            Figure("comparison of times: pairs for a clean node", pairs, ""),
            Figure("comparison of times: a delay is taken for none", delayed[Outcome.EQUAL] / DELAYED * 100, "%", 0.5),
            Figure("comparison of times: a delay is left undecided", delayed[Outcome.UNDECIDED] / DELAYED * 100, "%"),
            Figure("comparison of times: pairs for a delay", later, ""),
        )
    ).say()


if __name__ == "__main__":
    raise SystemExit(main())
