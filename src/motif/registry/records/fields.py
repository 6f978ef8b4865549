"""The kinds of values in records: how each is read, checked and written.

Any value may be unknown: ``None`` in Python, ``null`` in JSON. An empty list says that there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from motif.errors import EntryNotFoundError, ParameterError
from motif.files import SHA256
from motif.messages import N_
from motif.registry.records.ids import LETTERS, format_record_id, parse_record_id
from motif.registry.records.text import clean_note, clean_title
from motif.times import iso, parse_iso
from motif.vocabulary import term

MANY_MAX: Final = 200
"""Most items of one list."""

_ITEM_END = re.compile(r"((?:\\\\)*)(\\?);")
"""A semicolon with the backslashes before it: it ends an item unless they are odd in number."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_GROUPED = re.compile(
    r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
)
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""One thousand and some in one country, one and a bit in another."""

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _unexpected(name: str, value: object, expected: str) -> ParameterError:
    return ParameterError(
        N_("{name}={value!r:.60}; expected {expected}", name=name, value=value, expected=expected)
    )


def split_items(text: str) -> list[str]:
    """Return the items of a list that is written with semicolons between; see ``join_items``.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Without blank ones, and without blanks around.

    Examples
    --------
    >>> split_items("cecek; sawut;"), split_items(r"Soe\\; Batik, 1921; Arsip 3"), split_items(";")
    (['cecek', 'sawut'], ['Soe; Batik, 1921', 'Arsip 3'], [])
    """
    items, start, item = [], 0, ""
    for end in _ITEM_END.finditer(text):
        item += text[start : end.start()] + end[1][: len(end[1]) // 2]
        start = end.end()
        if end[2]:
            item += ";"
        else:
            items.append(item)
            item = ""
    items.append(item + text[start:])
    return [item.strip() for item in items if item.strip()]


def join_items(items: Iterable[str]) -> str:
    """Write a list with semicolons between; one within an item gets a backslash before it.

    Parameters
    ----------
    items : iterable of str

    Returns
    -------
    str
        A semicolon alone if there are none: an empty text says nothing.

    Examples
    --------
    >>> join_items(["cecek", "sawut"]), join_items(["Soe; Batik, 1921"]), join_items([])
    ('cecek; sawut', 'Soe\\\\; Batik, 1921', ';')
    """
    escaped = [re.sub(r"(\\*);", lambda match: match[1] * 2 + "\\;", item) for item in items]
    # a backslash at the end of an item must not be taken for that of the semicolon behind it
    ended = [re.sub(r"\\+$", lambda match: match[0] * 2, item) for item in escaped[:-1]]
    return "; ".join([*ended, *escaped[-1:]]) or ";"


class Kind(Protocol):
    """How values of one kind are read."""

    def read(self, value: Any, name: str) -> Any:
        """Return a value from JSON as it is kept; raise ``ParameterError``."""
        ...

    def write(self, value: Any) -> Any:
        """Return a kept value as JSON."""
        ...

    def parse(self, text: str, name: str) -> Any:
        """Read what somebody typed, or what is in a table's cell."""
        ...

    def spell(self, value: Any) -> str:
        """Return the text that ``parse`` reads as a kept value."""
        ...


class Plain:
    """A value that is the same in JSON as in a record."""

    def write(self, value: Any) -> Any:
        return value

    def parse(self, text: str, name: str) -> Any:
        return self.read(text, name)

    def spell(self, value: Any) -> str:
        return str(value)

    def read(self, value: Any, name: str) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Text(Plain):
    """A line of 1 to 200 characters, or with ``lines`` a text of at most 10 000; see ``text``."""

    lines: bool = False

    def read(self, value: Any, name: str) -> str:
        return clean_note(value, name=name) if self.lines else clean_title(value, name=name)


_PROBABLE_FROM = "1800"
"""Years before it are more probably a slip than meant."""

_EARLIEST_ZONE_H = 14
"""A day begins first in Kiribati, UTC+14."""


class Day(Plain):
    """A day, or only its month or year where no more is known: ``2024``, ``2024-05``, ``2024-05-17``."""

    def read(self, value: Any, name: str) -> str:
        match = _DAY.fullmatch(value) if isinstance(value, str) else None
        try:
            if match:
                date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
                return match[0]
        except ValueError:
            pass
        hint = N_("Write it like 2024-05-17, or 2024-05 or 2024 where no more is known.")
        raise ParameterError(N_("{name}={value!r:.60} is not a date", name=name, value=value), hint=hint)


class PastDay(Day):
    """A day that has been. Where it is typed, a day to come is refused, and an improbable one asked about."""

    def parse(self, text: str, name: str) -> str:
        """Read a day as it is typed; ``0204!`` says that the improbable year is meant.

        Examples
        --------
        >>> PastDay().parse("2024-05", "since"), PastDay().parse("1650!", "since")
        ('2024-05', '1650')
        >>> PastDay().parse("0204", "since")
        Traceback (most recent call last):
        motif.errors.ParameterError: since='0204' is before 1800
        """
        day = self.read(text.removesuffix("!"), name)
        require_past(day, name)
        if day < _PROBABLE_FROM and not text.endswith("!"):
            hint = N_("Perhaps a digit is wrong. If this year is meant, write it as {day}!", day=day)
            message = N_("{name}={value!r:.60} is before {year}", name=name, value=day, year=_PROBABLE_FROM)
            raise ParameterError(message, hint=hint)
        return day

    def spell(self, value: str) -> str:
        """Return the text that ``parse`` reads as a kept day: an improbable one with its mark.

        Examples
        --------
        >>> PastDay().spell("2024-05"), PastDay().spell("1650")
        ('2024-05', '1650!')
        """
        return f"{value}!" if value < _PROBABLE_FROM else value


def require_past(day: str, name: str) -> None:
    """Raise ``ParameterError`` if a day, month or year lies in the future everywhere on Earth.

    Parameters
    ----------
    day : str, a day, month or year
    name : str
        Of the field, for the message.
    """
    latest = f"{datetime.now(UTC) + timedelta(hours=_EARLIEST_ZONE_H):%Y-%m-%d}"
    if day > latest[: len(day)]:
        message = N_("{name}={value!r:.60} has not come yet", name=name, value=day)
        raise ParameterError(message, hint=N_("Check the year; a day to come cannot be first."))


class Moment:
    """A time in UTC."""

    def read(self, value: Any, name: str) -> datetime:
        return parse_iso(iso(value)) if isinstance(value, datetime) else parse_iso(value)

    def write(self, value: datetime) -> str:
        return iso(value)

    def parse(self, text: str, name: str) -> datetime:
        return self.read(text, name)

    def spell(self, value: datetime) -> str:
        return iso(value)


@dataclass(frozen=True, slots=True)
class Choice(Plain):
    """The key of a term of one of the vocabulary's lists."""

    list: str

    def read(self, value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise _unexpected(name, value, N_("a term of {list}", list=self.list))
        return term(self.list, value).key


@dataclass(frozen=True, slots=True)
class Number(Plain):
    """A number within bounds; ``whole`` for a count."""

    low: float = 0
    high: float = 2.0**53
    whole: bool = False

    def read(self, value: Any, name: str) -> float:
        right = isinstance(value, int) or (isinstance(value, float) and not self.whole)
        if not right or isinstance(value, bool) or not math.isfinite(value):
            raise _unexpected(name, value, N_("a whole number") if self.whole else N_("a number"))
        if not self.low <= value <= self.high:
            raise _unexpected(name, value, N_("{low:g} to {high:g}", low=self.low, high=self.high))
        return value if self.whole else float(value)

    def parse(self, text: str, name: str) -> float:
        number = text.strip()
        if _AMBIGUOUS.fullmatch(number):
            values = {
                "thousands": number.replace(".", "").replace(",", ""),
                "rest": number.replace(",", ".") + "0",
            }
            raise ParameterError(
                N_("{name}={text!r:.60} can be read in two ways", name=name, text=text),
                hint=N_("Write {thousands} or {rest}.", **values),
            )
        if _GROUPED.fullmatch(number) and not number.lstrip("+-").startswith("0"):
            point = max(number.rfind("."), number.rfind(","))
            mark = number[point] if len(set(re.findall("[.,]", number))) > 1 else ""
            number = "".join(sign if sign not in ".," or sign == mark else "" for sign in number)
        elif not _NUMBER.fullmatch(number):
            raise ParameterError(N_("{name}={text!r:.60} is not a number", name=name, text=text))
        value = float(number.replace(",", "."))
        return self.read(int(value) if self.whole and value.is_integer() else value, name)


class Flag(Plain):
    """Yes or no."""

    def read(self, value: Any, name: str) -> bool:
        if isinstance(value, bool):
            return value
        raise _unexpected(name, value, N_("true or false"))

    def parse(self, text: str, name: str) -> bool:
        word = text.strip().lower()
        if word in ("yes", "ya", "y", "true", "1"):
            return True
        if word in ("no", "tidak", "n", "false", "0"):
            return False
        raise _unexpected(name, text, N_("yes or no"))

    def spell(self, value: bool) -> str:
        return "yes" if value else "no"


class Sha256(Plain):
    """64 lower-case hex digits."""

    def read(self, value: Any, name: str) -> str:
        if isinstance(value, str) and SHA256.fullmatch(value):
            return value
        raise ParameterError(N_("{name}={value!r:.80}; expected 64 hex digits", name=name, value=value))


@dataclass(frozen=True, slots=True)
class Id(Plain):
    """The id of a record of one of some kinds; with ``sha256`` also a photo's SHA-256."""

    letters: str = "M"
    sha256: bool = False

    def read(self, value: Any, name: str) -> str:
        if self.sha256 and isinstance(value, str) and SHA256.fullmatch(value):
            return value
        try:
            letter, number = parse_record_id(value) if isinstance(value, str) else ("", 0)
        except EntryNotFoundError as error:
            message = N_("{name}={value!r:.60}: {message}", name=name, value=value, message=error.message)
            raise ParameterError(message, hint=error.hint) from error
        if letter not in self.letters or not letter:
            examples = " or ".join(f"{each}-000042-7" for each in self.letters)
            raise _unexpected(name, value, N_("an id like {examples}", examples=examples))
        return format_record_id(LETTERS[letter], number)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one kind; typed with semicolons between."""

    inner: Kind
    exactly: int | None = field(default=None, kw_only=True)

    def read(self, value: Any, name: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) > MANY_MAX:
            raise _unexpected(name, value, N_("a list of at most {most}", most=MANY_MAX))
        count = len(value)
        if self.exactly not in (None, count):
            values = {"name": name, "count": count, "exactly": self.exactly}
            raise ParameterError(N_("{name} has {count} items; expected {exactly}", **values))
        items = tuple(self.inner.read(item, name) for item in value)
        if "" in items:
            raise ParameterError(N_("{name} has an item that says nothing", name=name))
        return items

    def write(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.inner.write(item) for item in value]

    def parse(self, text: str, name: str) -> tuple[Any, ...]:
        return self.read([self.inner.parse(item, name) for item in split_items(text)], name)

    def spell(self, value: tuple[Any, ...]) -> str:
        return join_items(map(self.inner.spell, value))


@dataclass(frozen=True, slots=True)
class Part:
    """A small record inside a record."""

    make: Callable[[Any], Any]
    spelled: Callable[[str], Any] | None = None
    """Reads what somebody typed for it, if that can be done on a line."""

    def read(self, value: Any, name: str) -> Any:
        return self.make(value.to_json() if hasattr(value, "to_json") else value)

    def write(self, value: Any) -> Any:
        return value.to_json()

    def parse(self, text: str, name: str) -> Any:
        if self.spelled is None:
            message = N_("{name} cannot be typed on a line", name=name)
            raise ParameterError(message, hint=N_("Use the library for it."))
        return self.spelled(text)

    def spell(self, value: Any) -> str:
        raise NotImplementedError
