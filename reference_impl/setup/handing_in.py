"""What the node's operator hands in beside the partner file: written at each start, and without any secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import tomli_w

from reference_impl.config import NodeConfig

_WATCHED = timedelta(days=7)


@dataclass(frozen=True)
class HandedIn:
    """Where the files lie."""

    monitoring: Path
    settings: Path


class HandingIn:
    """Writes the files. Methods may be replaced."""

    def __init__(self, config: NodeConfig) -> None:
        self.config = config

    def write(self, host: str, now: datetime) -> HandedIn:
        """Write them below `handed-in/` of the node's folder; `host` is that of the site."""
        folder = self.config.folder / "handed-in"
        folder.mkdir(exist_ok=True)
        made = HandedIn(folder / "look-alike-domains.md", folder / "settings.toml")
        made.monitoring.write_text(self.monitoring(host, now), encoding="utf-8")
        made.settings.write_text(self.settings(), encoding="utf-8")
        return made

    def monitoring(self, host: str, now: datetime) -> str:
        """The record of watching for sites that look like the node's. Invented, as everything of a demonstration is."""
        looked = [(now - _WATCHED * weeks).date().isoformat() for weeks in (2, 1, 0)]
        lines = "\n".join(f"| {day} | certificate logs, new names one letter off | none found |" for day in looked)
        return (
            f"# Watching for sites that look like https://{host}\n\nInvented record of a demonstration node.\n\n"
            f"| day | where was looked | what was found |\n|---|---|---|\n{lines}\n"
        )

    def settings(self) -> str:
        """The settings a reviewer may see."""
        config = self.config
        return tomli_w.dumps(
            {
                "name": config.name,
                "country": config.country,
                "authority": config.authority,
                "signature": config.placement,
                "formats": list(config.documents.formats),
                "max_trade_lines": config.documents.max_trade_lines,
                "max_document_octets": config.documents.max_octets,
                "partners": sorted(one.country for one in config.partners),
            }
        )
