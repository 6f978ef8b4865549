"""What a report on five matches costs beyond the check itself, and how large it is.

    python benchmarks/report.py [--seed 77]

One drawn cloth of 12 megapixels, registered five times: in other dyes, photographed askew. CPU seconds of one
process, the second run of two.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "samples"))

import motif
from clothmaker import draw_cloth
from clothmaker.reuse import redye, rephotograph

LONG_EDGE_PX = 4000
MATCHES = 5
T = TypeVar("T")


def saved(rgb: np.ndarray, path: Path) -> Path:
    """Save a picture as JPEG of quality 92."""
    cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def measure(folder: Path, seed: int) -> dict[str, float]:
    """Register, check, and write both documents."""
    rng = np.random.default_rng(seed)
    cloth = draw_cloth("kawung", seed, long_edge_px=LONG_EDGE_PX).rgb
    with motif.Registry.open(folder / "registry.motif") as registry:
        for number in range(MATCHES):
            photo = saved(rephotograph(redye(cloth, rng), rng), folder / f"{number}.jpg")
            registry.register(photo, title=f"cloth {number}", allow_duplicate=True)
        query = motif.read_photo(saved(cloth, folder / "asked.jpg"), long_edge_px=640)
        seconds: dict[str, float] = {}
        for _ in range(2):
            result = timed("check", seconds, partial(registry.check, query))
            report = timed("gather", seconds, partial(motif.report.check_report, result, query, registry))
            html = timed("html", seconds, partial(motif.report.report_html, report, "id"))
            pdf = timed("pdf", seconds, partial(motif.report.report_pdf, report, "id"))
    matches_shown = sum(match.verdict != "clear" for match in result.matches)
    return {
        "matches shown": matches_shown,
        **{f"{name} s": round(value, 2) for name, value in seconds.items()},
        "report as html, beyond the check, s": round(seconds["gather"] + seconds["html"], 2),
        "report as pdf, beyond the check, s": round(seconds["gather"] + seconds["pdf"], 2),
        "html MB": round(len(html) / 1e6, 2),
        "pdf MB": round(len(pdf) / 1e6, 2),
    }


def timed(name: str, seconds: dict[str, float], act: Callable[[], T]) -> T:
    """Do it, and note the CPU time."""
    started = time.process_time()
    result = act()
    seconds[name] = time.process_time() - started
    return result


def main() -> None:
    """Print the figures as JSON."""
    style = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=style)
    parser.add_argument("--seed", type=int, default=77)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), parser.parse_args().seed), indent=2))


if __name__ == "__main__":
    main()
