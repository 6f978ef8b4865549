"""Write entries as CSV, JSON Lines or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from motif.exchange.flat import Dossier, columns, flat_row, full_document, many_columns
from motif.exchange.sheet import safe_cell
from motif.extras import require

_BATCH = 1000


def export_csv(path: Path, dossiers: Iterable[Dossier]) -> int:
    """Write one row an entry, UTF-8 with the mark that spreadsheets want; no cell is a formula.

    Returns
    -------
    int
        How many entries were written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_csv(file, columns(), map(flat_row, dossiers))


def export_jsonl(path: Path, dossiers: Iterable[Dossier]) -> int:
    """Write one JSON document a line, with all that is linked; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for dossier in dossiers:
            file.write(json.dumps(full_document(dossier), ensure_ascii=False) + "\n")
            count += 1
    return count


def export_parquet(path: Path, dossiers: Iterable[Dossier]) -> int:
    """Write one row an entry, lists as lists; return how many. Needs the extra ``parquet``."""
    arrow = require("pyarrow", extra="parquet")
    parquet = require("pyarrow.parquet", extra="parquet")
    many = many_columns()
    types = {name: arrow.list_(arrow.string()) if name in many else arrow.string() for name in columns()}
    types |= {"dispute_flag": arrow.bool_()}
    schema = arrow.schema(list(types.items()))
    count, rows = 0, []
    with parquet.ParquetWriter(path, schema) as writer:
        for dossier in dossiers:
            rows.append(flat_row(dossier))
            count += 1
            if len(rows) == _BATCH:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
    return count


def write_csv(file: TextIO, headings: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows under headings; return how many."""
    writer = csv.writer(file)
    writer.writerow([safe_cell(heading) for heading in headings])
    count = 0
    for row in rows:
        writer.writerow([safe_cell(_cell(row.get(heading))) for heading in headings])
        count += 1
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
