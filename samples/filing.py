#!/usr/bin/env python3
"""File a drawn cloth for invented people, from the registry to the file for the portal.

python samples/filing.py                       # writes M-000003-7-hak-cipta.zip here
python samples/filing.py --pictures docs       # draws its pages instead; the form with Chromium
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image

import motif
from motif.filing.bag import FilingFile, files_in
from motif.filing.build import build_filing
from motif.filing.change import new_filing, set_answers
from motif.filing.prior import search_again
from motif.messages import use_language
from motif.registry.ledger.checkpoint import SigningKey
from motif.registry.records.people import Party, Role
from motif.registry.records.works import Movement, Specimen

SAMPLES = Path(__file__).resolve().parent
PHOTOS = tuple(SAMPLES / f"{name}.jpg" for name in ("ceplok_0014", "kawung_0011", "ciprat_0014"))
TITLES = ("Ceplok Rekaan", "Kawung Rekaan", "Gerimis Resa")
OFFICE = "Dinas Perindustrian Rekaan"
HOME = {
    "kewarganegaraan": "Indonesia",
    "provinsi": "Jawa Timur",
    "kabupaten_kota": "Kabupaten Blitar",
    "kecamatan": "Doko",
    "kode_pos": "66186",
}
ANSWERS = {
    "jenis_permohonan": "umk",
    "uraian_singkat": (
        "Percikan malam dan goresan kuas berwarna emas, putih, dan biru di atas dasar nila. Rapat di "
        "tengah bidang dan jarang di tepi. Kain katun 250 × 115 cm."
    ),
    "tanggal_diumumkan": "2026-05-03",
    "kota_diumumkan": "Kabupaten Blitar",
    "transfer_ground": "perjanjian tertulis",
    "surat_pengalihan_hak.date": "2026-11-25",
    "surat_pengalihan_hak.place": "Blitar",
    "surat_pernyataan.date": "2026-11-25",
    "surat_pernyataan.place": "Blitar",
}
PAGES = (("0-periksa.pdf", "filing-check"), ("2-tanda-tangan/1-surat-pernyataan.pdf", "filing-letter"))


def main() -> int:
    """Build the file, or draw pages of it."""
    parser = argparse.ArgumentParser(description="File a drawn cloth for invented people.")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw pages of the file instead")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        built = sample_file(Path(folder), datetime.now(UTC))
    if options.pictures:
        draw(built, options.pictures)
    else:
        Path(built.name).write_bytes(built.data)
        print(built.name)
    return 0


def sample_file(folder: Path, at: datetime) -> FilingFile:
    """Register the cloths in a folder, file the third of them, and build the file in Indonesian."""
    use_language("id")
    with motif.Registry.open(folder / "registry.motif") as registry:
        filing_id = sample_filing(registry)
        registry.ledger.checkpoint(SigningKey.load(folder / "key.pem"))
        return build_filing(registry, filing_id, at=at, office=OFFICE)


def sample_filing(registry: motif.Registry, photos: Sequence[Path] = PHOTOS) -> str:
    """Register the cloths, the people, and what the portal asks; return the id of the filing.

    Parameters
    ----------
    registry : Registry
        Empty.
    photos : sequence of 3 paths
        The third is filed.

    Returns
    -------
    str
    """
    for photo, title in zip(photos, TITLES, strict=True):
        entry = registry.register(photo, title=title)
    registry.records.put(
        Party(
            name="KSM Percik Rekaan",
            party_kind="badan_hukum",
            address="Balai Desa Rekaan, Jalan Kenanga 4",
            district="Doko",
            regency_city="Kabupaten Blitar",
            province="Jawa Timur",
            postal_code="66186",
            nationality="Indonesia",
            represented_by="Endang Kusumaningrum, Ketua",
            roles=(Role(role="pemegang_hak", of=entry.id),),
            may_be_named=True,
        )
    )
    registry.records.put(
        Specimen(
            entry=entry.id,
            width_mm=2500,
            height_mm=1150,
            storage="Lemari 2, rak 4",
            seal="SG-0412",
            custody=(Movement(since="2026-06-01", place="Kantor dinas", note="disegel"),),
        )
    )
    filing_id = str(new_filing(registry, entry.id, "copyright").id)
    people = {
        f"pencipta.{number}.{key}": value
        for number, (name, address) in enumerate(
            (
                ("Sulastri Wijayanti", "Dusun Rekaan RT 2 RW 1"),
                ("Tarmuji Hadisaputra", "Dusun Rekaan RT 5 RW 1"),
            ),
            1,
        )
        for key, value in {"nama": name, "alamat": address, **HOME}.items()
    }
    set_answers(registry, filing_id, people | ANSWERS)
    search_again(registry, filing_id, note=filing_id)
    return filing_id


def draw(built: FilingFile, folder: Path) -> None:
    """Draw the first pages of the check list and of a letter, and the page to copy from."""
    files = files_in(built.data)
    for name, picture in PAGES:
        with pypdfium2.PdfDocument(files[name]) as document:
            page = document[0].render(scale=1.2).to_pil()
        save(page, folder / f"{picture}.png")
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing: the form is not drawn")
        return
    with TemporaryDirectory() as name:
        form, shot = Path(name) / "form.html", Path(name) / "form.png"
        form.write_bytes(files["3-isian.html"])
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--window-size=900,760",
        ]
        options += [f"--user-data-dir={name}/profile", f"--screenshot={shot}"]
        subprocess.run([chromium, *options, form.as_uri()], check=True, capture_output=True)
        save(Image.open(shot), folder / "filing-form.png")


def save(picture: Image.Image, path: Path) -> None:
    """Save a page in few colours."""
    picture.convert("RGB").quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
