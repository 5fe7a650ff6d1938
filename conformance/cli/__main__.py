"""`python -m conformance.cli`: the same as `ecert`."""

from conformance.cli import main

main(prog_name="ecert")
