"""Which column holds what: by its heading, in Indonesian or English, or as the caller says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.works import Motif

OWN: Final = {
    "title": ("judul", "nama motif", "nama", "name", "judul / nama motif"),
    "photo": ("foto", "file", "berkas", "gambar", "nama file", "nama berkas", "filename"),
    "note": ("catatan", "keterangan"),
    "key": ("nomor", "no", "kode", "id", "nomor urut"),
}
"""What an import reads beside the fields of ``Motif``, and the headings that stand for it."""

FIELDS: Final = (*OWN, *(name for name in Motif.typed_fields() if name != "source_key"))
"""Every field that a column can be mapped to."""


def map_columns(headings: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Return field -> heading.

    Parameters
    ----------
    headings : sequence of str
    told : mapping of field to heading
        What the caller says; counts before what the headings say.

    Raises
    ------
    ParameterError
        If a field or column is not there, or no column holds title or photo.

    Examples
    --------
    >>> map_columns(["Judul", "Foto", "Isen-isen"], {})
    {'title': 'Judul', 'photo': 'Foto', 'isen': 'Isen-isen'}
    """
    for field, heading in told.items():
        if field not in FIELDS:
            raise ParameterError(
                N_("there is no field {field!r:.60}", field=field),
                hint=N_("Fields: {names}.", names=", ".join(FIELDS)),
            )
        if heading not in headings:
            hint = N_("Columns: {names}.", names=", ".join(headings))
            raise ParameterError(N_("there is no column {heading!r:.60}", heading=heading), hint=hint)
    found: dict[str, str] = {}
    plain = {_plain(heading): heading for heading in reversed(headings) if heading not in told.values()}
    for field in FIELDS:
        known = [plain[name] for name in _names(field) if name in plain]
        column = told.get(field) or next(iter(known), None)
        if column:
            found[field] = column
    for field in ("title", "photo"):
        if field not in found:
            hint = N_(
                "Say which one does: --map {field}=COLUMN. Columns: {names}.",
                field=field,
                names=", ".join(headings),
            )
            raise ParameterError(N_("no column is known to hold the {field}", field=field), hint=hint)
    return found


def _names(field: str) -> list[str]:
    if field in OWN:
        return [_plain(name) for name in (field, *OWN[field])]
    metadata = Motif.typed_fields()[field]
    return [_plain(name) for name in (field, metadata["en"], metadata["id"])]


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.lower()).strip()
