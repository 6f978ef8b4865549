"""One registry of sample cloths, and the reports on a reused and on a new design, for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageOps
from tests.report.sample_check import SAMPLES, SampleCheck, check_sample

import motif
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.records.filing import Filing
from motif.registry.records.people import Party, Role
from motif.registry.records.works import Motif

CLOTHS = ("ceplok_0014", "kawung_0011", "ciprat_0014", "parang_0016")


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[motif.Registry]:
    """Four sample cloths, a signed checkpoint, and an entry after it."""
    folder = tmp_path_factory.mktemp("reports")
    with motif.Registry.open(folder / "registry.motif", by="Sri") as opened:
        for name in CLOTHS[:3]:
            opened.register(SAMPLES / f"{name}.jpg", title=name.replace("_", " ").capitalize(), note="a\nb")
        opened.records.put(
            Motif(
                id="M-000001-3",
                philosophy="<b>rukun</b> #eval(1)",
                isen=("cecek",),
                first_announced_date="2019",
            )
        )
        opened.records.put(
            Filing(entries=("M-000001-3",), application_no="EC002024", application_date="2024-05-17")
        )
        for name, may in (("Bu Sri", True), ("Pak Darmo", False)):
            role = Role(role="pencipta", of="M-000001-3")
            opened.records.put(
                Party(name=name, roles=(role,), phone="0812", address="Jl. X", may_be_named=may)
            )
        opened.ledger.checkpoint(SigningKey.load(folder / "key.pem"))
        opened.register(SAMPLES / f"{CLOTHS[3]}.jpg", title="ꦥꦫꦁ Parang 中")
        yield opened


@pytest.fixture(scope="session")
def reused(registry: motif.Registry) -> SampleCheck:
    """A registered design in another dye, mirrored and photographed askew."""
    return check_sample("reused.jpg", registry)


@pytest.fixture(scope="session")
def page(registry: motif.Registry) -> SampleCheck:
    """A page of a catalogue that shows a new design, and a registered one mirrored."""
    sheet = Image.new("RGB", (1300, 700), "white")
    for left, name in ((30, "queries/new.jpg"), (670, "kawung_0011.jpg")):
        cloth = ImageOps.fit(Image.open(SAMPLES / name).convert("RGB"), (600, 600))
        sheet.paste(ImageOps.mirror(cloth) if left > 30 else cloth, (left, 50))
    photo = motif.read_photo(np.asarray(sheet))
    result = registry.check(photo)
    return SampleCheck(result=result, photo=photo, report=motif.report.check_report(result, photo, registry))


@pytest.fixture(scope="session")
def new(registry: motif.Registry) -> SampleCheck:
    """A design that is not registered."""
    return check_sample("new.jpg", registry)


@pytest.fixture(scope="session")
def sheet(registry: motif.Registry) -> motif.report.Report:
    """The sheet of the first entry."""
    return motif.report.entry_report("M-000001-3", registry)
