"""A record as one HTML page that needs nothing else: no script, no remote resource."""

from collections.abc import Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.data import data_path
from conformance.model.record import RunRecord
from conformance.model.words import Verdict
from conformance.reporting.groups import groups, waits
from conformance.reporting.load_section import load_view
from conformance.reporting.pictures import pictures_of
from conformance.reporting.reference import NONE, Reference
from conformance.reporting.requirements import Requirement
from conformance.reporting.story import Bodies, case_view
from conformance.reporting.summary import counts, coverage, overall, table
from conformance.reporting.text import duration, shortened, visible

SIGNS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.ERROR: "!",
    Verdict.NOT_APPLICABLE: "–",
}
VALUE_LIMIT = 2000


def to_html(
    record: RunRecord, bodies: Bodies, requirements: Mapping[str, Requirement], reference: Reference = NONE
) -> str:
    """Return the report page of a record.

    `bodies` gives the octets of a message by its SHA-256; `reference` are the answers shown beside the partner's.
    Every value is escaped and made visible: a partner's answers are hostile input.
    """
    views = [
        case_view(record, index, bodies, requirements, reference)
        for index, result in enumerate(record.results)
        if result.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    ]
    order = [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE]
    cases = sorted(views, key=lambda view: order.index(view.result.verdict))
    template = environment().get_template("report.html.j2")
    return template.render(
        record=record,
        header=record.header,
        overall=overall(record),
        counts=counts(record),
        table=table(record),
        coverage=coverage(record, requirements),
        cases=[view for view in cases if not waits(view)],
        waiting=[view for view in cases if waits(view)],
        groups=groups(cases),
        reference_version=reference.suite_version,
        passed=[result for result in record.results if result.verdict is Verdict.PASS],
        seen=[
            (result.case, pictures)
            for result in record.results
            if result.verdict is Verdict.PASS and (pictures := pictures_of(result, bodies))
        ],
        not_applicable=[result for result in record.results if result.verdict is Verdict.NOT_APPLICABLE],
        load=load_view(record),
        signs={verdict.value: sign for verdict, sign in SIGNS.items()},
        seconds=(record.finished - record.header.started).total_seconds() if record.finished else None,
        css=Markup(data_path("reports", "report.css").read_text("utf-8")),  # noqa: S704 - our own style sheet
    )


def environment() -> Environment:
    """Return what the templates are rendered with: every value is escaped and made visible."""
    made = Environment(
        loader=FileSystemLoader(data_path("reports")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["duration"] = duration
    made.filters["short"] = lambda value: shortened(value, VALUE_LIMIT)
    # A picture is our own data URL; made visible like other values, it would be none.
    made.filters["picture"] = Markup
    made.filters["moment"] = lambda value: f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return made


def _shown(value: object) -> object:
    """Make every value that a template writes visible; markup of ours is left as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
