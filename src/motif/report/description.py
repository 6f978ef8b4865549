"""A draft of the short description (uraian singkat): each sentence names the figures that it rests on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from motif.vocabulary import term

if TYPE_CHECKING:
    from motif.description import Description

Sentence = tuple[str, tuple[str, ...]]
"""A sentence, and the fields of the description that it rests on."""

LIKE_SPLASHES: Final = 0.5
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
    return tuple(_sentences(description, language))


def _sentences(description: Description, language: str) -> Iterator[Sentence]:
    words = _words()[language]
    yield _repeat(description, words, language)
    ranked, palette = description.symmetry.ranked, description.palette
    if len(ranked) > 1:
        (first, score), (second, _score) = ranked[:2]
        text = words["symmetry"].format(first=first, score=f"{score:.2f}", second=second)
        yield text, ("symmetry.ranked",)
    if palette.ground is not None:
        name = attrgetter(f"name_{language}")
        colors = (f"{name(color)} {color.hex} {round(100 * color.share)} %" for color in palette.colors)
        text = words["colors"].format(colors=", ".join(colors), ground=name(palette.ground))
        yield text, ("palette.colors",)
    scatter, family = description.scatter, description.family
    if scatter.likeness >= LIKE_SPLASHES:
        text = words["scatter"].format(
            likeness=f"{scatter.likeness:.2f}", drops=scatter.drops, cover=round(100 * scatter.cover)
        )
        yield text, ("scatter.likeness", "scatter.drops", "scatter.cover")
    if description.isen:
        yield words["isen"].format(isen=isen_words(description, language)), ("isen",)
    if family.key != "other":
        text = words["family"].format(
            family=family.key.replace("_", " "), confidence=f"{family.confidence:.2f}"
        )
        yield text, ("family.key", "family.confidence")


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
    figures: dict[str, Any] = {"confidence": f"{repeat.confidence:.2f}", "raport": repeat.raport}
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


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("motif.report").joinpath("description.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
