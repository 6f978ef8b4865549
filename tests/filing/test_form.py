"""The page to copy from: every field in its order, nothing fetched, nothing that is not kept."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from motif.filing.dossier import MET, Answer, FieldRow, Words
from motif.filing.form import form_html
from motif.filing.texts import text_of_file
from sample_filing import sample_dossier


def page(language: str = "id", **changes: object) -> str:
    return form_html(replace(sample_dossier(language), **changes), []).decode()  # type: ignore[arg-type]


def test_fields_stand_in_the_portals_order_with_a_button_for_each_value() -> None:
    dossier, text = sample_dossier(), page()
    assert re.findall(r'data-key="([^"]*)"', text) == [field.key for field in dossier.fields]
    assert text.count("<button") == sum(bool(field.value) for field in dossier.fields)


def test_nothing_is_fetched() -> None:
    text = page()
    assert re.findall(r'(?:src|href|action|url)\s*[=(]\s*"?([^">)]*)', text) == [
        "https://hakcipta.dgip.go.id"
    ]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'")
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;".replace("&#39;", "'") in policy[1].replace("&#39;", "'")


def test_what_is_not_kept_is_typed_by_its_owner() -> None:
    met = Answer(state=MET, reason=Words(id="", en=""))
    row = FieldRow(
        key="nomor_ktp",
        label=Words(id="Nomor KTP (NIK)", en="Identity number"),
        value="",
        answer=met,
        typed_by_owner=True,
    )
    text = page(account_fields=(row,), fields=())
    assert "ketik sendiri" in text
    assert "<button" not in text


def test_a_day_is_copied_in_figures_and_shown_in_words() -> None:
    text = text_of_file("a.html", page().encode())
    assert "03-05-2026" in text
    assert "3 Mei 2026" in text


def test_the_page_speaks_english_beside_the_portals_own_words() -> None:
    text = text_of_file("a.html", page("en").encode())
    assert "Judul (Title)" in text
    assert "not verified" in text


def test_what_somebody_typed_is_data() -> None:
    dossier = sample_dossier()
    hostile = '"><script>alert(1)</script>\u202e'
    field = replace(dossier.fields[3], value=hostile)
    text = page(fields=(field,))
    assert "<script>alert" not in text
    assert "\u202e" not in text
