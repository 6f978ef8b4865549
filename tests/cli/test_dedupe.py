"""``motif dedupe``: one command from pictures to groups."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run, draw, save

pytestmark = pytest.mark.slow  # compares whole batches


@pytest.fixture
def photos(here: Path) -> Path:
    (here / "photos").mkdir()
    for number in range(3):
        save(here / "photos" / f"{number}.png", draw(number, 300))
    save(here / "photos" / "turned.jpg", draw(1, 300)[::-1])
    (here / "photos" / "bad.jpg").write_text("no picture")
    return here / "photos"


def test_groups_as_table_json_and_sheet(run: Run, photos: Path) -> None:
    result = run("dedupe", photos, "--quiet", "--html", "sheet.html", "--fingerprints", "prints.jsonl")
    assert result.exit_code == 1, result.output
    assert "1.png" in result.stdout
    assert "0.png" not in result.stdout
    assert Path("sheet.html").read_text().count("data:image/jpeg") == 2
    again = run("dedupe", photos, "--quiet", "--json", "--fingerprints", "prints.jsonl")
    document = json.loads(again.stdout)
    (group,) = document["groups"]
    assert [Path(path).name for path in group["pictures"]] == ["1.png", "turned.jpg"]
    assert [row["error"]["code"] for row in document["errors"]] == ["not-an-image"]
    assert len(Path("prints.jsonl").read_text().splitlines()) == 5


def test_nothing_found_twice_is_done(run: Run, photos: Path) -> None:
    result = run("dedupe", photos / "0.png", photos / "1.png", "--quiet", "--lang", "en")
    assert (result.exit_code, "no design was found twice" in result.stdout) == (0, True)
