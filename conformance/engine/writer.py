"""Writing a record: JSON lines, appended as things happen."""

import json
import threading
from pathlib import Path
from typing import Any

from conformance.engine.redaction import Redactor

RECORD = "record.jsonl"


class RecordWriter:
    """Appends to `record.jsonl` of a run's folder, from any thread. Every line is on the disk's side when written."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        (folder / "messages").mkdir(exist_ok=True)
        self._file = (folder / RECORD).open("ab", buffering=0)
        self._redactor = redactor
        self._lock = threading.Lock()

    def write(self, event: dict[str, Any]) -> None:
        """Write one event that this process made; secrets are taken out first."""
        self.write_clean(self._redactor.value(event))

    def write_clean(self, event: dict[str, Any]) -> None:
        """Write one event that a lane made, which has taken the secrets out already."""
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            self._file.write(line)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
