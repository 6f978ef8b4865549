"""Draw what the quality benchmark measured: for docs/matching.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

if TYPE_CHECKING:
    from common import Answer

BINS = np.array([0, 0.05, 0.25, 0.5, 0.75, 0.9, 1.0001])


def draw(answers: list[Answer], table: dict[str, dict[str, float]], path: Path) -> None:
    """Draw recall against false alarms, the calibration of the score, recall by kind, scores, and rarity."""
    figure, axes = plt.subplots(2, 3, figsize=(15, 8), layout="constrained")
    _roc(axes[0, 0], answers)
    _calibration(axes[0, 1], answers)
    _kinds(axes[0, 2], table)
    _histogram(axes[1, 0], answers, "score", 1.0)
    _histogram(axes[1, 1], answers, "rarity", 0.3)
    axes[1, 2].axis("off")
    figure.savefig(path, dpi=90, metadata={"Software": None})
    plt.close(figure)


def _roc(axes: Axes, answers: list[Answer]) -> None:
    known = np.array([answer.score if answer.right else -1 for answer in answers if answer.known])
    unknown = np.array([answer.score for answer in answers if not answer.known])
    limits = np.r_[np.unique(unknown)[::-1], -0.5]
    alarms = np.array([(unknown >= limit).mean() for limit in limits])
    recall = np.array([(known >= limit).mean() for limit in limits])
    axes.step(100 * alarms, recall, where="post", color="#1f4e79")
    axes.set(
        xlabel="new designs with a score as high, %",
        ylabel="reused designs found",
        xlim=(0, 20),
        ylim=(0.5, 1.01),
        title="Recall against false alarms",
    )
    axes.grid(alpha=0.3)


def _calibration(axes: Axes, answers: list[Answer]) -> None:
    scores = np.array([answer.score for answer in answers])
    right = np.array([answer.known and answer.right for answer in answers])
    place = np.digitize(scores, BINS) - 1
    bins = [number for number in range(len(BINS) - 1) if (place == number).sum() >= 3]
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    means = [scores[place == number].mean() for number in bins]
    shares = [right[place == number].mean() for number in bins]
    axes.plot(means, shares, "o-", color="#1f4e79")
    for number, x, y in zip(bins, means, shares, strict=True):
        axes.annotate(str((place == number).sum()), (x, y), textcoords="offset points", xytext=(5, -12))
    axes.set(
        xlabel="score of the first match",
        ylabel="share that is right",
        title="Calibration (answers in a bin)",
    )
    axes.grid(alpha=0.3)


def _kinds(axes: Axes, table: dict[str, dict[str, float]]) -> None:
    kinds = list(table)
    axes.barh(kinds, [table[kind]["recall@1"] for kind in kinds], color="#b7cde2", label="recall@1")
    axes.barh(
        kinds,
        [table[kind]["recall@fpr1"] for kind in kinds],
        height=0.4,
        color="#1f4e79",
        label="recall@fpr1",
    )
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), title="Recall by kind of reuse")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)


def _histogram(axes: Axes, answers: list[Answer], name: str, most: float) -> None:
    for known, color, label in ((True, "#1f4e79", "reused"), (False, "#c0504d", "new")):
        values = [min(getattr(answer, name), most) for answer in answers if answer.known is known]
        axes.hist(values, bins=np.linspace(0, most, 41), color=color, alpha=0.6, label=label)
    axes.set(xlabel=f"{name} of the first match", ylabel="answers", yscale="log")
    axes.set_title(f"{name.capitalize()} of reused and new designs")
    axes.legend()


def draw_scale(table: dict[int, dict[str, float]], path: Path) -> None:
    """Draw recall, time of a check, memory and the cost of one more design against the number of designs."""
    panels = (("recall@1", 1.0), ("check p50 ms", 700), ("memory MB", 300), ("register ms", 100))
    figure, axes = plt.subplots(1, 4, figsize=(15, 3.4), layout="constrained")
    sizes = sorted(table)
    for place, (name, most) in zip(axes, panels, strict=True):
        place.plot(sizes, [table[size][name] for size in sizes], "o-", color="#1f4e79")
        place.set(xscale="log", xlabel="designs", title=name, ylim=(0, 1.05 * most))
        place.grid(alpha=0.3)
    figure.savefig(path, dpi=90, metadata={"Software": None})
    plt.close(figure)
