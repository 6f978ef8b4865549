"""Lists of every make come in: each row is registered, there with the same values, or refused by name.

And what goes out comes in the same.
"""

from __future__ import annotations

import csv
import io
import shutil
import threading
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.pictures import picture

from motif.errors import MotifError
from motif.exchange.export import export, write_refused
from motif.exchange.importing import ImportOptions, Outcome, plan_import, run_import
from motif.profiles import CHEAPEST_1
from motif.registry.records.works import Motif
from motif.registry.registry import Registry

MOST = settings.default.max_examples  # type: ignore[attr-defined]
PHOTOS = ("IMG_1.png", "Café [2].png", "c;3?.png", "sub/4.png")
HOSTILE = "aé;,|\"'=+-@\t\n :"
TEXTS = st.builds(
    "{}{}{}".format, st.text(HOSTILE, max_size=4), st.sampled_from("aé"), st.text(HOSTILE, max_size=4)
)
FIELDS = {
    "Judul": "title",
    "Foto": "photo",
    "No": "source_key",
    "Sumber/referensi": "references",
    "Sejarah": "history",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a list is written."""

    separator: str
    encoding: str
    ends: str
    first: str
    order: tuple[str, ...]
    xlsx: bool
    merged: tuple[int, ...]
    number_format: str


SHAPES = st.builds(
    Shape,
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    ends=st.sampled_from(["\r\n", "\n"]),
    first=st.sampled_from(["", "sep=", "#TYPE X"]),
    order=st.permutations(list(FIELDS)).map(tuple),
    xlsx=st.booleans(),
    merged=st.lists(st.integers(2, 6), max_size=1).map(tuple),
    number_format=st.sampled_from(["General", "@", "0", "000", "#,##0", "mmm\\-yy"]),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "Judul": TEXTS.map(lambda text: text.replace("\n", " ").strip()),
            "Foto": st.sampled_from(
                [
                    *PHOTOS,
                    "img_1.PNG",
                    unicodedata.normalize("NFD", PHOTOS[1]),
                    "none.png",
                    "IMG_1.png; sub/4.png",
                    "sub/4.png; sub\\4.png",
                ]
            ),
            "No": st.sampled_from([1, 2, 1150, "A-7", None]),
            "Sumber/referensi": st.none() | TEXTS,
            "Sejarah": st.none() | TEXTS,
        }
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with photos, and beside it an empty registry to be copied."""
    place = tmp_path_factory.mktemp("lists")
    (place / "foto" / "sub").mkdir(parents=True)
    for seed, name in enumerate(PHOTOS):
        picture(place / "foto" / name, seed)
    Registry.open(place / "empty", profile=CHEAPEST_1).close()
    return place


def write(folder: Path, shape: Shape, rows: list[dict[str, Any]]) -> Path:
    """Write a list as some program does, and return its path."""
    if shape.xlsx:
        return write_workbook(folder / "list.xlsx", shape, rows)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=shape.separator, lineterminator=shape.ends)
    writer.writerow(shape.order)
    for row in rows:
        writer.writerow(["" if row[name] is None else row[name] for name in shape.order])
    first = {"": "", "sep=": f"sep={shape.separator}{shape.ends}"}.get(shape.first, shape.first + shape.ends)
    (folder / "list.csv").write_bytes((first + text.getvalue()).encode(shape.encoding, "replace"))
    return folder / "list.csv"


def write_workbook(path: Path, shape: Shape, rows: list[dict[str, Any]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(shape.order)
    for number, row in enumerate(rows, 2):
        for column, name in enumerate(shape.order, 1):
            cell = sheet.cell(number, column)
            cell.value = row[name]
            if isinstance(row[name], str):
                cell.data_type = "s"
            elif row[name] is not None:
                cell.number_format = shape.number_format
    for number in shape.merged:
        sheet.merge_cells(start_row=number, end_row=number + 1, start_column=1, end_column=1)
    book.save(path)
    return path


def without_covered(rows: list[dict[str, Any]], shape: Shape) -> list[dict[str, Any]]:
    """Return the rows without what a merged cell covers though it shows nothing itself."""
    rows = [dict(row) for row in rows]
    for number in shape.merged:
        for upper, lower in zip(rows[number - 2 :], rows[number - 1 : number], strict=False):
            if upper[shape.order[0]] is None:
                lower[shape.order[0]] = None
    return rows


def imported(path: Path, place: Path, options: ImportOptions, encoding: str) -> list[Outcome]:
    with Registry.open(place) as registry:
        return list(run_import(plan_import(path, path.parent / "foto", encoding=encoding), registry, options))


def kept(place: Path) -> dict[str, dict[str, Any]]:
    """Return by its id what is kept of each entry; no photo is of two."""
    with Registry.open(place) as registry:
        files = Counter(photo.sha256 for entry in registry for photo in entry.photos)
        assert files.total() == len(files)
        return {
            entry.id: registry.records.motif(entry.id).to_json()
            | {"title": entry.title, "photos": [photo.name for photo in entry.photos]}
            for entry in registry
        }


def agrees(row: dict[str, Any], values: dict[str, Any]) -> bool:
    """Tell whether an entry keeps what a row says, but for blanks and the marks of a list."""

    def bare(text: Any) -> str:
        return "".join("" if text is None else str(text).split()).replace(";", "").replace("\\", "")

    return all(
        row[heading] is None
        or bare(row[heading]).lstrip("0") == bare("".join(values[name]) if values[name] else "").lstrip("0")
        for heading, name in FIELDS.items()
        if heading != "Foto"
    )


def require_all_named(path: Path, rows: list[dict[str, Any]], place: Path, outcomes: list[Outcome]) -> None:
    """Each row is registered or there with its values, or refused with a reason; nothing else is there."""
    reached = outcomes[len(rows) :]  # rows below, which a merged cell reaches into
    assert [outcome.row.number for outcome in outcomes] == [*range(2, len(rows) + len(reached) + 2)]
    assert all(outcome.status == "refused" and "merged" in outcome.reason for outcome in reached)
    entries = kept(place)
    standing = [
        (row, outcome) for row, outcome in zip(rows, outcomes, strict=False) if outcome.status != "refused"
    ]
    assert all(outcome.reason and outcome.hint for outcome in outcomes if outcome.status == "refused")
    assert entries.keys() == {outcome.entry_id for _, outcome in standing}
    for row, outcome in standing:
        values = entries[outcome.entry_id]
        assert agrees(row, values), (row, values)
        assert len(values["photos"]) == 1 + (row["Foto"] == "IMG_1.png; sub/4.png"), (row, values)


@pytest.mark.slow
@settings(max_examples=MOST // 5, deadline=None, suppress_health_check=list(HealthCheck))
@given(shape=SHAPES, rows=ROWS, two_at_once=st.booleans(), allow_duplicate=st.booleans())
def test_a_list_that_comes_in_twice_leaves_each_row_registered_there_or_refused_by_name(
    folder: Path, shape: Shape, rows: list[dict[str, Any]], two_at_once: bool, allow_duplicate: bool
) -> None:
    place = folder / "r"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder / "empty", place)
    path = write(folder, shape, rows)
    if shape.xlsx:
        rows = without_covered(rows, shape)
    if shape.xlsx and shape.number_format == "mmm\\-yy":
        rows = [row | {"No": "1903-02" if row["No"] == 1150 else row["No"]} for row in rows]  # as shown
    options = ImportOptions(allow_duplicate=allow_duplicate)
    encoding = "cp1252" if shape.encoding == "cp1252" else ""
    try:
        if two_at_once:
            start = threading.Barrier(2)

            def run() -> list[Outcome]:
                start.wait(30)
                return imported(path, place, options, encoding)

            with ThreadPoolExecutor(2) as pool:
                runs = [future.result() for future in [pool.submit(run), pool.submit(run)]]
        else:
            runs = [imported(path, place, options, encoding)]
    except MotifError as error:  # of the whole list, such as merged headings
        assert error.hint and not kept(place)
        return
    for outcomes in runs:
        require_all_named(path, rows, place, outcomes)
    before = kept(place)
    again = imported(path, place, options, encoding)
    assert {outcome.status for outcome in again} <= {"already", "refused"}
    assert [outcome.status == "refused" for outcome in again] == [
        outcome.status == "refused" for outcome in runs[0]
    ]
    refused = [outcome for outcome in again if outcome.status == "refused"]
    if not refused:
        return
    with (folder / "refused.csv").open("w", encoding="utf-8-sig", newline="") as file:
        write_refused(file, [(outcome.row, outcome.reason, outcome.hint) for outcome in refused])
    unmended = imported(folder / "refused.csv", place, options, "")
    assert [outcome.row.cells for outcome in unmended] == [outcome.row.cells for outcome in refused]
    assert {outcome.status for outcome in unmended} <= {"already", "refused"}
    assert kept(place) == before


@pytest.mark.slow
@settings(max_examples=MOST // 12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    title=TEXTS,
    note=st.text(HOSTILE, max_size=12),
    items=st.none() | st.lists(TEXTS, max_size=3),
    text=st.none() | TEXTS,
    key=st.none() | TEXTS,
    disputed=st.none() | st.booleans(),
    day=st.none() | st.sampled_from(["0204", "1650-05", "1799-12-31", "1800", "2024-05-17"]),
)
def test_what_goes_out_comes_in_the_same(
    folder: Path,
    title: str,
    note: str,
    items: list[str] | None,
    text: str | None,
    key: str | None,
    disputed: bool | None,
    day: str | None,
) -> None:
    for name in ("r", "r2", "one.csv", "two.csv", "three.csv"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).unlink(missing_ok=True)
    for name in ("r", "r2"):
        shutil.copytree(folder / "empty", folder / name)
    with Registry.open(folder / "r") as registry:
        for name in PHOTOS[:2]:
            registry.register(folder / "foto" / name, title=title, note=note)
        registry.add_photo("M-000001-3", folder / "foto" / PHOTOS[2])
        registry.records.put(
            Motif(
                id="M-000001-3",
                references=items,  # type: ignore[arg-type]
                alt_titles=items,  # type: ignore[arg-type]
                history=text,
                source_key=key,
                dispute_flag=disputed,
                created_date=day,
            )
        )
        export(registry, folder / "one.csv")
        head = registry.ledger.head()
        same = list(
            run_import(plan_import(folder / "one.csv", folder / "foto"), registry, ImportOptions(update=True))
        )
        assert [outcome.status for outcome in same] == ["already"] * 2 and registry.ledger.head() == head
        export(registry, folder / "two.csv")
    assert (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()
    with Registry.open(folder / "r2") as other:
        made = list(run_import(plan_import(folder / "one.csv", folder / "foto"), other))
        assert [outcome.reason for outcome in made] == [""] * 2
        export(other, folder / "three.csv")
        known = other.records.motif("M-000001-3")
    with Registry.open(folder / "r") as registry:
        assert known == registry.records.motif("M-000001-3")
    assert table(folder / "three.csv") == table(folder / "one.csv")


def table(path: Path) -> list[dict[str, str]]:
    """Read an export without the time of registration, which is a new registry's own."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {name: cell for name, cell in row.items() if name != "registered_at"}
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":"])
def test_no_separator_makes_a_formula_of_a_cell(folder: Path, separator: str) -> None:
    place, out = folder / f"guard{ord(separator)}", folder / f"guard{ord(separator)}.csv"
    with Registry.open(place, profile=CHEAPEST_1) as registry:
        registry.register(folder / "foto" / PHOTOS[0], title=f"a{separator}=1+1{separator}b")
        registry.records.put(
            Motif(id="M-000001-3", references=(f"a{separator} @x", '"=1'), history="a\n=1\n-2")
        )
        export(registry, out)
    text = out.read_text(encoding="utf-8-sig")
    for line in text.splitlines():
        assert not any(cell.lstrip(' "').startswith(tuple("=+-@")) for cell in line.split(separator))
