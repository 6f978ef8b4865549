"""A row of JSON Lines as columns of Parquet, and back: both say the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

from motif.batch.rows import Row, kind_of_row
from motif.errors import MalformedFingerprintError
from motif.files import in_utf8
from motif.fingerprint import Fingerprint
from motif.messages import N_

COLUMNS: Final = {
    "path": "string",
    "path_raw": "binary",
    "size_bytes": "int64",
    "mtime_ns": "int64",
    "source_sha256": "string",
    "profile": "string",
    "photo_width_px": "int32",
    "photo_height_px": "int32",
    "picture": "list<int32>",
    "swatch_width_px": "list<int32>",
    "swatch_height_px": "list<int32>",
    "phash": "list<binary>",
    "dhash": "list<binary>",
    "fingerprint": "binary",
    "notes": "list<string>",
    "error_code": "string",
    "error_message": "string",
    "error_hint": "string",
}
"""Column -> Arrow type; a list has one item for each field of the photo, or for each note. ``path_raw`` only
where the name is no UTF-8, ``fingerprint`` of ``to_bytes``."""


def columns_of(row: Row) -> Row:
    """Turn a row of JSON Lines into one of ``COLUMNS``; what it does not have is None.

    Parameters
    ----------
    row : dict

    Returns
    -------
    dict

    Raises
    ------
    MalformedFingerprintError
        If its fingerprint is none.

    Examples
    --------
    >>> columns_of({"path": "a.jpg", "error": {"code": "not-an-image"}})["error_code"]
    'not-an-image'
    """
    path, error, profile = row["path"], row.get("error", {}), row.get("profile")
    shown = in_utf8(path)
    fields, photo_px = row.get("fields"), row.get("photo_px", (None, None))
    whole = Fingerprint.from_json(row).to_bytes() if fields and "keypoints" in fields[0] else None

    def of_each(value: Callable[[Row], object]) -> list[object] | None:
        return None if fields is None else [value(field) for field in fields]

    return {
        "path": shown,
        "path_raw": None if shown == path else os.fsencode(path),
        "size_bytes": row.get("size_bytes"),
        "mtime_ns": row.get("mtime_ns"),
        "source_sha256": row.get("source_sha256"),
        "profile": kind_of_row(row) if profile else None,
        "photo_width_px": photo_px[0],
        "photo_height_px": photo_px[1],
        "picture": of_each(lambda field: field["picture"]),
        "swatch_width_px": of_each(lambda field: field["swatch_px"][0]),
        "swatch_height_px": of_each(lambda field: field["swatch_px"][1]),
        "phash": of_each(lambda field: bytes.fromhex(field["phash"])),
        "dhash": of_each(lambda field: bytes.fromhex(field["dhash"])),
        "fingerprint": whole,
        "notes": in_utf8(row.get("notes")),
        "error_code": error.get("code"),
        "error_message": in_utf8(error.get("message")),
        "error_hint": in_utf8(error.get("hint")),
    }


def row_of(columns: Row) -> Row:
    """Turn a row of ``COLUMNS`` into the one of JSON Lines that it was made of.

    Parameters
    ----------
    columns : dict

    Returns
    -------
    dict

    Raises
    ------
    MalformedFingerprintError
        If it has neither a fingerprint, nor hashes, nor an error, or one that is damaged.

    Examples
    --------
    >>> row = {"path": "a.jpg", "size_bytes": 9, "mtime_ns": 1, "error": {"code": "motif", "message": "no"}}
    >>> row_of(columns_of(row)) == row
    True
    """
    raw = columns["path_raw"]
    row: Row = {"path": columns["path"] if raw is None else os.fsdecode(raw)}
    row |= {name: columns[name] for name in ("size_bytes", "mtime_ns")}
    if columns["error_code"] is not None:
        if columns["source_sha256"] is not None:
            row["source_sha256"] = columns["source_sha256"]
        stated = ((name, columns[f"error_{name}"]) for name in ("code", "message", "hint"))
        row["error"] = {name: text for name, text in stated if text is not None}
    elif columns["fingerprint"] is not None:
        row |= Fingerprint.from_bytes(columns["fingerprint"]).to_json()
    else:
        row |= _hashes_of(columns)
    return row | ({} if columns["notes"] is None else {"notes": columns["notes"]})


def _hashes_of(columns: Row) -> Row:
    names = ("picture", "swatch_width_px", "swatch_height_px", "phash", "dhash")
    try:
        profile, version = columns["profile"].removesuffix(" hashes").rsplit("-", 1)
        return {
            "profile": {"name": profile, "version": int(version)},
            "source_sha256": columns["source_sha256"],
            "photo_px": [columns["photo_width_px"], columns["photo_height_px"]],
            "fields": [
                {"picture": picture, "swatch_px": [width, height], "phash": p.hex(), "dhash": d.hex()}
                for picture, width, height, p, d in zip(*(columns[name] for name in names), strict=True)
            ],
        }
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedFingerprintError(N_("columns lack or garble hashes: {error}", error=error)) from error


def arrow_type(arrow: Any, kind: str) -> Any:
    """Return the type of a column.

    Parameters
    ----------
    arrow : module
        ``pyarrow``.
    kind : str
        As in ``COLUMNS``.

    Returns
    -------
    pyarrow.DataType
    """
    item = kind.removeprefix("list<").removesuffix(">")
    of_item = arrow.type_for_alias(item)
    return of_item if item == kind else arrow.list_(of_item)
