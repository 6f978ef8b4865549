"""Ciprat repeats nothing: are other fields by one hand told apart, fields found again, and how few drops do?

    python benchmarks/ciprat.py [--fields 75] [--again 15] [--parts 20] [--seed 1] [--json FILE]

Four hands, one in each technique. *Another field*: half of the fields are registered and the others asked,
then the other way round; forty candidates of each question are looked at closely. *Found*: the first fields
of each hand, photographed again, dyed anew, halved, at 0.6 and at 1.6. *Parts*: windows that show a number of
drops (or streaks, bursts) are registered, and asked on another cloth, in other dyes, photographed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

from clothmaker.families.ciprat import TECHNIQUES, draw_field
from clothmaker.reuse import redye, rephotograph
from clothmaker.texture import age
from motif import STANDARD_1, Fingerprint, fingerprint
from motif.matching.inverted_index import MemorySource
from motif.matching.plain import is_plain
from motif.matching.search import Effort, Load, search
from motif.matching.views import UNIT

Picture = np.ndarray
Verdicts = dict[str, Counter[str]]
Key = tuple[str, int]
CLOSELY = Effort(verified_least=40)
EDGE_PX, PART_PX = 900, 2400
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fields", type=int, default=75, help="of each hand")
    parser.add_argument("--again", type=int, default=15, help="of each hand, asked as reuses")
    parser.add_argument("--parts", type=int, default=20, help="of each number of drops and technique")
    parser.add_argument("--seed", type=int, default=1, help="draws the hands")
    parser.add_argument("--json", type=Path, help="write every part's answer here")
    options = parser.parse_args()
    if options.fields:
        fields = {
            (technique, number): field(technique, options.seed, number)
            for number in track(range(options.fields), "fields")
            for technique in TECHNIQUES
        }
        values = {key: fingerprint(rgb) for key, rgb in track(fields.items(), "fingerprints")}
        show("another field by the same hand", other_fields(values))
        few = {key: rgb for key, rgb in fields.items() if key[1] < options.again}
        for name, verdicts in found_again(few, values, np.random.default_rng(options.seed)).items():
            show(f"the same field, {name}", verdicts)
    if options.parts:
        rows = parts(options.parts, options.seed)
        for row in table(rows):
            print(row)
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def field(technique: str, hand: int, number: int) -> Picture:
    """Draw a field."""
    return draw_field(technique, hand, number, long_edge_px=EDGE_PX)[0]


def show(name: str, verdicts: Counter[str]) -> None:
    """Print a row."""
    shares = "  ".join(f"{verdict} {verdicts[verdict]:6}" for verdict in ("conflict", "review", "clear"))
    print(f"{name:34} {shares}  of {verdicts.total()}", flush=True)


def load_from(values: dict[int, Fingerprint]) -> Load:
    """Return what loads fingerprints for a search."""
    return lambda keys: {key: values[key] for key in keys}


def other_fields(values: dict[Key, Fingerprint]) -> Counter[str]:
    """Register each half of the fields and ask the other; count answers about the same hand."""
    verdicts: Counter[str] = Counter()
    for half in (0, 1):
        registered = {key: value for key, value in values.items() if key[1] % 2 == half}
        for technique in TECHNIQUES:
            own = {number: value for (one, number), value in registered.items() if one == technique}
            source = MemorySource(STANDARD_1, own)
            asked = [key for key in values if key[0] == technique and key[1] % 2 != half]
            for key in track(asked, f"other fields, {technique}"):
                hits = search(values[key], source, load_from(own), STANDARD_1, limit=len(own), effort=CLOSELY)
                verdicts.update(hit.evidence.verdict for hit in hits)
                verdicts["clear"] += len(own) - len(hits)
    return verdicts


def found_again(
    fields: dict[Key, Picture],
    values: dict[Key, Fingerprint],
    rng: np.random.Generator,
) -> Verdicts:
    """Ask fields as reuses, among all; count the answers about the field itself."""
    numbered = dict(enumerate(values, 1))
    registered = {number: values[key] for number, key in numbered.items()}
    source = MemorySource(STANDARD_1, registered)
    verdicts: Verdicts = defaultdict(Counter)
    for key, rgb in track(fields.items(), "found"):
        for name, change in CHANGES.items():
            query = fingerprint(np.ascontiguousarray(change(rgb, rng)))
            hits = search(query, source, load_from(registered), STANDARD_1, limit=10)
            own = [hit.evidence.verdict for hit in hits if numbered[hit.key] == key]
            verdicts[name][own[0] if own else "clear"] += 1
    return verdicts


def _scaled(rgb: Picture, times: float) -> Picture:
    """Show the field smaller, on a plain table, or a part of it larger."""
    height, width = rgb.shape[:2]
    if times > 1:
        h, w = round(height / times), round(width / times)
        return cv2.resize(rgb[:h, :w], (width, height), interpolation=cv2.INTER_CUBIC)
    small = cv2.resize(rgb, None, fx=times, fy=times, interpolation=cv2.INTER_AREA)
    canvas = np.full_like(rgb, (196, 180, 150))
    canvas += np.random.default_rng(0).integers(0, 6, canvas.shape, np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    return canvas


CHANGES: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "photographed again": rephotograph,
    "dyed anew": redye,
    "halved": lambda rgb, rng: rgb[:, : rgb.shape[1] // 2],
    "at 0.6": lambda rgb, rng: _scaled(rgb, 0.6),
    "at 1.6": lambda rgb, rng: _scaled(rgb, 1.6),
}


def parts(count: int, seed: int) -> list[dict[str, object]]:
    """Ask windows that show a number of drops; one row for each."""
    rows: list[dict[str, object]] = []
    for technique in ("drops", "streaks", "bursts"):
        cut: list[tuple[int, Picture]] = []
        for number in track(range(count), f"parts, {technique}"):
            rng = np.random.default_rng([seed, number])
            rgb, sites = draw_field(technique, 100 + seed + number, 0, long_edge_px=PART_PX, clean=True)
            windows = ((wanted, window(rgb, sites, wanted, rng)) for wanted in COUNTS)
            cut += [(wanted, part) for wanted, part in windows if part is not None]
        values = {
            number: fingerprint(on_cloth(part, seed, number)) for number, (_, part) in enumerate(cut, 1)
        }
        source = MemorySource(STANDARD_1, values)
        for number, (drops, part) in enumerate(cut, 1):
            rng = np.random.default_rng([seed, number, 1])
            query = fingerprint(rephotograph(on_cloth(redye(part, rng), seed, -number), rng))
            hits = search(query, source, load_from(values), STANDARD_1, limit=len(values))
            own = next((hit.evidence for hit in hits if hit.key == number), None)
            rows.append(
                {
                    "technique": technique,
                    "drops": drops,
                    "telling": int((~is_plain(query.main.keypoints.descriptors * UNIT, "tones", 0.9)).sum()),
                    "verdict": own.verdict if own else "clear",
                    "score": round(own.score, 3) if own else 0.0,
                }
            )
    return rows


def on_cloth(part: Picture, seed: int, number: int) -> Picture:
    """Show drops on a cloth of their own, so that its threads and clouds tell nothing."""
    return age(part, np.random.default_rng([seed, abs(number), number > 0]), 1.0)


def window(rgb: Picture, sites: np.ndarray, wanted: int, rng: np.random.Generator) -> Picture | None:
    """Cut out a window of 4 : 3 in which so many drops have their middle; None where none fits."""
    height, width = rgb.shape[:2]
    for _ in range(40):
        middle = sites[rng.integers(len(sites))] + rng.normal(0, 10, 2)
        reach = np.sort(np.maximum(np.abs(sites[:, 0] - middle[0]) / 4, np.abs(sites[:, 1] - middle[1]) / 3))
        if len(reach) <= wanted:
            return None
        half = (reach[wanted - 1] + reach[wanted]) / 2
        left, top = np.floor(middle - half * np.array([4, 3])).astype(int)
        right, bottom = np.ceil(middle + half * np.array([4, 3])).astype(int)
        if left >= 0 and top >= 0 and right <= width and bottom <= height and right - left >= 160:
            part = rgb[top:bottom, left:right]
            return cv2.resize(part, (800, 600), interpolation=cv2.INTER_CUBIC)
    return None


def table(rows: list[dict[str, object]]) -> list[str]:
    """Lay out the share of parts found, by technique and number of drops."""
    lines = ["drops " + "".join(f"{count:>6}" for count in COUNTS)]
    for technique in ("drops", "streaks", "bursts"):
        line = f"{technique:8}"
        for count in COUNTS:
            own = [row for row in rows if row["technique"] == technique and row["drops"] == count]
            found = sum(row["verdict"] != "clear" for row in own)
            line += f"{found:3}/{len(own):<2}"
        lines.append(line)
    return lines


if __name__ == "__main__":
    main()
