"""Draw a real result side by side: the query, what it was found to reuse, and the places that coincide.

python samples/result.py OUT.jpg
"""

from __future__ import annotations

import colorsys
import sys
from pathlib import Path

import cv2
import numpy as np

from motif import STANDARD_1, Evidence, compare, read_photo

HERE = Path(__file__).parent
QUERY, REGISTERED = HERE / "queries" / "reused.jpg", HERE / "ceplok_0014.jpg"
GAP_PX, BAR_PX, LINES = 40, 56, 40


def swatch(path: Path) -> np.ndarray:
    """Return a photo as sRGB with a long edge of the profile's size, where evidence has its points."""
    rgb = read_photo(path).rgb
    scale = STANDARD_1.long_edge_px / max(rgb.shape[:2])
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def draw(left: np.ndarray, right: np.ndarray, evidence: Evidence) -> np.ndarray:
    """Lay both pictures on white, with thin lines between coinciding places, coloured by height."""
    height = max(left.shape[0], right.shape[0])
    page = np.full((BAR_PX + height, left.shape[1] + GAP_PX + right.shape[1], 3), 255, np.uint8)
    offset = left.shape[1] + GAP_PX
    page[BAR_PX : BAR_PX + left.shape[0], : left.shape[1]] = left
    page[BAR_PX : BAR_PX + right.shape[0], offset:] = right
    points = sorted(evidence.points, key=lambda point: point[1])
    for point in points[:: max(1, len(points) // LINES)]:
        color = tuple(round(255 * part) for part in colorsys.hsv_to_rgb(0.85 * point[1] / height, 0.9, 0.95))
        ends = ((point[0], point[1] + BAR_PX), (point[2] + offset, point[3] + BAR_PX))
        (x, y), (u, v) = ((round(8 * a), round(8 * b)) for a, b in ends)
        cv2.line(page, (x, y), (u, v), color, 1, cv2.LINE_AA, 3)
        for place in ((x, y), (u, v)):
            cv2.circle(page, place, 8 * 5, (255, 255, 255), 3, cv2.LINE_AA, 3)
            cv2.circle(page, place, 8 * 5, color, 2, cv2.LINE_AA, 3)
    titles = (("asked: photographed again, other dye, mirrored, a part", 0), ("registered", offset))
    for text, x in titles:
        cv2.putText(page, text, (x + 4, 36), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 1, cv2.LINE_AA)
    return page


def main(out: Path) -> None:
    """Compare, draw and write."""
    page = draw(swatch(QUERY), swatch(REGISTERED), compare(QUERY, REGISTERED))
    cv2.imwrite(str(out), cv2.cvtColor(page, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
