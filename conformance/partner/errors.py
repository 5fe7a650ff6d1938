"""The one error a partner file can cause."""

from pathlib import Path


class PartnerFileError(Exception):
    """A partner file that cannot be used, told in one sentence: file, key, what is wrong, what to do."""

    def __init__(self, path: Path | str, key: str, problem: str, remedy: str = "") -> None:
        """Keep the parts and join them; `remedy` is what the reader should do."""
        self.path = str(path)
        self.key = key
        self.problem = problem
        self.remedy = remedy
        place = f"{path}: {key}" if key else str(path)
        super().__init__(f"{place}: {problem}" + (f"; {remedy}" if remedy else ""))
