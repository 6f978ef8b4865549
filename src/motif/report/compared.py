"""What was compared of a photo, and which of its fields matched, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from motif.messages import N_, _
from motif.normalize.cut import WHOLE_PHOTO

_GIVEN: Final = {
    True: N_("the whole photo, as a person asked"),
    False: N_("the part within the corners that a person gave"),
}
_FOUND: Final = {
    True: N_("the whole photo; no clear outline of the cloth was found"),
    False: N_("the cloth, cut out along its outline"),
}
_NOT_SURE: Final = N_("the cut along an outline, and the whole photo, since the outline is not sure")
_NOT_SURE_ON_PAGE: Final = N_(
    "the cut along an outline, and the whole picture, since the outline is not sure"
)
_SEVERAL: Final = N_("{count} pictures that the photo shows, each for itself")
_MATCHED: Final = {
    True: N_("the whole photo"),
    False: N_("the cut along the outline"),
}


def compared_words(compared: Mapping[str, Any]) -> str:
    """Say what was compared of a photo.

    Parameters
    ----------
    compared : mapping
        As ``Fingerprint.compared`` gives it: ``cut``, and ``fields`` with ``picture`` and ``outline_px``.

    Returns
    -------
    str
        A phrase in the language in use.

    Examples
    --------
    >>> compared_words({"cut": "", "fields": [{"picture": 0, "outline_px": None}]})
    'the whole photo; no clear outline of the cloth was found'
    """
    cut, fields = compared["cut"], compared["fields"]
    if cut:
        return _(_GIVEN[cut == WHOLE_PHOTO])
    if _shows_several(compared):
        return _(_SEVERAL).format(count=len(fields))
    if len(fields) > 1:
        whole = any(field["outline_px"] is None for field in fields)
        return _(_NOT_SURE if whole else _NOT_SURE_ON_PAGE)
    return _(_FOUND[fields[0]["outline_px"] is None])


def matched_words(compared: Mapping[str, Any], number: int) -> str:
    """Say which of the fields of a photo matched.

    Parameters
    ----------
    compared : mapping
        As for ``compared_words``.
    number : int
        Of the field, as ``Evidence.query_field`` or ``registered_field`` says.

    Returns
    -------
    str
        A phrase in the language in use; empty where the photo has one field.

    Examples
    --------
    >>> corners = [[0, 0], [9, 0], [9, 9], [0, 9]]
    >>> fields = [{"picture": 0, "outline_px": corners}, {"picture": 0, "outline_px": None}]
    >>> matched_words({"cut": "", "fields": fields}, 0), matched_words({"cut": "", "fields": fields}, 1)
    ('the cut along the outline', 'the whole photo')
    """
    fields = compared["fields"]
    if len(fields) == 1:
        return ""
    if _shows_several(compared):
        return _("picture {number}").format(number=fields[number]["picture"] + 1)
    return _(_MATCHED[fields[number]["outline_px"] is None or number > 0])


def _shows_several(compared: Mapping[str, Any]) -> bool:
    return any(field["picture"] for field in compared["fields"])
