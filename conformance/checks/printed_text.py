"""The text of a printed form, taken out of a PDF in a process of its own with limits on memory and time.

Usage of that process: python -m conformance.checks.printed_text, with the PDF on its standard input. It prints one JSON
object: `pages`, the text of each page, or `problem`, why there is none.
"""

import io
import json
import logging
import resource
import subprocess
import sys

_SECONDS = 10
_MEMORY = 2_000_000_000
_MOST_OCTETS = 20_000_000
_MOST_PAGES = 200
_MOST_TEXT = 2_000_000
_MAGIC = b"%PDF-"


class NoText(Exception):
    """The octets are not a PDF whose text can be read; the text says why."""


def pages_of(data: bytes) -> tuple[str, ...]:
    """Return the text of each page of a PDF, in the order in which it is drawn. Raises `NoText`."""
    if _MAGIC not in data[:1024]:
        raise NoText("the form is not a PDF")
    if len(data) > _MOST_OCTETS:
        raise NoText(f"the form has {len(data):,} octets; at most {_MOST_OCTETS:,} are read")
    command = [sys.executable, "-m", "conformance.checks.printed_text"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=3 * _SECONDS, check=False)
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise NoText(f"reading the PDF takes more than {_SECONDS} seconds") from None
    except ValueError:
        raise NoText("the PDF cannot be read within the bounds of time and memory") from None
    if "problem" in found:
        raise NoText(found["problem"])
    pages = tuple(found["pages"])
    if not any(page.strip() for page in pages):
        raise NoText("the PDF holds no text: a form that is a picture cannot be compared")
    return pages


def _read(data: bytes) -> dict[str, object]:
    from pypdf import PdfReader  # noqa: PLC0415 - only the process of its own needs it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"problem": "the PDF is encrypted and asks for a password"}
        count = len(reader.pages)
        if count > _MOST_PAGES:
            return {"problem": f"the PDF has {count} pages; at most {_MOST_PAGES} are read"}
        pages = [page.extract_text() for page in reader.pages]
    except (MemoryError, RecursionError):
        return {"problem": "the PDF cannot be read within the bounds of time and memory"}
    except Exception as error:  # noqa: BLE001 - what a broken PDF makes the library raise is of many kinds
        return {"problem": f"the PDF cannot be read: {' '.join(str(error).split())[:200] or type(error).__name__}"}
    if sum(map(len, pages)) > _MOST_TEXT:
        return {"problem": f"the PDF holds more than {_MOST_TEXT:,} characters of text"}
    return {"pages": pages}


def main() -> int:
    """Read the PDF on standard input and print what was found; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 5))
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
