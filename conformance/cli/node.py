"""`ecert node`: the reference node, in a process of its own."""

import subprocess
import sys

import click


@click.command(
    name="node",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    epilog="Example:  ecert node init mynode; ecert node serve mynode --defect local-times",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run the reference node; ARGUMENTS are its own (`ecert node --help` prints them)."""
    from conformance.engine.child import python  # noqa: PLC0415

    with subprocess.Popen(python("reference_impl", *arguments)) as node:
        try:
            code = node.wait()
        except KeyboardInterrupt:
            # The terminal has sent Ctrl-C to the node as well; it ends by itself.
            code = node.wait(10)
    sys.exit(code)
