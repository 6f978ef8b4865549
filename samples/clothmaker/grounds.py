"""Isen latar: the fill of the ground, drawn first and in step with the repeat."""

from __future__ import annotations

import math

import numpy as np

from clothmaker.canvas import Canvas, Ink
from clothmaker.curves import Points, Rng, place, spiral
from clothmaker.wallpaper import UNDER_UPRIGHT_GROUND, Lattice

SYMMETRIC = ("plain", "cecek", "cecek_double", "poleng", "sekar", "mlinjon", "galar")
UPRIGHT = ("gringsing", "sisik", "sirapan", "blarak")


def choose_ground(rng: Rng, group: str, *, upright: bool = True) -> tuple[str, str]:
    """Return a ground and the group that is left once the ornament lies on it."""
    if upright and group in UNDER_UPRIGHT_GROUND and rng.random() < 0.3:
        return str(rng.choice(UPRIGHT)), UNDER_UPRIGHT_GROUND[group]
    kind = str(rng.choice(SYMMETRIC, p=[0.16, 0.22, 0.16, 0.08, 0.16, 0.1, 0.12]))
    if kind == "galar" and group.startswith("p4"):  # lines one way would break the quarter turn
        kind = "cecek"
    return kind, group


def fill_ground(canvas: Canvas, kind: str, ink: Ink, *, pitch: float, width: float) -> None:
    """Cover the whole tile.

    Parameters
    ----------
    kind : str
        One of ``SYMMETRIC`` or ``UPRIGHT``.
    pitch, width : float, px
        Wished distance between marks, fitted to the tile, and width of a line.
    """
    if kind == "plain":
        return
    bare = _bare(canvas)
    wide = pitch * (1.5 if kind in ("sekar", "mlinjon") else 1.0)
    # Fours keep the stagger in step with a lattice that is centred or stands on its corner.
    columns, rows = (max(4, 4 * round(side / wide / 4)) for side in (canvas.width, canvas.height))
    step = np.array([canvas.width / columns, canvas.height / rows])
    points = _points(columns, rows) * step
    staggered = _staggered(columns, rows) * step
    if kind == "cecek":
        bare.dots(staggered, width * 0.8, ink)
    elif kind == "cecek_double":
        bare.dots(points, width * 1.05, ink)
        bare.dots(points + step / 2, width * 0.6, ink)
    elif kind == "poleng":
        for at in staggered:
            bare.fill(at + step * 0.42 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]), ink)
    elif kind == "galar":
        for x in (np.arange(columns) + 0.5) * step[0]:
            bare.stroke([[x, 0], [x, canvas.height]], width * 0.8, ink)
    else:
        _marks(bare, kind, ink, staggered, step, width)
    canvas.image[:] = bare.image


def _bare(canvas: Canvas) -> Canvas:
    # The grid already carries the symmetry; wrapping is all that is left to do.
    lattice = Lattice(first=(canvas.width, 0), second=(0, canvas.height))
    bare = Canvas(lattice, "p1", canvas.ground)
    bare.image[:] = canvas.image
    return bare


def _points(columns: int, rows: int) -> Points:
    x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _staggered(columns: int, rows: int) -> Points:
    points = _points(columns, rows) - 0.5  # on whole steps, where a mirror keeps the stagger
    return points[(points.sum(axis=1) % 2) == 0]


def _marks(canvas: Canvas, kind: str, ink: Ink, points: Points, step: Points, width: float) -> None:
    size = float(step.min())
    bow = np.linspace(math.pi, 2 * math.pi, 9)
    arch = np.stack([np.cos(bow), np.sin(bow)], axis=1)
    if kind == "sekar":
        ring = place(np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), scale=size * 0.36)
        canvas.dots(points, width * 0.55, ink)
        canvas.dots((points[:, None] + ring).reshape(-1, 2), width * 0.75, ink)
        return
    for at in points:
        if kind == "mlinjon":
            canvas.stroke(
                at + size * 0.55 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), width * 0.7, ink, closed=True
            )
        elif kind in ("sisik", "gringsing"):
            canvas.stroke(at + arch * step * (1.0, 1.1), width * 0.7, ink)
        elif kind == "sirapan":
            canvas.stroke(at + step * np.array([[-1, 0], [0, 1], [1, 0]]), width * 0.7, ink)
        elif kind == "blarak":
            canvas.stroke(at + step * np.array([[-0.8, 0.5], [0, -0.3], [0.8, 0.5]]), width * 0.7, ink)
    if kind == "gringsing":
        canvas.dots(points, width * 0.7, ink)


def scatter_ukel(canvas: Canvas, points: Points, rng: Rng, ink: Ink, *, size: float, width: float) -> None:
    """Draw a curl at each point, every one turned its own way."""
    for at in points:
        curl = spiral(size * rng.uniform(0.7, 1.1), turns=rng.uniform(1.2, 1.9))
        canvas.stroke(
            place(curl, at, angle_deg=rng.uniform(0, 360), mirror=bool(rng.random() < 0.5)), width, ink
        )
