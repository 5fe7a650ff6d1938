"""How a case ends early. Cases, ports and checks raise these; the engine turns them into verdicts."""

from conformance.model.finding import Finding


class Outcome(Exception):
    """Base of everything that ends a case on purpose."""


class Nonconformity(Outcome):
    """The partner broke a requirement: verdict fail."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{f.requirement}: {f.message}" for f in findings))
        self.findings = findings


class Inconclusive(Outcome):
    """A precondition was not reached, so nothing was proved either way: verdict inconclusive."""


class Unreachable(Inconclusive):
    """The partner could not be reached at all; decides the exit code when it happens at first contact."""


class JudgeFault(Outcome):
    """The judge itself did something wrong: verdict error, never fail."""
