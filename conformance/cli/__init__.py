"""The command line: a thin shell, one small module per command."""

import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import click

from conformance.cli.outcome import Told, message_of


@dataclass(frozen=True)
class _Command:
    """Where a command lies, and its line in the help, known without importing it; for maintainers it has no line."""

    module: str
    help: str
    hidden: bool = False


_COMMANDS = {
    "demo": _Command("demo", "Start the reference node, run every case against it, print the report's path."),
    "init": _Command("init", "Write a starter partner.toml."),
    "review": _Command("review", "Review a partner file without touching the network."),
    "run": _Command("run", "Test the partner a partner.toml describes."),
    "list": _Command("listing", "List requirements, cases, and which covers which."),
    "explain": _Command("explain", "Explain a requirement or a case."),
    "report": _Command("report", "Write the reports of a run again."),
    "compare": _Command("compare", "Compare two runs."),
    "replay": _Command("replay", "Judge a recorded run again, without a network."),
    "check": _Command("check", "Check documents offline."),
    "verify": _Command("verify", "Explain one signature step by step."),
    "sign": _Command("sign", "Sign a document as the profile wants it."),
    "pki": _Command("pki", "Make a test PKI, for whoever has none yet."),
    "schema": _Command("schema", "Compare releases of the schema: diff, impact, import."),
    "generate": _Command("generate", "Generate documents to send."),
    "convert": _Command("convert", "Convert between the 2009 format and SPSCertificate 17A."),
    "render": _Command("render", "Show a certificate as a person reads one."),
    "node": _Command("node", "Run the reference node."),
    "load": _Command("load", "Put a partner under load."),
    "reference": _Command("reference", "Take the reference node's answers for the reports.", hidden=True),
}


class _Lazy(click.Group):
    """Imports a command's module when the command is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands of this installation, in the order a newcomer meets them."""
        return [name for name, place in _COMMANDS.items() if find_spec(f"{__name__}.{place.module}")]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        place = _COMMANDS.get(cmd_name)
        if place is None or not find_spec(f"{__name__}.{place.module}"):
            return None
        module = import_module(f"{__name__}.{place.module}")
        commands = [value for value in vars(module).values() if isinstance(value, click.Command)]
        named = [command for command in commands if command.name == cmd_name]
        return (named or commands)[0]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            shown = [name for name in self.list_commands(ctx) if not _COMMANDS[name].hidden]
            formatter.write_dl([(name, _COMMANDS[name].help) for name in shown])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what the user can mend is told in a sentence, with its exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            told = message_of(error)
            if told is None and os.environ.get("ECERT_DEBUG"):
                raise
            told = told or Told(
                f"a fault of the suite itself, {type(error).__name__}: {error} (ECERT_DEBUG=1 shows where)", 4
            )
            click.echo(f"ecert: {told.text}", err=True)
            ctx.exit(told.code)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ecert-conformance", prog_name="ecert", message="%(prog)s %(version)s")
def main() -> None:
    """Test electronic sanitary and phytosanitary certificate (e-cert) exchange for conformance.

    The result is a test report, not a certificate.

    \b
    Begin here:  ecert demo
    Your system: ecert init; ecert review partner.toml; ecert run partner.toml

    Exit codes: 0 conformant, 1 not conformant, 2 wrong usage or configuration, 3 partner not reachable, 4 fault of the
    suite itself, 5 nothing was run, 6 the expectations file is stale.
    """
