"""What a document is made of, before it is HTML or PDF: a few kinds of blocks that hold plain text.

A block says what something is, not how it looks. Its texts are data: ``html`` and ``pdf`` escape them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: level 2 of a part, 3 of a section in it; ``new_page`` starts a printed page."""

    text: str
    level: Literal[2, 3] = 2
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer in one sentence, under a mark that names its kind (color alone never does), and details."""

    mark: str
    text: str
    more: tuple[str, ...] = ()
    kind: Literal["clear", "review", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph; line ends are kept."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and values: ((name, value), ...); ``code`` is in small print, ``paired`` two to a line."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    paired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; the first cell of a row names it.

    ``columns`` holds the width of each column in print, in millimetres; columns of 0 share the rest.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the report, by its SHA-256; ``alt`` says what it shows to readers who cannot see it."""

    sha256: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Pictures side by side; in print each is at most ``height_mm`` high."""

    pictures: tuple[Picture, ...]
    height_mm: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Color:
    """One color of a palette: ``#rrggbb``, its name in words and its share, 0..1."""

    hex: str
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colors under a name, the largest share first."""

    name: str
    colors: tuple[Color, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palettes:
    """Palettes side by side."""

    palettes: tuple[Palette, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A picture with facts beside it."""

    picture: Picture
    blocks: tuple[Facts | Text | Items, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Space for a person to write: choices to tick, then empty fields (name, height in millimetres)."""

    title: str
    choices: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text to be copied letter by letter, under a name; also as a QR code unless ``qr`` is empty."""

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
        The date of what it reports, not of its making: the same report always gives the same document.
    blocks : tuple of Block
    foot : str
        Printed at the foot of each page.
    """

    title: str
    subtitle: str
    language: str
    at: datetime
    blocks: tuple[Block, ...]
    foot: str
