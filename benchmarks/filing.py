"""Does the cross-check name every mistake, and leave clean filings in peace? What does a file cost?

    python benchmarks/filing.py [--mistakes 100] [--clean 50] [--set seeded blind unseen]

Mistakes: one letter off in a name or the title, another person or title, authors in another order, one date
off, two dates swapped, another size, another number; in one letter of the filing, as PDF or DOCX, drafted or
in an office's own words. `blind` and `unseen` are the tables of that name in `tests/filing/`. Cost, with
`seeded` only: the file of a design with five matches beside one check with its report as PDF, CPU seconds of
one process, the second run of two.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

from PIL import Image
from tests.filing.blind_mistakes import BLIND
from tests.filing.seeded import MISTAKES, Seeded, clean, mistaken
from tests.filing.unseen_mistakes import UNSEEN

import motif
from clothmaker import draw_cloth
from clothmaker.reuse import redye, rephotograph
from filing import TITLES, sample_filing
from motif.filing.build import build_filing

TABLES = {"blind": BLIND, "unseen": UNSEEN}
LONG_EDGE_PX = 4000
MATCHES = 5


def main() -> int:
    """Run the command line; 1 if a mistake is not named, or a clean filing is disturbed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mistakes", type=int, default=100)
    parser.add_argument("--clean", type=int, default=50)
    parser.add_argument("--set", nargs="+", choices=("seeded", *TABLES), default=["seeded"], dest="sets")
    options = parser.parse_args()
    amiss = False
    for table in (table for name, table in TABLES.items() if name in options.sets):
        amiss |= agreement(islice(table.mistakes(), options.mistakes), islice(table.cleans(), options.clean))
    if "seeded" in options.sets:
        amiss |= agreement(
            (mistaken(10_000 + seed) for seed in range(options.mistakes)),
            (clean(20_000 + seed) for seed in range(options.clean)),
        )
        cost()
    return int(amiss)


def agreement(mistakes: Iterable[Seeded], cleans: Iterable[Seeded]) -> bool:
    """Count what the cross-check names; tell whether something is amiss."""
    named, made, clean_ones = Counter[str](), Counter[str](), Counter[bool]()
    for filing in mistakes:
        made[filing.kind] += 1
        is_named = filing.is_named()
        named[filing.kind] += is_named
        if not is_named:
            print(f"  not named: {filing.kind}, {filing.file}, {filing.wrong!r}")
    for filing in cleans:
        found = filing.found()
        clean_ones[bool(found)] += 1
        for each in found:
            print(f"  not so: {each.file}, {each.what.en}, {each.found!r} for {each.expected!r}")
    for kind in MISTAKES:
        print(f"{kind:<14} {named[kind]:>3} of {made[kind]}")
    print(f"named          {named.total():>3} of {made.total()}")
    print(f"clean filings with a finding: {clean_ones[True]} of {clean_ones.total()}")
    return named.total() < made.total() or clean_ones[True] > 0


def cost() -> None:
    """File a cloth of 12 megapixels that is registered five times more, in other dyes."""
    rng = np.random.default_rng(77)
    cloth = draw_cloth("kawung", 77, long_edge_px=LONG_EDGE_PX).rgb
    at = datetime(2026, 12, 3, tzinfo=UTC)
    with TemporaryDirectory() as name, motif.Registry.open(Path(name) / "registry.motif") as registry:
        folder = Path(name)
        photos = []
        for seed in range(len(TITLES)):
            photos.append(folder / f"own-{seed}.jpg")
            drawn = (
                cloth
                if seed == len(TITLES) - 1
                else draw_cloth("ceplok", seed, long_edge_px=LONG_EDGE_PX).rgb
            )
            Image.fromarray(drawn).save(photos[-1], quality=92)
        filing_id = sample_filing(registry, photos)
        for number in range(MATCHES):
            photo = folder / f"{number}.jpg"
            Image.fromarray(rephotograph(redye(cloth, rng), rng)).save(photo, quality=92)
            registry.register(photo, title=f"cloth {number}", allow_duplicate=True)
        for _ in range(2):
            asked = seconds(partial(report_on, registry, photos[-1]))
            started = time.process_time()
            built = build_filing(registry, filing_id, at=at)
            spent = time.process_time() - started
    times = spent / asked
    print(f"check with its report as PDF {asked:.2f} s; the file {spent:.2f} s, {times:.1f} times as much")
    print(f"size of the file {len(built.data) / 1e6:.1f} MB")


def report_on(registry: motif.Registry, path: Path) -> bytes:
    """Check a photo, and report on it."""
    photo = motif.read_photo(path, long_edge_px=640)
    result = registry.check(photo, limit=MATCHES)
    return motif.report.report_pdf(motif.report.check_report(result, photo, registry), "id")


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    raise SystemExit(main())
