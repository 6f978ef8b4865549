"""Text from outside, made safe to keep and to print: titles, notes and file names."""

from __future__ import annotations

import re
import unicodedata

from motif.errors import ParameterError
from motif.messages import N_

TITLE_MAX = 200
NOTE_MAX = 10_000
NAME_MAX = 255
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_VISIBLE = frozenset("LNPS")


def clean_title(value: str, *, name: str = N_("title")) -> str:
    """Return a title as it is kept: one line, NFC, without control and reordering characters.

    Parameters
    ----------
    value : str, 1 to 200 characters in any script
    name : str
        What the error calls it.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If it is too long, shows nothing, or holds NUL or half a surrogate pair.

    Examples
    --------
    >>> clean_title("  Kembang\\tTuri \\x1b[31m"), clean_title("ꦏꦮꦸꦁ")
    ('Kembang Turi [31m', 'ꦏꦮꦸꦁ')
    """
    text = " ".join(_safe(value, name, TITLE_MAX, kept="").split())
    if not any(unicodedata.category(character)[0] in _VISIBLE for character in text):
        message = N_("{name}={value!r:.60} shows nothing", name=name, value=value)
        raise ParameterError(message, hint=N_("Give a {name} that can be read.", name=name))
    return text


def clean_note(value: str, *, name: str = N_("note")) -> str:
    """Return a note as it is kept: like a title, but lines stay apart and it may be empty.

    Parameters
    ----------
    value : str, at most 10 000 characters
    name : str
        What the error calls it.

    Returns
    -------
    str

    Examples
    --------
    >>> clean_note("dua\\r\\nbaris \\x07")
    'dua\\nbaris'
    """
    lines = _safe(value, name, NOTE_MAX, kept="\n\t").replace("\t", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def clean_by(value: str) -> str:
    """Return the name of who works as it is kept: like a title, but it may be empty.

    Parameters
    ----------
    value : str, at most 200 characters

    Returns
    -------
    str

    Examples
    --------
    >>> clean_by(" Bu\tSri "), clean_by("")
    ('Bu Sri', '')
    """
    return clean_title(value, name="by") if value else ""


def clean_name(value: str) -> str:
    """Return a file's name as it is kept; whatever it was, it is never refused and never a path.

    Parameters
    ----------
    value : str

    Returns
    -------
    str

    Examples
    --------
    >>> clean_name("../../etc/pass\\0wd"), clean_name("caf\\udce9.jpg")
    ('passwd', 'caf�.jpg')
    """
    name = re.sub("[\ud800-\udfff]", "�", re.split(r"[/\\]", str(value))[-1])
    return _printable(name, kept="").strip()[:NAME_MAX].strip()


def _safe(value: str, name: str, longest: int, *, kept: str) -> str:
    if not isinstance(value, str):
        raise ParameterError(N_("{name} is {kind}; expected text", name=name, kind=type(value).__name__))
    _require_length(value, name, longest)
    if "\0" in value or _has_surrogate(value):
        message = N_("{name}={value!r:.60} holds NUL or half a character", name=name, value=value)
        raise ParameterError(message, hint=N_("Type it again."))
    text = _printable(value.replace("\r\n", "\n").replace("\r", "\n"), kept=kept)
    _require_length(text, name, longest)  # NFC can make it longer
    return text


def _require_length(text: str, name: str, longest: int) -> None:
    if len(text) > longest:
        values = {"name": name, "count": len(text), "longest": longest}
        message = N_("{name} has {count} characters; expected at most {longest}", **values)
        raise ParameterError(message, hint=N_("Shorten the {name}.", name=name))


def _printable(text: str, *, kept: str) -> str:
    spaced = text if kept else re.sub(r"[\n\t\v\f\x85\u2028\u2029]", " ", text)
    printable = (c for c in spaced if c in kept or not (unicodedata.category(c) == "Cc" or c in _REORDERING))
    return unicodedata.normalize("NFC", "".join(printable))


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
