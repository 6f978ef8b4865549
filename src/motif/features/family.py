"""A suggested motif family, learnt from drawn cloths: a hint for the officer's form, never a finding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np

from motif.arrays import Doubles
from motif.features.isen import IsenSuggestion
from motif.features.repeat import Repeat
from motif.features.scatter import Scatter
from motif.features.symmetry import Symmetry
from motif.features.texture import Texture

LEAST_CONFIDENCE: Final = 0.35
"""Below this the suggestion is ``"other"``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilySuggestion:
    """Families with confidences, best first.

    Parameters
    ----------
    key : str
        The suggestion; ``"other"`` where nothing comes near enough.
    confidence : float, range 0..1
        Calibrated on drawn cloths; on photos of real ones it is too high (docs/describe.md).
    ranked : tuple of (str, float)
        All families and their shares.
    """

    key: str = "other"
    confidence: float = 0.0
    ranked: tuple[tuple[str, float], ...] = ()


def family_figures(
    texture: Texture,
    repeat: Repeat,
    symmetry: Symmetry,
    scatter: Scatter,
    isen: tuple[IsenSuggestion, ...],
) -> Doubles:
    """Gather the figures from which a family is suggested.

    Parameters
    ----------
    texture : Texture
    repeat : Repeat
    symmetry : Symmetry
    scatter : Scatter
    isen : tuple of IsenSuggestion
        All measured on one drawing.

    Returns
    -------
    ndarray, float64, shape (75,)
        In the order in which ``family.json`` holds the weights.
    """
    groups = dict(symmetry.ranked)
    lattice = [len(repeat.vectors_px) == 2, repeat.raport == "miring", repeat.lattice == "square"]
    fillers = {filler.key: filler.share for filler in isen}
    along = np.radians(2 * texture.direction_deg)
    mirrored = sum(score for group, score in groups.items() if "m" in group)
    fourfold = sum(score for group, score in groups.items() if group.startswith("p4"))
    twofold = sum(score for group, score in groups.items() if group not in ("p1", "pm", "pg", "cm"))
    return np.array(
        [
            *np.sqrt(np.maximum(texture.lbp or (0.0,) * 30, 0)),
            *(texture.glcm or (0.0,) * 12),
            *np.sqrt(np.maximum(texture.rings or (0.0,) * 5, 0)),
            *np.sqrt(np.maximum(texture.sectors or (0.0,) * 12, 0)),
            texture.anisotropy,
            texture.anisotropy * abs(float(np.sin(along))),
            texture.fill,
            np.log1p(texture.dots_per_width) / 4,
            *lattice,
            repeat.contrast,
            mirrored,
            fourfold,
            twofold,
            scatter.likeness,
            scatter.cover,
            scatter.streaks,
            *(fillers.get(key, 0.0) for key in ("cecek", "sawut")),
        ],
        np.float64,
    )


def suggest_family(figures: Doubles) -> FamilySuggestion:
    """Suggest a family from the figures of ``family_figures``.

    Parameters
    ----------
    figures : ndarray, float64, shape (75,)
        As ``family_figures`` returns them.

    Returns
    -------
    FamilySuggestion
        Shares of all families, likeliest first; they sum to 1.

    Examples
    --------
    >>> sum(share for _, share in suggest_family(np.zeros(75)).ranked) > 0.99
    True
    """
    families, mean, scale, weights = _table()
    scores = np.append((figures - mean) / scale, 1.0) @ weights
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable").tolist()
    ranked = tuple((families[k], round(float(shares[k]), 4)) for k in order)
    key, confidence = ranked[0]
    if confidence < LEAST_CONFIDENCE:
        key, confidence = "other", round(1 - confidence, 4)
    return FamilySuggestion(key=key, confidence=confidence, ranked=ranked)


@cache
def _table() -> tuple[tuple[str, ...], Doubles, Doubles, Doubles]:
    """Families, and mean, scale and weights of the figures, fitted by benchmarks/fit_family.py."""
    table = json.loads(resources.files("motif.features").joinpath("family.json").read_text(encoding="utf-8"))
    numbers = (np.array(table[name], np.float64) for name in ("mean", "scale", "weights"))
    return (tuple(table["families"]), *numbers)  # type: ignore[return-value]
