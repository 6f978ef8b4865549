"""A folder of photos, an empty registry, and one with records of every kind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.exchange.pictures import picture

from motif.profiles import CHEAPEST_1
from motif.registry.records.filing import Filing
from motif.registry.records.people import Party, Role
from motif.registry.records.works import Motif, Specimen
from motif.registry.registry import Registry

PRIVATE = Party(
    name="Rahasia Sekali",
    address="Jalan Mawar 7",
    phone="0812-5550-1234",
    nik_hash="scrypt:15:8:1:ab",
    roles=(Role(role="pembatik", of="M-000001-3"),),
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "foto"
    folder.mkdir()
    for seed in (1, 2, 3):
        picture(folder / f"{seed}.png", seed)
    picture(tmp_path / "outside.png", 4)
    (folder / "bad.png").write_text("no picture")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        yield opened


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a registry with records of every kind; tests get copies of it."""
    folder = tmp_path_factory.mktemp("filled")
    with Registry.open(folder / "r", profile=CHEAPEST_1) as registry:
        registry.register(picture(folder / "1.png", 1), title='=HYPERLINK("x")', note="baris\nkedua")
        registry.register(picture(folder / "2.png", 2), title="Gone")
        registry.withdraw("M-000002-1", reason="x")
        registry.records.put(PRIVATE)
        registry.records.put(
            Party(name="Bu Sri", may_be_named=True, roles=(Role(role="pencipta", of="M-000001-3"),))
        )
        registry.records.put(Filing(entries=("M-000001-3",), route="copyright", application_no="EC-1"))
        registry.records.put(
            Specimen(entry="M-000001-3", technique=("ciprat",), width_mm=2000, height_mm=1050.5)
        )
        registry.records.put(
            Motif(
                id="M-000001-3",
                alt_titles=("Lain",),
                isen=("cecek", "sawut"),
                family="kawung",
                main_ornaments=("garuda",),
                first_announced_date="2024-05",
                first_announced_city="Blitar",
                origin_regency_city="Kabupaten Blitar",
                philosophy="arti <b>&",
                dispute_flag=False,
            )
        )
    return folder / "r"


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> Iterator[Registry]:
    """A registry of its own with records of every kind: one entry, and a withdrawn one."""
    shutil.copytree(filled_folder, tmp_path / "r")
    with Registry.open(tmp_path / "r", profile=CHEAPEST_1) as opened:
        yield opened
