"""What `pip install` gives: whole, working away from the checkout, and with the dependencies it really has."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
OWN = ("conformance", "reference_impl")
# Data folders of the checkout, and where the wheel has them.
DATA = {name: f"ecert_data/{name}" for name in ("schemas", "fixtures", "reports", "load", "docs/profile")}
DATA |= {name: name for name in ("conformance", "reference_impl")}
# Named for a package of ours that loads them by itself: they are imported nowhere here.
LOADED_BY_OTHERS = {
    "httptools": "uvicorn's faster HTTP parser, which shows the client's certificate",
    "python-multipart": "starlette's reader of forms",
}
# Imported where it is needed, by the extra "browser".
OF_EXTRAS = {"playwright"}
EVERYTHING = """
import importlib, pkgutil, sys, warnings
warnings.simplefilter("error")
# tlslite-ng offers a class for asyncore where there is one (Python 3.11).
warnings.filterwarnings("ignore", "The asyncore module is deprecated", DeprecationWarning)
import conformance, reference_impl
assert "site-packages" in conformance.__file__ and conformance.__file__.startswith(sys.argv[1]), conformance.__file__
count = 0
for package in (conformance, reference_impl):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            count += 1
assert not [name for name in sys.modules.values() if str(getattr(name, "__file__", "")).startswith(sys.argv[2])]
print(count)
"""


def names(requirements: list[str]) -> set[str]:
    """Return the normalised names of Requires-Dist lines that hold without an extra."""
    return {
        re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[(]", line)[0]).lower()
        for line in requirements
        if "extra ==" not in line
    }


def imported(source: str) -> Iterator[str]:
    """Give the top-level names a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_every_data_file_is_in_the_wheel_as_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    compared = 0
    for folder, place in DATA.items():
        files = [path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files, folder
        for path in files:
            name = f"{place}/{path.relative_to(CHECKOUT / folder).as_posix()}"
            assert packed.get(name) == path.read_bytes(), f"{name} is missing from the wheel or differs"
            compared += 1
    assert compared > 300
    strangers = {name.partition("/")[0] for name in packed} - {*OWN, "ecert_data"}
    assert {name.endswith(".dist-info") for name in strangers} == {True}, strangers


def test_dependencies_are_those_that_are_imported(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        declared = names(message_from_bytes(archive.read(metadata)).get_all("Requires-Dist") or [])
        sources = [name for name in archive.namelist() if name.endswith(".py")]
        used = {top for name in sources for top in imported(archive.read(name).decode("utf-8"))}
    ours = {*OWN, *(path.stem for path in (CHECKOUT / "load").glob("*.py"))}
    ours |= {path.stem for path in (CHECKOUT / "schemas").rglob("*.py")}
    ours |= {path.parent.name for path in (CHECKOUT / "fixtures").rglob("__init__.py")}  # what a builder is made of
    known = packages_distributions()
    needed = set()
    for top in used - ours - set(sys.stdlib_module_names):
        owners = {re.sub(r"[-_.]+", "-", owner).lower() for owner in known.get(top, [])}
        assert owners, f"{top} is imported and no installed distribution has it"
        needed.add(next(iter(owners & declared), min(owners)))
    assert needed - declared == OF_EXTRAS, "imported, and not declared in pyproject.toml"
    assert declared - needed == set(LOADED_BY_OTHERS), "declared in pyproject.toml, and not imported"


def test_every_module_can_be_imported_away_from_the_checkout(installed: Any) -> None:
    done = installed.run("python", "-c", EVERYTHING, str(installed.folder), str(CHECKOUT / "conformance"))
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


def test_the_commands_work(installed: Any) -> None:
    version = installed.run("ecert", "--version")
    assert version.returncode == 0, version.stderr
    assert re.search(r"\d+\.\d+", version.stdout)
    listed = installed.run("ecert", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert "PULL-021" in listed.stdout
    twins = installed.packages / "ecert_data" / "fixtures" / "certificates"
    checked = installed.run("ecert", "check", "--json", str(twins / "accepted.xml"), str(twins / "refused-doctype.xml"))
    lines = [json.loads(line) for line in checked.stdout.splitlines()]
    assert [line["verdict"] for line in lines] == ["pass", "fail"], checked.stderr


def test_a_case_runs_against_the_node_that_came_along(installed: Any) -> None:
    made = installed.run("python", "-m", "reference_impl", "init", "node")
    assert made.returncode == 0, made.stderr
    with serving(installed) as partner:
        done = installed.run("ecert", "run", partner, "--case", "PULL-021", "--out", "runs")
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = (installed.folder / "runs").rglob("report.json")
    results = {case["id"]: case["verdict"] for case in json.loads(report.read_text("utf-8"))["cases"]}
    assert results["PULL-021"] == "pass"


@contextmanager
def serving(installed: Any) -> Iterator[str]:
    """Serve the installed node; gives the path of its partner file."""
    node = subprocess.Popen(
        [str(installed.folder / "bin" / "python"), "-m", "reference_impl", "serve", "node"],
        cwd=installed.folder, env=installed.environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert node.stdout is not None
        yield node.stdout.readline().strip().removeprefix("ready ")
    finally:
        node.terminate()
        node.wait(10)
        assert node.stdout is not None
        node.stdout.close()


@pytest.mark.parametrize(
    ("line", "name"), [("lxml<6.2,>=6.1.3", "lxml"), ("Jinja2 (>=3)", "jinja2"), ("a_b.c[x]", "a-b-c")]
)
def test_names_of_requirements_are_read(line: str, name: str) -> None:
    assert names([line, 'tox>=4; extra == "dev"']) == {name}
