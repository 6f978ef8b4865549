"""A draft of the short description (uraian singkat): each sentence names the figures that it rests on."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from motif.vocabulary import term

if TYPE_CHECKING:
    from motif.description import Description

Sentence = tuple[str, tuple[str, ...]]
"""A sentence, and the fields of the description that it rests on."""

_SCATTER_FROM: Final = 0.5
"""Likeness to splashes from which a sentence says so."""


def description_sentences(description: Description, language: str = "en") -> tuple[Sentence, ...]:
    """Put a description into sentences.

    Parameters
    ----------
    description : Description
    language : "id" or "en"

    Returns
    -------
    tuple of (sentence, (field, ...))
        Fields as in the description's JSON, such as ``"repeat.vectors_px"``.
    """
    words = _words()[language]
    parts = [
        _repeat(description, words, language),
        _symmetry(description, words),
        _colors(description, words, language),
    ]
    scatter, family = description.scatter, description.family
    if scatter.likeness >= _SCATTER_FROM:
        text = words["scatter"].format(
            likeness=_two(scatter.likeness), drops=scatter.drops, cover=round(100 * scatter.cover)
        )
        parts.append((text, ("scatter.likeness", "scatter.drops", "scatter.cover")))
    if description.isen:
        parts.append((words["isen"].format(isen=isen_words(description, language)), ("isen",)))
    if family.key != "other":
        text = words["family"].format(family=family.key.replace("_", " "), confidence=_two(family.confidence))
        parts.append((text, ("family.key", "family.confidence")))
    return tuple(part for part in parts if part)


def isen_words(description: Description, language: str) -> str:
    """List suggested fillers by name, with a gloss where the language is not that of the craft."""
    terms = [term("isen", filler.key) for filler in description.isen]
    if language == "id":
        return ", ".join(filler.label_id for filler in terms)
    return ", ".join(f"{filler.label_id} ({filler.label_en})" for filler in terms)


def lattice_words(lattice: str, language: str) -> str:
    """Name a class of lattice; an unknown one keeps its name, since a record may come from outside.

    Examples
    --------
    >>> lattice_words("square", "id")
    'bujur sangkar'
    """
    return _words()["lattice_id"].get(lattice, lattice) if language == "id" else lattice


def _repeat(description: Description, words: dict[str, str], language: str) -> Sentence:
    repeat = description.repeat
    figures: dict[str, Any] = {"confidence": _two(repeat.confidence), "raport": repeat.raport}
    if len(repeat.vectors_px) == 2:
        (ax, ay), (bx, by) = ([round(c) for c in vector] for vector in repeat.vectors_px)
        lattice = lattice_words(str(repeat.lattice), language)
        text = words["field"].format(**figures, lattice=lattice, ax=ax, ay=ay, bx=bx, by=by)
        return text, ("repeat.lattice", "repeat.vectors_px", "repeat.raport", "repeat.confidence")
    if repeat.vectors_px:
        x, y = repeat.vectors_px[0]
        text = words["border"].format(**figures, length=round((x * x + y * y) ** 0.5))
        return text, ("repeat.vectors_px", "repeat.raport", "repeat.confidence")
    return words["none"].format(**figures), ("repeat.vectors_px", "repeat.confidence")


def _symmetry(description: Description, words: dict[str, str]) -> Sentence | None:
    ranked = description.symmetry.ranked
    if len(ranked) < 2:
        return None
    (first, score), (second, _) = ranked[:2]
    text = words["symmetry"].format(first=first, score=_two(score), second=second)
    return text, ("symmetry.ranked",)


def _colors(description: Description, words: dict[str, str], language: str) -> Sentence | None:
    ground = description.palette.ground
    if ground is None:
        return None
    named = [
        (color.name_id if language == "id" else color.name_en, color) for color in description.palette.colors
    ]
    listed = ", ".join(f"{name} {color.hex} {round(100 * color.share)} %" for name, color in named)
    text = words["colors"].format(
        colors=listed, ground=ground.name_id if language == "id" else ground.name_en
    )
    return text, ("palette.colors",)


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("motif.report").joinpath("description.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _two(value: float) -> str:
    return f"{value:.2f}"
