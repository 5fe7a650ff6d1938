"""`ecert load`: many requests at once against a partner, and whether its agreed limits hold."""

import ipaddress
import socket
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from conformance.cli.load_figures import Figures
from conformance.cli.load_officials import NobodyLoggedIn, enter
from conformance.cli.load_report import Saved, save
from conformance.cli.load_run import ACCESSES, LoadFault, Order, run_locust
from conformance.partner import Partner, PartnerFileError, load_partner
from conformance.partner.officials import read_officials
from conformance.partner.pages import PageAccount
from conformance.reporting.text import duration as told


@click.command("load")
@click.argument("partner_file", metavar="PARTNER.toml", type=click.Path(path_type=Path))
@click.option("--rate", type=click.FloatRange(min=0.1, max=100_000), help="Arrivals a second, all accesses together.")
@click.option(
    "--users", type=click.IntRange(1, 10_000), help="Instead of a rate: users that each send one after another."
)
@click.option("--duration", type=click.FloatRange(1, 86_400), default=30.0, show_default=True, help="Seconds to send.")
@click.option(
    "--warm-up",
    type=click.FloatRange(0, 3600),
    default=2.0,
    show_default=True,
    help="Seconds of sending before anything is counted.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that send.")
@click.option(
    "--access", "accesses", type=click.Choice(tuple(ACCESSES)), multiple=True, help="Only this access; repeatable."
)
@click.option(
    "--backlog", type=click.IntRange(1, 1000), help="Also let so many certificates wait during an outage of the judge."
)
@click.option("--seed", type=int, default=0, help="Seed of the choice of requests.")
@click.option(
    "--out", "output", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Folder of runs."
)
@click.option("--i-may-load-this-host", "allowed", is_flag=True, help="Load a host other than this machine's loopback.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def load(
    context: click.Context,
    partner_file: Path,
    rate: float | None,
    users: int | None,
    duration: float,
    warm_up: float,
    workers: int,
    accesses: tuple[str, ...],
    backlog: int | None,
    seed: int,
    output: Path,
    allowed: bool,
    as_json: bool,
) -> None:
    """Send many requests to a partner's system and report times, errors and wrong answers.

    Requests come at a fixed rate whether or not earlier ones were answered, and times count from the moment a
    request was due. The limits are in [ixit.limits] (profile 1.7). The access `limited` is a second caller far over
    its agreed rate; `officials` are people who have logged in to the site. --backlog needs no --rate: it is about the
    partner's client, which fetches from the judge. Only the addresses in the partner file are loaded; any other than
    loopback needs --i-may-load-this-host.

    \b
    Example: ecert load partner.toml --rate 20 --duration 60 --access pull
    """
    try:
        partner = load_partner(partner_file)
        order = _order(partner, rate, users, duration, workers, accesses, seed, output, backlog or 0)
        order = replace(order, warm_up=warm_up, officials=len(_officials(partner, order)))
        _refuse_strangers(partner, order.accesses, allowed)
        started = datetime.now(UTC)
        figures = run_locust(order, partner_file, partial(_enter, partner, order)) if order.accesses else Figures()
        saved = save(partner, order, _selection(order), started, figures)
    except PartnerFileError as error:
        raise click.UsageError(str(error)) from None
    except NobodyLoggedIn as error:
        raise click.UsageError(f"{error}. Look at [ixit.load] officials") from None
    except LoadFault as error:
        click.echo(f"ecert load: {error}", err=True)
        context.exit(4)
    except OSError as error:
        raise click.UsageError(f"the run cannot be written to {output}: {error.strerror}") from None
    if as_json:
        click.echo(saved.paths[-1].read_text("utf-8"), nl=False)
    else:
        _print(figures, order, saved)
    context.exit(saved.code)


def _order(
    partner: Partner, rate: float | None, users: int | None, duration: float, workers: int, accesses: tuple[str, ...],
    seed: int, output: Path, backlog: int,
) -> Order:  # fmt: skip
    if backlog and rate is None and users is None and not accesses:
        return Order((), None, None, duration, workers, seed, output, backlog=backlog)
    if (rate is None) == (users is None):
        raise click.UsageError("give either --rate (arrivals a second) or --users")
    wanted = accesses or tuple(name for name in ACCESSES if _given(partner, name) == "")
    if not wanted:
        raise click.UsageError("the partner file names no access that can be loaded: see [ixit.pull] and [data]")
    for name in wanted:
        if missing := _given(partner, name):
            raise click.UsageError(f"the access {name} cannot be loaded: {missing}")
    wanted = tuple(dict.fromkeys(wanted))
    steady = [name for name in wanted if name != "limited"]
    if not steady:
        raise click.UsageError(
            "the access limited goes beside another one, which must not notice it: add --access pull"
        )
    if users is not None and users < len(steady):
        raise click.UsageError(f"--users must be at least {len(steady)}, one for each access")
    return Order(
        wanted, rate, users, duration, workers, seed, output,
        crowd_rate=_crowd_rate(partner, duration), large_octets=_large_octets(partner), backlog=backlog,
    )  # fmt: skip


def _officials(partner: Partner, order: Order) -> tuple[PageAccount, ...]:
    """Who is to log in to the site."""
    return read_officials(partner.officials) if "officials" in order.accesses and partner.officials else ()


def _enter(partner: Partner, order: Order, folder: Path) -> None:
    """Log the officials in, before anything is measured."""
    if people := _officials(partner, order):
        enter(partner, people, folder / "sessions.json")


def _crowd_rate(partner: Partner, duration: float) -> float:
    """Return arrivals a second: three times the agreed rate, and in a short run more than two minutes' worth in all."""
    limited = partner.pull.identities.limited if partner.pull else None
    agreed = (limited.requests_per_minute if limited else None) or 0
    return max(3 * agreed / 60, (2 * agreed + 25) / duration)


def _large_octets(partner: Partner) -> int:
    """Return the size of a large certificate; in base64 it must be less than the largest message."""
    most = partner.push.max_message_bytes * 0.7 if partner.push else partner.limits.large_document_octets
    return int(min(partner.limits.large_document_octets, most))


def _given(partner: Partner, access: str) -> str:
    """Return what the partner file lacks for an access, or the empty text."""
    limited = partner.pull.identities.limited if partner.pull else None
    needed: dict[str, tuple[tuple[object, str], ...]] = {
        "pull": (
            (partner.pull, "[ixit.pull] is missing"),
            (partner.data.issued, "[data] issued names no certificate to fetch"),
        ),
        "limited": (
            (
                limited and limited.requests_per_minute,
                "[ixit.pull.identities.limited] with requests_per_minute is missing",
            ),
        ),
        "verification": (
            (partner.verification, "[ixit.verification] is missing"),
            (partner.data.codes, "[data] codes names no certificate to look up"),
        ),
        "officials": (
            (partner.verification, "[ixit.verification] is missing"),
            (partner.data.codes, "[data] codes names no certificate to look up"),
            (partner.officials, "[ixit.load] officials is missing: it names the accounts that log in"),
            (partner.officials is None or read_officials(partner.officials), "the file of officials names none"),
        ),
        "push": (
            (partner.push, "[ixit.push] is missing"),
            (partner.judge.signing, "[ixit.judge.signing] is missing: the judge cannot sign what it sends"),
        ),
    }
    return next((lack for there, lack in needed[access] if not there), "")


def _refuse_strangers(partner: Partner, accesses: tuple[str, ...], allowed: bool) -> None:
    """Refuse to load a host that is not this machine unless the user says that they may."""
    hosts = {
        "pull": urlsplit(partner.pull.url).hostname if partner.pull else None,
        "limited": urlsplit(partner.pull.url).hostname if partner.pull else None,
        "verification": urlsplit(partner.verification.url).hostname if partner.verification else None,
        "push": partner.push.host if partner.push else None,
        "officials": urlsplit(partner.verification.url).hostname if partner.verification else None,
    }
    for access in accesses:
        host = hosts[access] or ""
        if not allowed and not _loopback(host):
            raise click.UsageError(
                f"{host!r} ({access}) is not this machine. Load disturbs a system that others use: ask whoever "
                "runs it, then add --i-may-load-this-host"
            )


def _loopback(host: str) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(str(address).partition("%")[0]).is_loopback for address in found)


def _selection(order: Order) -> str:
    waiting = [f"--backlog {order.backlog}"] if order.backlog else []
    if not order.accesses:
        return " ".join([*waiting, f"--seed {order.seed}"])
    pace = f"--rate {order.rate:g}" if order.rate is not None else f"--users {order.users}"
    chosen = [f"--access {name}" for name in order.accesses]
    told = [pace, f"--warm-up {order.warm_up:g}", f"--duration {order.duration:g}"]
    told += [f"--workers {order.workers}", f"--seed {order.seed}"]
    return " ".join([*told, *chosen, *waiting])


def _print(figures: Figures, order: Order, saved: Saved) -> None:
    if order.accesses:
        click.echo(
            f"{saved.record.header.partner}: {told(order.duration)} of load; milliseconds from when a request was due:"
        )
        click.echo(f"{'':30}{'count':>8}{'p50':>9}{'p90':>9}{'p95':>9}{'p99':>9}{'max':>9}{'errors':>8}{'wrong':>7}")
    for row in figures.rows:
        times = "".join(f"{value:9.1f}" for value in (row.p50, row.p90, row.p95, row.p99, row.max))
        click.echo(f"{row.name:30}{row.count:8}{times}{row.errors:8}{row.deviations:7}")
    for result in saved.record.results:
        click.echo(f"{result.verdict.value:14} {result.case.id}  {result.reason or result.case.title}")
    click.echo(f"Report: {saved.paths[0]}")
