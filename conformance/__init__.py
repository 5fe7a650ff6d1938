"""The judge: checks any partner's e-cert system over the wire and says what it saw."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("ecert-conformance")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0+checkout"
