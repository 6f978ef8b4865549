"""What a letter or a sheet of the filing says, before it is set as PDF or written as DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from motif.filing.dossier import Signer

Align = Literal["left", "center", "right", "justify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters of one look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph, perhaps numbered: ``mark`` stands in the margin of its ``level``."""

    runs: tuple[Run, ...]
    align: Align = "left"
    mark: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels and values, one below the other; ``title`` stands above them, and may be empty."""

    rows: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as a template has it."""

    rows: tuple[tuple[str, ...], ...]
    ruled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture, by the name of its file."""

    file: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Places to sign, with place and date above them."""

    place_and_date: str
    signers: tuple[Signer, ...]


Block = Paragraph | Facts | Grid | Figure | Signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A letter or sheet.

    Parameters
    ----------
    title : str
        For the file's properties; a template's own heading is among its blocks.
    blocks : tuple of Block
    draft : str
        Printed on top where the text is a draft; empty for an office's own text.
    foot : str
        Printed below each page.
    """

    title: str
    blocks: tuple[Block, ...]
    draft: str = ""
    foot: str = ""


def text_of(*texts: str) -> tuple[Run, ...]:
    """Return one plain run for each text.

    Parameters
    ----------
    *texts : str

    Returns
    -------
    tuple of Run
    """
    return tuple(Run(text=text) for text in texts)
