"""What a document is made of, before it is HTML or PDF: a few kinds of blocks that hold plain text.

A block says what something is, not how it looks. Its texts are data: whoever renders them escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; ``level`` 2 begins a part, 3 a piece of it; ``new_page`` starts a printed page."""

    text: str
    level: Literal[2, 3] = 2
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer in one sentence, with what kind it is (never told by color alone) and what follows."""

    mark: str
    text: str
    more: tuple[str, ...] = ()
    kind: Literal["clear", "review", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph; line ends stay."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and what they are: ((name, value), ...); ``code`` is small, ``paired`` two to a line."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    paired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; the first cell of a row names it.

    ``columns`` holds each column's width in print, millimetres; 0 shares what is left.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the report, by its SHA-256, with what it shows for those who do not see it."""

    sha256: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Pictures side by side; ``height_mm`` is the most that one takes in print."""

    pictures: tuple[Picture, ...]
    height_mm: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Color:
    """One color of a palette: ``#rrggbb``, its name and its share in words."""

    hex: str
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colors by falling share, under a name."""

    name: str
    colors: tuple[Color, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palettes:
    """Palettes side by side."""

    palettes: tuple[Palette, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A picture with facts at its side."""

    picture: Picture
    blocks: tuple[Facts | Text | Items, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Space for a person's own words: choices to tick, then empty fields (name, height in millimetres)."""

    title: str
    choices: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text to be copied letter by letter, under a name, and perhaps as a QR code."""

    name: str
    text: str
    qr: str = ""
    qr_alt: str = ""


Block = Heading | Answer | Text | Items | Facts | Table | Pictures | Palettes | Beside | Form | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in one language.

    Parameters
    ----------
    title, subtitle : str
    language : "en" or "id"
    at : datetime, UTC
        Its date: that of what it tells, so that the same matter always gives the same document.
    blocks : tuple of Block
    foot : str
        Stands at the foot of each printed page.
    """

    title: str
    subtitle: str
    language: str
    at: datetime
    blocks: tuple[Block, ...]
    foot: str
