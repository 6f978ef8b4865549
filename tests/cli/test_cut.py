"""``--whole``, ``--corners``, ``--all`` and ``--picture``: a person says, and sees, what is compared."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from motif.fingerprint import fingerprint
from motif.registry.registry import Registry

from .conftest import Run, draw, save

CORNERS = "60,50 440,60 430,450 50,440"
FIRST = "M-000001-3"


@pytest.fixture
def registered(run: Run, photo: Path) -> Path:
    """A picture that is registered within corners."""
    assert run("register", photo, "--title", "Turi", "--corners", CORNERS).exit_code == 0
    return photo


@pytest.fixture
def page(here: Path, photo: Path) -> Path:
    """A page with another design and the registered one."""
    sheet = np.full((600, 1140, 3), 255, np.uint8)
    sheet[50:550, 50:550], sheet[50:550, 590:1090] = draw(2), draw(1)
    return save(here / "halaman.png", sheet)


@pytest.mark.slow
def test_what_a_person_said_of_the_cut_is_kept_with_the_entry(run: Run, registered: Path) -> None:
    (kept,) = json.loads(run("show", FIRST, "--json").stdout)["photos"]
    assert kept["cut"] == CORNERS
    assert "60,50 440,60" in run("show", FIRST).stdout
    assert run("verify").exit_code == 0
    with Registry.open("registry.motif", create=False) as registry:
        (photo,) = registry.get(FIRST).photos
        data = registry.original(photo.sha256)
        result = registry.check(fingerprint(data, registry.profile, cut=photo.cut))
        assert (result.matches[0].evidence.basis, result.query.cut) == ("file", CORNERS)
        events = [event.data for event in registry.ledger.events(0, registry.ledger.head().size)]
    assert [data["photo"]["cut"] for data in events if "photo" in data] == [CORNERS]


@pytest.mark.slow
def test_a_check_of_the_whole_or_of_corners_says_so(run: Run, registered: Path, page: Path) -> None:
    found = run("check", page).stdout
    assert "Compared: 2 pictures that the photo shows, each for itself." in found
    fields = json.loads(run("check", page, "--json").stdout)["query"]["fields"]
    (right,) = (number for number, field in enumerate(fields, 1) if field["outline_px"][0][0] > 560)
    assert f"Matched: picture {right}." in found
    whole = json.loads(run("check", page, "--whole", "--json").stdout)["query"]
    assert (whole["cut"], [field["outline_px"] for field in whole["fields"]]) == ("whole", [None])
    first = run("check", page, "--corners", "50,50 549,50 549,549 50,549")
    assert (first.exit_code, "within the corners that a person gave" in first.stdout) == (0, True)
    second = run("check", page, "--corners", "590,50 1089,50 1089,549 590,549")
    assert second.exit_code == 4


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "register", "normalize"])
def test_both_together_and_corners_that_are_none_are_refused(run: Run, photo: Path, command: str) -> None:
    needed = {"check": [], "register": ["--title", "Turi"], "normalize": ["-o", "out"]}[command]
    for wrong in (["--whole", "--corners", CORNERS], ["--corners", "1,2 3"], ["--corners", "whole"]):
        assert run(command, photo, *needed, *wrong).exit_code == 2, wrong
    assert run("register", photo, "--batch", "--whole").exit_code == 2


@pytest.mark.slow
def test_entries_without_an_indication_are_listed_on_demand(run: Run, registered: Path, other: Path) -> None:
    few, every = run("check", other), run("check", other, "--all")
    assert (FIRST in few.stdout, FIRST in every.stdout) == (False, True)
    assert "not shown: 1 entry; --all lists them" in few.stdout
    assert "--all" not in every.stdout
    assert len(json.loads(run("check", other, "--json").stdout)["matches"]) == 1


@pytest.mark.slow
def test_check_and_compare_draw_the_photos_with_the_outline(
    run: Run, registered: Path, page: Path, other: Path, here: Path
) -> None:
    assert run("check", page, "--picture", "found.png").exit_code == 4
    assert run("check", other, "--picture", "clear.png").exit_code == 0
    assert run("compare", page, registered, "--picture", "pair.png").exit_code == 4
    for name in ("found.png", "clear.png", "pair.png"):
        rgb = np.asarray(Image.open(here / name).convert("RGB")).astype(int)
        assert (np.abs(rgb - (240, 110, 20)).max(2) < 30).sum() > 300, name
    compared = json.loads(run("compare", page, registered, "--json").stdout)
    assert [len(compared[f"{side}_compared"]["fields"]) for side in ("query", "registered")] == [2, 1]
    assert "Compared of the first photo: 2 pictures" in run("compare", page, registered).stdout


@pytest.mark.slow
def test_normalize_shows_every_field_that_is_compared(run: Run, page: Path, photo: Path, here: Path) -> None:
    told = run("normalize", page, "-o", "out")
    assert "it shows 2 pictures; each is compared for itself" in told.stdout
    record = json.loads((here / "out" / "halaman.json").read_text())
    assert [field["picture"] for field in (record, *record["further_fields"])] == [0, 1]
    for name in record["files"] + record["further_fields"][0]["files"]:
        assert Path(name).exists()
    swatches = [cv2.imread(str(here / "out" / f"halaman{part}.swatch.png")) for part in ("", ".2")]
    assert all(np.abs(np.subtract(swatch.shape[:2], 500)).max() < 9 for swatch in swatches)
    assert run("normalize", page, "-o", "all", "--whole").exit_code == 0
    whole = json.loads((here / "all" / "halaman.json").read_text())
    assert (whole["cut"], whole["outline_kind"], whole["further_fields"]) == ("whole", "whole", [])
