"""The words for users, in English and Indonesian: one catalogue that every text for users is looked up in.

English sentences are in the code, marked with ``_`` (or ``N_`` where they are translated later); their
translations are in ``locale/id/LC_MESSAGES/motif.po``. ``make messages`` collects and compiles them.

The message of an error is marked with ``N_`` and carries its values: programs read it in English, and ``_``
translates it where it is shown to people.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, Self

LANGUAGES: Final = ("en", "id")
"""English is in the code; the others have a catalogue."""

LOCALE: Final = Path(__file__).parent / "locale"
_chosen: ContextVar[str | None] = ContextVar("motif_language", default=None)


class Sentence(str):
    """An English sentence with its values filled in, which ``_`` can still translate.

    Parameters
    ----------
    text : str
        As it is in the catalogue, with ``{names}``.
    values : mapping of str to object
        What fills them in. A value that is itself a sentence, or an error whose message is one, is translated
        as well. Without values nothing is filled in.
    """

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, values: Mapping[str, object]) -> Self:
        values = {
            name: message_of(value) if isinstance(value, Exception) else value
            for name, value in values.items()
        }
        sentence = super().__new__(cls, text.format(**values) if values else text)
        sentence.text, sentence.values = text, values
        return sentence

    def __reduce__(self) -> tuple[type[Sentence], tuple[str, Mapping[str, object]]]:
        """Return what a copy is made of, in this process or another."""
        return Sentence, (self.text, self.values)


def message_of(error: Exception, most: int = 100_000) -> str:
    """Return the text of an error.

    Parameters
    ----------
    error : Exception
    most : int, characters

    Returns
    -------
    str
        A marked sentence of ours, otherwise the error's own text, cut to ``most``.
    """
    message = getattr(error, "message", None)
    return message if isinstance(message, Sentence) and len(message) <= most else str(error)[:most]


def N_(text: str, /, **values: object) -> str:  # noqa: N802
    """Mark a sentence for the catalogue, and return it in English.

    Parameters
    ----------
    text : str
        With ``{names}``, where values are given or will be.
    **values
        Where given, they are filled in; ``_`` fills them into the translation.

    Returns
    -------
    str
        English, with the values filled in where they are given; remembers what it was made of.

    Examples
    --------
    >>> message = N_("{path!r} is a folder; expected a picture file", path="kain")
    >>> message, _(message, "id")
    ("'kain' is a folder; expected a picture file", "'kain' adalah folder; harus berupa berkas gambar")
    """
    return Sentence(text, values)


def _(text: str, language: str | None = None) -> str:
    """Translate a sentence of the catalogue; one without a translation stays English.

    Parameters
    ----------
    text : str
        As it is in the code, with ``{names}`` still to be filled in, or what ``N_`` made of it.
    language : "en" or "id", optional
        By default the one that ``use_language`` or the environment chose.

    Returns
    -------
    str

    Examples
    --------
    >>> _("warning", "en"), _("warning", "id")
    ('warning', 'peringatan')
    """
    language = language or current_language()
    if language == "en" or not text:
        return str(text)
    if isinstance(text, Sentence) and text.values:
        values = {
            name: _(value, language) if isinstance(value, Sentence) else value
            for name, value in text.values.items()
        }
        return _catalogue(language).gettext(text.text).format(**values)
    return _catalogue(language).gettext(text)


def system_reason(error: Exception) -> str:
    """Return the reason that the operating system gives; the commonest are in the catalogue.

    Parameters
    ----------
    error : Exception
        Usually an ``OSError``.

    Returns
    -------
    str
        A marked sentence.

    Examples
    --------
    >>> _(system_reason(FileNotFoundError(2, "No such file or directory", "turi.jpg")), "id")
    'tidak ada'
    """
    return Sentence((isinstance(error, OSError) and error.strerror) or str(error), {})


REASONS: Final = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Input/output error"),
)
"""The most frequent reasons, in the words of Linux."""


def use_language(language: str | None) -> None:
    """Choose the language of this thread or task; None goes back to what the environment says.

    Parameters
    ----------
    language : "en", "id" or None

    Examples
    --------
    >>> use_language("id")
    >>> current_language()
    'id'
    >>> use_language(None)
    """
    _chosen.set(language)


def current_language() -> str:
    """Return the language in use: the chosen one, else MOTIF_LANG, else the locale's, else English.

    Returns
    -------
    "en" or "id"
    """
    return _chosen.get() or language_of(os.environ)


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that an environment asks for.

    Examples
    --------
    >>> language_of({"LANG": "id_ID.UTF-8"}), language_of({"MOTIF_LANG": "en", "LANG": "id_ID.UTF-8"})
    ('id', 'en')
    >>> language_of({"LC_ALL": "C", "LANG": "id_ID"}), language_of({})
    ('en', 'en')
    """
    language = environment.get("MOTIF_LANG", "")[:2].lower()
    if language in LANGUAGES:
        return language
    locale = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "id" if locale.lower().partition(".")[0].partition("_")[0] in ("id", "in", "indonesian") else "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("motif", LOCALE, languages=[language], fallback=True)
