"""The wheel, and an environment in which nothing but it is installed by the name of this project."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installed:
    """An environment away from the checkout with the wheel in it; `packages` is where its modules lie."""

    folder: Path
    wheel: Path
    packages: Path

    def run(self, *command: str, seconds: float = 60) -> "subprocess.CompletedProcess[str]":
        """Run a command of the environment in a folder of its own."""
        program = str(self.folder / "bin" / command[0])
        return subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            timeout=seconds,
            cwd=self.folder,
            env=self.environment(),
        )

    def environment(self) -> dict[str, str]:
        """Return the environment variables a command of it gets."""
        return clean_environment()


def clean_environment() -> dict[str, str]:
    """Return the environment without what would let Python find the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ECERT"))}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the build system pyproject.toml names."""
    if find_spec("hatchling") is None:
        if os.environ.get("CI"):
            pytest.fail("hatchling is missing, and CI must not skip for it: add it to tox.ini")
        pytest.skip("needs hatchling, which is not installed")
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        check=True,
        capture_output=True,
        cwd=CHECKOUT,
        env=clean_environment(),
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel where nothing is fetched: its dependencies are those of the tests' own environment.

    They are lent by a path file, which does not follow the path files in there; so an editable install of the
    checkout is not seen.
    """
    folder = tmp_path_factory.mktemp("away") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        env=clean_environment() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "lent.pth").write_text("".join(f"{path}\n" for path in sorted(lent)), "utf-8")
    return Installed(folder, wheel, packages)
