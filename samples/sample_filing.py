"""A dossier of a drawn motif with invented people and bodies, for the docs and the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from motif.filing.dossier import (
    MET,
    OPEN,
    UNMET,
    Amount,
    Answer,
    CheckRow,
    Clause,
    Dossier,
    FieldRow,
    FileRow,
    Letter,
    Person,
    Picture,
    Route,
    Signer,
    Transfer,
    Words,
    Work,
)

SAMPLES = Path(__file__).resolve().parent
AT = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
NOTHING = Words(id="", en="")
FORM = "formulir e-hakcipta"
DESCRIPTION = (
    "Percikan malam dan goresan kuas berwarna emas dan biru, rapat di tengah, di atas dasar nila. "
    "Judul ciptaan ini Turi Gerimis Resa, dibuat pada kain katun 250 × 115 cm."
)


def sample_dossier(language: str = "id") -> Dossier:
    """Return a copyright filing of two authors who gave their right to their group."""
    return Dossier(
        filing_id="F-000001-3",
        at=AT,
        language=language,
        route=Route(
            key="copyright",
            slug="hak-cipta",
            label=Words(id="Pencatatan ciptaan (hak cipta)", en="Copyright recordation"),
            law="UU 28/2014 Pasal 40(1)j, 38, 39, 41, 42, 58, 65, 68, 74",
            authority="DJKI",
            portal="https://hakcipta.dgip.go.id",
            notice=Words(
                id="Bukan nasihat hukum. Keputusan ada pada petugas dan DJKI.",
                en="Not legal advice. Decisions rest with the officer and DJKI.",
            ),
        ),
        work=Work(
            entry_id="M-000003-7",
            title="Turi Gerimis Resa",
            kind="Karya Seni",
            subkind="Seni Batik",
            description=DESCRIPTION,
            meaning="Hujan pertama di kebun turi.",
            announced_date="2026-05-03",
            announced_city="Kabupaten Blitar",
            announced_country="Indonesia",
            created_date="2026-02-14",
            width_mm=2500,
            height_mm=1150,
            technique="batik tulis, ciprat",
            fabric="katun",
            storage="Lemari 2, rak 4, kantor dinas",
            seal="SG-0412",
        ),
        people=people(),
        fields=fields(),
        files=files(),
        checks=checks(),
        clauses=clauses(),
        letters=letters(),
        transfer=Transfer(ground="perjanjian tertulis", date="2026-06-01", deed_number=""),
        fees=(
            Amount(
                label=Words(id="UMK, daring", en="Small business, online"),
                text="Rp200.000",
                note=Words(id="Halaman tarif lama, tanpa tanggal", en="Older tariff page, undated"),
            ),
        ),
        office="Dinas Perindustrian Rekaan",
    )


def people() -> tuple[Person, ...]:
    """Return two authors and the group that holds the right."""
    home = {
        "kind": "perorangan",
        "nationality": "Indonesia",
        "district": "Doko",
        "regency_city": "Kabupaten Blitar",
        "province": "Jawa Timur",
        "postal_code": "66186",
    }
    seen = Words(id="KTP dilihat Bu Endah, 20 November 2026", en="KTP seen by Bu Endah, 20 November 2026")
    return (
        Person(
            name="Sulastri Wijayanti",
            roles=("pencipta",),
            address="Dusun Rekaan RT 2 RW 1",
            identity_seen=seen,
            **home,  # type: ignore[arg-type]
        ),
        Person(
            name="Tarmuji Hadisaputra",
            roles=("pencipta",),
            address="Dusun Rekaan RT 5 RW 1",
            identity_seen=seen,
            **home,  # type: ignore[arg-type]
        ),
        Person(
            name="KSM Percik Rekaan",
            roles=("pemegang_hak",),
            address="Balai Desa Rekaan, Jalan Kenanga 4",
            represented_by="Endang Kusumaningrum, Ketua",
            **(home | {"kind": "badan_hukum"}),  # type: ignore[arg-type]
        ),
    )


def fields() -> tuple[FieldRow, ...]:
    """Return the portal's fields, in its order."""
    met = Answer(state=MET, reason=NOTHING, clause=FORM)
    unsure = Answer(
        state=MET,
        reason=Words(id="Daftar nilainya belum dipastikan.", en="The list of values is not confirmed."),
        clause=FORM,
        verified=False,
    )
    lacking = Answer(
        state=OPEN, reason=Words(id="Boleh kosong.", en="May stay empty."), clause=FORM, verified=True
    )
    rows = [
        FieldRow(key=key, label=Words(id=label_id, en=label_en), value=value, answer=answer)
        for key, label_id, label_en, value, answer in (
            ("jenis_permohonan", "Jenis permohonan", "Kind of application", "UMK", met),
            ("jenis_ciptaan", "Jenis ciptaan", "Kind of work", "Karya Seni", met),
            ("sub_jenis_ciptaan", "Sub-jenis ciptaan", "Sub-kind of work", "Seni Batik", unsure),
            ("judul", "Judul", "Title", "Turi Gerimis Resa", met),
            (
                "uraian_singkat",
                "Uraian singkat ciptaan",
                "Short description",
                DESCRIPTION,
                met,
            ),
            ("tanggal_diumumkan", "Tanggal pertama kali diumumkan", "First announced", "2026-05-03", met),
            ("negara_diumumkan", "Negara pertama kali diumumkan", "Country of it", "Indonesia", met),
            ("kota_diumumkan", "Kota pertama kali diumumkan", "City of it", "Kabupaten Blitar", met),
            ("tautan", "Tautan ciptaan", "Link to the work", "", lacking),
            ("memakai_kuasa", "Melalui kuasa/konsultan?", "Through a representative?", "tidak", met),
        )
    ]
    groups = (("pencipta", "Pencipta", "Author"), ("pemegang", "Pemegang hak cipta", "Right holder"))
    members = {"pencipta": people()[:2], "pemegang": people()[2:]}
    for key, group_id, group_en in groups:
        for number, person in enumerate(members[key], 1):
            group = Words(id=f"{group_id} {number}", en=f"{group_en} {number}")
            rows += [
                FieldRow(
                    key=f"{key}.{number}.{field}",
                    label=Words(id=label_id, en=label_en),
                    value=value,
                    answer=met,
                    group=group,
                )
                for field, label_id, label_en, value in (
                    ("nama", "Nama", "Name", person.name),
                    ("kewarganegaraan", "Kewarganegaraan", "Nationality", person.nationality),
                    ("alamat", "Alamat", "Address", person.address),
                    ("provinsi", "Provinsi", "Province", person.province),
                    ("kabupaten_kota", "Kabupaten/Kota", "Regency or city", person.regency_city),
                    ("kecamatan", "Kecamatan", "District", person.district),
                    ("kode_pos", "Kode pos", "Postal code", person.postal_code),
                )
            ]
    return tuple(rows)


def files() -> tuple[FileRow, ...]:
    """Return the portal's files."""
    photo = SAMPLES / "ciprat_0014.jpg"
    unsigned = Answer(
        state=UNMET,
        reason=Words(id="Belum ada lembar yang ditandatangani.", en="No signed copy yet."),
        clause="surat pernyataan",
    )
    unneeded = Answer(state=MET, reason=Words(id="Tidak diperlukan.", en="Not needed."))
    return (
        FileRow(
            key="contoh_ciptaan",
            label=Words(id="Contoh ciptaan (foto/gambar motif)", en="Specimen image of the motif"),
            kind="image",
            formats=("JPEG",),
            max_mb=20,
            answer=Answer(
                state=MET,
                reason=Words(
                    id="JPEG dan 20 MB menurut konsultan, bukan DJKI.",
                    en="JPEG and 20 MB are a consultant's word, not DJKI's.",
                ),
                verified=False,
            ),
            pictures=(
                Picture(
                    photo=photo.read_bytes(),
                    photo_name=photo.name,
                    caption=Words(id="Tampak depan", en="Front view"),
                    width_mm=2500,
                    height_mm=1150,
                ),
            ),
        ),
        FileRow(
            key="ktp",
            label=Words(id="KTP setiap pencipta", en="Identity card of each author"),
            kind="identity",
            formats=("PDF",),
            answer=Answer(
                state=MET,
                reason=Words(
                    id="Sudah dilihat; tidak disimpan. Taruh di tempatnya hanya untuk mengunggah.",
                    en="Seen; not kept. Put it in its place only for the upload.",
                ),
                clause="lampiran hak cipta",
            ),
        ),
        FileRow(
            key="surat_pernyataan",
            label=Words(id="Surat pernyataan", en="Signed statement"),
            kind="letter",
            formats=("PDF",),
            answer=unsigned,
        ),
        FileRow(
            key="surat_pengalihan_hak",
            label=Words(id="Surat pengalihan hak", en="Transfer of right"),
            kind="letter",
            formats=("PDF",),
            answer=unsigned,
        ),
        FileRow(
            key="akta_pendirian",
            label=Words(id="Akta pendirian badan hukum", en="Deed of establishment"),
            kind="document",
            formats=("PDF",),
            answer=Answer(
                state=UNMET,
                reason=Words(id="Berkasnya belum dimasukkan.", en="The file has not been put in."),
                clause="UU 28/2014",
            ),
        ),
        FileRow(
            key="surat_kuasa",
            label=Words(id="Surat kuasa", en="Power of attorney"),
            kind="letter",
            formats=("PDF",),
            answer=unneeded,
            wanted=False,
        ),
        FileRow(
            key="lembar_a4",
            label=Words(id="Lembar A4: cuplikan motif, judul, makna", en="A4 sheet: sample, title, meaning"),
            kind="image",
            formats=("PDF", "JPEG"),
            answer=Answer(state=MET, reason=Words(id="Dibuatkan.", en="Made for you.")),
        ),
    )


def checks() -> tuple[CheckRow, ...]:
    """Return some checks of the route, and the prior search."""
    search = Words(id="Penelusuran", en="Prior search")
    return (
        CheckRow(
            key="holder_differs_from_creator",
            label=Words(id="Pemegang hak bukan pencipta", en="Holder is not the author"),
            answer=Answer(state=MET, reason=Words(id="Surat pengalihan perlu.", en="A transfer is needed.")),
        ),
        CheckRow(
            key="turunan_klasik",
            label=Words(id="Turunan motif klasik", en="Derived from a classic motif"),
            decides="human",
            answer=Answer(
                state=OPEN,
                reason=Words(id="Petugas perlu menilai.", en="An officer has to judge."),
                clause="UU 28/2014 Pasal 38, 39",
                verified=False,
            ),
        ),
        CheckRow(
            key="duplikat_dekat",
            label=Words(id="Penelusuran duplikat dekat", en="Near-duplicate search"),
            decides="human",
            group=search,
            answer=Answer(
                state=MET,
                reason=Words(
                    id="Diperiksa 2 Desember 2026 terhadap 212 motif; satu indikasi, diputus: bukan.",
                    en="Checked on 2 December 2026 against 212 designs; one indication, decided: no.",
                ),
                clause="UU 28/2014 Pasal 68(2)",
            ),
        ),
    )


def clauses() -> tuple[Clause, ...]:
    """Return the clauses of the statement, in a paraphrase."""
    texts = (
        ("1a", "Pasal 68(2)", "Tidak meniru dan tidak sama secara esensial dengan ciptaan pihak lain"),
        ("1b", "Pasal 38", "Bukan Ekspresi Budaya Tradisional"),
        ("1c", "Pasal 39", "Bukan ciptaan yang tidak diketahui penciptanya"),
        ("1d", "Pasal 41, 42", "Bukan hasil karya yang tidak dilindungi atau tidak memiliki hak cipta"),
        ("1e", "Pasal 65", "Bukan logo atau tanda pembeda untuk merek atau lambang"),
        ("1f", "Pasal 74(1)d", "Tidak melanggar agama, kesusilaan, ketertiban, keamanan atau hukum"),
        ("2", "surat pernyataan", "Pemohon menyimpan contoh asli dan menunjukkannya bila diperlukan"),
        ("3", "surat pernyataan", "Tidak sedang dan tidak pernah dalam sengketa pidana/perdata"),
        (
            "4",
            "surat pernyataan",
            "Bila 1 atau 3 dilanggar: dianggap ditarik kembali atau dihapus dari Daftar Umum Ciptaan",
        ),
    )
    return tuple(
        Clause(
            key=key,
            label=Words(id=text, en=text),
            answer=Answer(
                state=OPEN,
                reason=Words(id="Petugas perlu menilai.", en="An officer has to judge."),
                clause=basis,
            ),
        )
        for key, basis, text in texts
    )


def letters() -> tuple[Letter, ...]:
    """Return the letters to be drafted."""
    chair = Signer(name="Endang Kusumaningrum", capacity="Ketua, untuk KSM Percik Rekaan", meterai=True)
    authors = tuple(
        Signer(name=name, capacity="Pencipta, pihak pertama", meterai=number == 0)
        for number, name in enumerate(("Sulastri Wijayanti", "Tarmuji Hadisaputra"))
    )
    return (
        Letter(
            key="surat_pernyataan",
            label=Words(id="Surat pernyataan", en="Signed statement"),
            signers=(chair,),
            place="Blitar",
            date="2026-12-03",
        ),
        Letter(
            key="surat_pengalihan_hak",
            label=Words(id="Surat pengalihan hak", en="Transfer of right"),
            signers=(*authors, Signer(name=chair.name, capacity=f"{chair.capacity}, pihak kedua")),
            place="Blitar",
            date="2026-12-03",
        ),
    )
