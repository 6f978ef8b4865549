"""From a registered design to the file for the portal, which is the same again and tells nothing more."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import numpy as np
import pytest
from PIL import Image
from tests.pictures import spots

import motif
from filing import sample_filing
from motif.filing.bag import FilingFile, files_in
from motif.filing.build import build_filing
from motif.filing.texts import text_of_file
from motif.messages import use_language
from motif.profiles import CHEAPEST_1
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.records.people import Party

pytestmark = pytest.mark.slow

AT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
PHONE, PLACE = "0812-3456-7890", (8.0, 5.0, 53.0)
NIK_HASH = f"scrypt:15:8:1:0a1b2c3d:{'5e' * 32}"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[motif.Registry]:
    """The sample's people and answers, with photos that say where they were taken."""
    folder = tmp_path_factory.mktemp("filing")
    photos = []
    for seed in range(3):
        exif = Image.Exif()
        exif[0x8825] = {1: "S", 2: PLACE, 3: "E", 4: (112.0, 9.0, 6.0)}
        exif[0x010E] = "Canary"
        photos.append(folder / f"{seed}.jpg")
        pixels = np.dstack([spots(seed)] * 3)
        Image.fromarray(pixels).save(photos[-1], quality=92, exif=exif)
    with motif.Registry.open(folder / "registry.motif", profile=CHEAPEST_1) as opened:
        sample_filing(opened, photos)
        for person in opened.records.list(Party):
            opened.records.amend(
                str(person.id),
                lambda known: replace(known, phone=PHONE, email="canary@rekaan.id", nik_hash=NIK_HASH),
            )
        opened.ledger.checkpoint(SigningKey.load(folder / "key.pem"))
        (folder / "key.txt").write_text(opened.ledger.proof("M-000003-7")["key"])
        yield opened


@pytest.fixture(scope="module")
def built(registry: motif.Registry) -> FilingFile:
    use_language("id")
    try:
        return build_filing(registry, "F-000001-3", at=AT)
    finally:
        use_language(None)


def test_the_same_state_and_moment_give_the_same_bytes(registry: motif.Registry, built: FilingFile) -> None:
    use_language("id")
    try:
        assert build_filing(registry, "F-000001-3", at=AT).data == built.data
    finally:
        use_language(None)


def test_all_texts_agree(built: FilingFile) -> None:
    assert built.mismatches == ()


def test_it_is_opened_and_proved_without_motif(
    built: FilingFile, registry: motif.Registry, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(built.data)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "M-000003-7-hak-cipta"
    bagit.Bag(str(folder)).validate()
    evidence = folder / "data" / "4-bukti"
    (tmp_path / "key.txt").write_text(registry.ledger.proof("M-000003-7")["key"])
    command = ["-I", "verify_proof.py", "bukti-buku-catatan.json", "--key", str(tmp_path / "key.txt")]
    done = subprocess.run(
        [sys.executable, *command], cwd=evidence, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "M-000003-7" in done.stdout


def test_what_a_camera_wrote_stays_in_the_registry(registry: motif.Registry, built: FilingFile) -> None:
    assert b"Canary" in registry.original("M-000003-7")
    for name, data in files_in(built.data).items():
        assert b"Canary" not in data, name
        assert b"Exif\0\0" not in data, name


def test_addresses_stand_in_the_form_and_the_letters_only(built: FilingFile) -> None:
    naming = {
        name.partition("/")[0]
        for name, data in files_in(built.data).items()
        if "Dusun Rekaan" in text_of_file(name, data)
    }
    assert naming == {"2-tanda-tangan", "3-isian.html"}


def test_telephone_mail_and_the_hash_of_the_nik_stay_in_the_registry(built: FilingFile) -> None:
    for name, data in files_in(built.data).items():
        text = text_of_file(name, data)
        assert "canary@" not in text, name
        assert PHONE not in text, name
        assert "5e5e5e" not in text, name
