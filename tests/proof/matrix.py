"""Every case against every defect: what each defect turns red, and whether that is what is declared.

Without names the defects are switched on in groups, as in the tests; where a group deviates, it is halved on the cases
concerned until it is known which defect it was. With names, or --single, each runs alone against
every case, about half a minute each.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from expectation import affected, dependence, deviations
from grouping import groups
from proving import Told, cases, initialise, node, run, with_browser
from seams import seams_of_all

from reference_impl.defects import DEFECTS


def divide(pristine: Path, shuffle: int | None = None) -> list[tuple[str, ...]]:
    """Return the groups of all defects; `pristine` is an initialised node, `shuffle` the seed of another division."""
    known = cases()
    return groups(
        {name: affected(name, known) for name in DEFECTS},
        seams_of_all(pristine),
        dependence().apart,
        costly={defect for name in with_browser() for defect in known[name].defects},
        shuffle=shuffle,
    )


def together(pristine: Path, folder: Path, defects: Sequence[str], *case_ids: str) -> dict[str, Told]:
    """Run cases, all when none is named, against a node with these defects."""
    with node(pristine, folder / "node", *defects) as partner_file:
        return run(partner_file, folder / "runs", *case_ids)[1]


def causes(pristine: Path, folder: Path, defects: Sequence[str], wrong: Sequence[str]) -> Iterator[str]:
    """Halve a group until single defects are left that make one of the cases deviate; yield a line for each."""
    if not wrong:
        return
    gates = {case.id for case in cases().values() if case.interconnection}
    results = together(pristine, folder, defects, *sorted(gates.union(wrong)))
    found = {name: why for name, why in deviations(defects, cases(), results).items() if name in wrong}
    if len(defects) == 1:
        yield from (f"  {defects[0]} alone: {case_id} {why}" for case_id, why in found.items())
    elif found:
        half = len(defects) // 2
        for at, part in enumerate((defects[:half], defects[half:])):
            yield from causes(pristine, folder / str(at), part, list(found))


def report(pristine: Path, folder: Path, defects: Sequence[str]) -> tuple[str, bool]:
    """Run one group against every case; return what to print, and whether all came as declared."""
    results = together(pristine, folder, defects)
    red = " ".join(sorted(name for name, told in results.items() if told.verdict != "pass"))
    wrong = deviations(defects, cases(), results)
    lines = [f"{' '.join(defects)}: {red}"]
    lines += [f"  {name} {why}" for name, why in wrong.items()]
    if len(defects) > 1 and wrong:
        named = [name for name in wrong if name in cases()]
        lines += list(causes(pristine, folder / "halves", defects, named)) if named else []
    return "\n".join(lines), not wrong


def main(arguments: Sequence[str]) -> int:
    """Print what came of each group; return 1 when something deviates, 2 for an unknown name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="defects, each alone")
    parser.add_argument("--single", action="store_true", help="every defect alone")
    parser.add_argument("--shuffle", type=int, help="seed of another division into groups")
    parser.add_argument("--jobs", type=int, default=2, help="nodes side by side")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(DEFECTS))
    if unknown:
        sys.stderr.write(f"no such defect: {', '.join(unknown)}; `ecert node defects` lists them\n")
        return 2
    good = True
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(chosen.jobs) as pool:
        folder = Path(temporary)
        pristine = initialise(folder / "pristine")
        alone = chosen.names or (sorted(DEFECTS) if chosen.single else [])
        wanted = [(name,) for name in alone] or divide(pristine, chosen.shuffle)
        running = [pool.submit(report, pristine, folder / str(at), group) for at, group in enumerate(wanted)]
        for one in running:
            text, as_declared = one.result()
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
            good = good and as_declared
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
