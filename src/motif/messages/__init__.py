"""The words for users, in English and Indonesian: one catalogue that every text for users is looked up in.

English sentences stand in the code, marked with ``_`` (or ``N_`` where they are translated later); their
translations stand in ``locale/id/LC_MESSAGES/motif.po``. ``make messages`` collects and compiles them.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "id")
"""English stands in the code; the others have a catalogue."""

_LOCALE = Path(__file__).parent / "locale"
_chosen: ContextVar[str | None] = ContextVar("motif_language", default=None)


def N_(text: str) -> str:  # noqa: N802
    """Mark a sentence for the catalogue, and return it as it is."""
    return text


def _(text: str, language: str | None = None) -> str:
    """Say a sentence of the catalogue in a language; one that is not translated stays English.

    Parameters
    ----------
    text : str
        As it stands in the code, with ``{names}`` still to be filled in.
    language : "en" or "id", optional
        That which ``use_language`` or the environment chose, unless told.

    Examples
    --------
    >>> _("warning", "en"), _("warning", "id")
    ('warning', 'peringatan')
    """
    language = language or current_language()
    return text if language == "en" else _catalogue(language).gettext(text)


def use_language(language: str | None) -> None:
    """Choose the language of this thread or task; None goes back to what the environment says.

    Examples
    --------
    >>> use_language("id")
    >>> current_language()
    'id'
    >>> use_language(None)
    """
    _chosen.set(language)


def current_language() -> str:
    """Return the language in use: that chosen, or else MOTIF_LANG, or else the locale's, or English."""
    return _chosen.get() or language_of(os.environ)


def language_of(environment: Mapping[str, str]) -> str:
    """Tell the language that an environment asks for.

    Examples
    --------
    >>> language_of({"LANG": "id_ID.UTF-8"}), language_of({"MOTIF_LANG": "en", "LANG": "id_ID.UTF-8"})
    ('id', 'en')
    >>> language_of({"LC_ALL": "C", "LANG": "id_ID"}), language_of({})
    ('en', 'en')
    """
    named = environment.get("MOTIF_LANG", "")[:2].lower()
    if named in LANGUAGES:
        return named
    locale = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "id" if locale.lower().partition(".")[0].partition("_")[0] in ("id", "in", "indonesian") else "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("motif", _LOCALE, languages=[language], fallback=True)
