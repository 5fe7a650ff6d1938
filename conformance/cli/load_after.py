"""What is looked at after the load is over, over the judge's ports and on a tape: the record holds every answer."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.cases.helpers.importer import kept
from conformance.cases.helpers.importing import Importing
from conformance.cases.helpers.judge import Judge
from conformance.catalogue import load_catalogue
from conformance.cli.load_figures import Taken
from conformance.cli.load_kinds import BACKLOG, OVER_RATE, RECONCILED, Kind
from conformance.engine.tapes import LiveTape
from conformance.engine.verdict import Judgement, judgement
from conformance.model.finding import Where
from conformance.model.words import Verdict
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.served_pull import PullService
from conformance.ports.soap import PullPort

MOST_WAIT = 120.0
MOST_FINDINGS = 20


@dataclass(frozen=True)
class After:
    """One thing to do after the load: what it proves, what it needs (ICS tokens), how, and the limit agreed."""

    kind: Kind
    needs: tuple[str, ...]
    act: Callable[[Partner, LiveTape, Judge], str]
    name: str
    agreed: str

    def missing(self, partner: Partner) -> str:
        """Return which ICS token the partner does not declare, or the empty text."""
        lacking = [token for token in self.needs if token not in partner.ics]
        return f"The ICS does not declare: {', '.join(lacking)}." if lacking else ""

    def run(self, partner: Partner, tape: LiveTape) -> tuple[Judgement, str]:
        """Do it; return the verdict and what was measured, in words."""
        catalogue = load_catalogue()
        judge = Judge(tape, self.kind.requirement, lambda requirement: catalogue[requirement].level)
        raised: list[Exception] = []
        measured = ""
        try:
            measured = self.act(partner, tape, judge)
        except Exception as error:  # noqa: BLE001 - whatever it was, it becomes a verdict
            raised.append(error)
        result = judgement(raised, judge.findings, exchanges=tape.exchanges)
        return result, measured or (result.reason if result.verdict is not Verdict.PASS else "")


def reconciliation(taken: Iterable[Taken], taken_count: int) -> After:
    """Compare what the partner has taken with what it holds."""
    chosen = tuple(taken)

    def act(partner: Partner, tape: LiveTape, judge: Judge) -> str:
        judge.precondition(chosen, "no message was taken under load, so there is nothing to look for")
        hooks = Hooks(partner, tape)
        lost = doubled = changed = 0
        for one in chosen:
            found = judge.wait_until(
                lambda number=one.number: held if (held := kept(hooks, number)).copies else None,  # type: ignore[misc]
                partner.limits.state_delay_seconds if lost == 0 else 0.0,
                f"{one.number} to be stored",
            )
            copies, digest = (found.copies, found.sha256) if found else (0, "")
            lost, doubled = lost + (copies == 0), doubled + (copies > 1)
            changed += copies == 1 and digest != one.sha256
            if (copies == 1 and digest == one.sha256) or len(judge.findings) >= MOST_FINDINGS:
                continue
            judge.expect(
                condition=False,
                expected=f"one copy with SHA-256 {one.sha256}",
                actual=f"{copies} copies" + (f", SHA-256 {digest or 'not told'}" if copies else ""),
                message="A certificate taken under load is not there once, octet by octet"
                + (" (it was sent twice)." if one.times > 1 else "."),
                where=Where(f"certificate {one.number} at the importer"),
            )
        twice = sum(one.times > 1 for one in chosen)
        return (
            f"of {len(chosen)} looked up ({taken_count} taken; {twice} sent twice) "
            f"{lost} lost, {doubled} doubled, {changed} changed"
        )

    needs = ("role:importer", "access:push", "hook:lookup")
    return After(RECONCILED, needs, act, "certificates taken under load", "each there once, octet by octet")


def recovery() -> After:
    """Ask as the caller who was over its rate, until it is served again; it may wait as long as it was told."""

    def act(partner: Partner, tape: LiveTape, judge: Judge) -> str:
        port = PullPort(partner, tape).as_("limited")
        waited = 0.0
        while (fault := port.fault_in(port.send_echo())) is not None:
            seconds = fault.retry_after
            judge.require(
                fault.name == "TooManyRequests" and seconds is not None,
                expected="an answer, or TooManyRequests with the time to wait",
                actual=str(fault),
                message="After the load the caller is refused for another reason.",
            )
            judge.require(
                waited == 0.0,
                expected="to be served after the time it was told",
                actual=f"{fault} after {waited:g} s of waiting",
                message="A caller who waited as told is not served again.",
            )
            waited = (seconds or 0) + 0.2
            judge.precondition(waited <= MOST_WAIT, f"The partner asks to wait {seconds} s; that is not waited for.")
            tape.pause(waited)
        return f"served again after {waited:.0f} s"

    return After(OVER_RATE, ("account:limited",), act, "caller over its rate, afterwards", "served after the time told")


def backlog(count: int) -> After:
    """Offer certificates while the judge's list is out of order, mend it, and wait until all have been fetched."""

    def act(partner: Partner, tape: LiveTape, judge: Judge) -> str:
        hooks, service = Hooks(partner, tape), PullService(partner)
        try:
            service.attach(tape)
            hooks.set_judge_addresses(pull_url=service.url)
            importing = Importing(service, hooks, judge, tape, partner)
            exporter = importing.exporter
            service.answer_with_fault("ListCertificates", "TooManyRequests", status=503)
            waiting = [importing.offer(exporter.certificate()) for _ in range(count)]
            importing.pull()
            judge.precondition(
                service.wait_for("ListCertificates", None, partner.limits.delivery_seconds),
                "The partner's client did not ask while the judge's service was out of order.",
            )
            service.answer_properly()
            importing.pull()
            begun = time.monotonic()
            left = len(waiting)
            for made in waiting:
                rest = partner.limits.backlog_seconds - (time.monotonic() - begun)
                receipt = service.wait_for("AcknowledgeReceipt", made.number, max(0.0, rest))
                left -= receipt is not None
            seconds = time.monotonic() - begun
            judge.expect(
                left == 0,
                expected=f"{count} certificates fetched and acknowledged within {partner.limits.backlog_seconds:g} s",
                actual=f"{left} not acknowledged",
                message="What waited during an outage is not fetched within the agreed time.",
                where=Where("requests of the partner's client"),
            )
            return f"{count - left} of {count} in {seconds:.1f} s"
        finally:
            service.close()

    needs = ("role:importer", "access:pull", "judge:pull", "judge:signing", "hook:pull_now")
    return After(BACKLOG, needs, act, f"{count} certificates after an outage", "all fetched and acknowledged")
