"""The size of a cloth, and lengths at the scale of 1200 px."""

from __future__ import annotations

from dataclasses import dataclass

from clothmaker.curves import Rng
from clothmaker.motifs import Pen

REFERENCE_PX = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a family needs to know of the cloth.

    Parameters
    ----------
    width_px, height_px : int
    scale : float
        Pixels per unit; families think in units of a cloth 1200 px long.
    """

    width_px: int
    height_px: int
    scale: float

    def px(self, units: float) -> float:
        """Return a length in pixels."""
        return units * self.scale

    def pen(self, rng: Rng) -> Pen:
        """Return a maker's canting: coarse or fine, near or far apart."""
        line = rng.uniform(1.7, 2.9)
        return Pen(
            line=self.px(line), fine=self.px(line * rng.uniform(0.6, 0.8)), pitch=self.px(rng.uniform(6, 9))
        )
