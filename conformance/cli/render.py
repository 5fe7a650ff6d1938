"""`ecert render`: a certificate as a person reads one."""

from pathlib import Path

import click

_FORMS = ("auto", "phytosanitary", "re-export", "health", "acknowledgement")


@click.command("render")
@click.argument("file", metavar="FILE")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="HTML",
              help="Write the page here instead of standard output; it must not be there yet.")  # fmt: skip
@click.option("--form", type=click.Choice(_FORMS), default="auto", show_default=True, help="Which form's boxes.")
@click.option("--language", "languages", multiple=True, help="Language of the form; two for a bilingual one.")
def render(file: str, out: Path | None, form: str, languages: tuple[str, ...]) -> None:
    """Show a certificate as the form it stands for: numbered boxes, every datum of the XML and no other.

    Types 851 and 657 are shown by the models of ISPM 12 for export and re-export, others by the boxes I.1 to I.28 of
    the EU health certificate. What no box is for stands in a part of its own. Titles and labels are in English and,
    when the certificate is, in a second language (fr, es, zh, ru, ar); codes are told with their names.

    \b
    Example: ecert render certificate.xml --out certificate.html
    """
    from conformance.cli.check_one import read_capped  # noqa: PLC0415 - `--help` needs none of it
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.parsing import Unreadable, parse  # noqa: PLC0415
    from conformance.reporting.render import to_page  # noqa: PLC0415
    from conformance.reporting.render_labels import LANGUAGES  # noqa: PLC0415

    strange = [one for one in languages if one not in LANGUAGES]
    if strange or len(languages) > 2:  # noqa: PLR2004 - bilingual
        raise UsageFault(f"The form is titled in one or two of {', '.join(LANGUAGES)}.")
    try:
        page = to_page(parse(read_capped(file)), form="" if form == "auto" else form, languages=languages)
    except Unreadable as problem:
        raise UsageFault(f"{file} cannot be shown: {problem}.") from None
    if out is None:
        click.echo(page)
        return
    try:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(page)
    except FileExistsError:
        raise UsageFault(f"{out} is there already; name another file.") from None
    click.echo(out)
