"""The routes are data: every row is asked, shown and checked, and a row that is added appears by itself."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from tests.filing.known import facts_of, party

from motif.errors import ParameterError
from motif.filing.change import answer_keys, problems_of
from motif.filing.checks import check_rows, clause_rows
from motif.filing.conditions import condition_answer
from motif.filing.dossier import MET, OPEN, UNMET
from motif.filing.fields import field_rows
from motif.filing.files import file_answer
from motif.filing.routes import Condition, read_rules, shipped_rules
from motif.registry.records.people import Party
from motif.vocabulary import terms

TEXT = resources.files("motif.filing").joinpath("routes.toml").read_text(encoding="utf-8")
RULES = shipped_rules()
ROUTES = list(RULES.routes.values())
WITH_FORM = [route for route in ROUTES if not route.annex_only]


def test_the_routes_have_the_rows_of_the_survey() -> None:
    assert {route.key: len(route.fields) for route in WITH_FORM} == {
        "copyright": 13,
        "design": 10,
        "communal": 14,
    }
    assert sum(len(route.files) for route in WITH_FORM) == 25
    assert {len(spec.block) for route in WITH_FORM for spec in route.fields if spec.block} == {7}
    assert {each.key for route in WITH_FORM for each in route.conditions()} == CONDITIONS.keys()
    assert [route.key for route in ROUTES if route.annex_only] == ["ig", "merek_kolektif"]


def test_a_filing_can_be_of_every_route_and_of_no_other() -> None:
    assert terms("routes").keys() == RULES.routes.keys()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_every_row_is_shown_with_an_answer_and_can_be_answered(route) -> None:  # type: ignore[no-untyped-def]
    people = [
        party(
            1, "pencipta", "pendesain", "pemohon", "pemegang_hak", "kuasa", "kustodian", "pelapor", "pencatat"
        )
    ]
    facts = facts_of(route.key, people=people)
    shown = {row.key.partition(".")[0] for row in field_rows(facts)}
    assert shown == {spec.key for spec in route.fields}
    for spec in route.files:
        answer = file_answer(facts, spec)
        assert answer.reason.id and answer.reason.en and answer.verified == spec.verified
    checked = {row.key: row.answer for row in check_rows(facts)}
    assert checked.keys() >= {spec.key for spec in route.checks} | {each.key for each in route.conditions()}
    clauses = clause_rows(facts)
    assert [clause.key for clause in clauses] == [spec.key for spec in route.clauses]
    for answer in (*checked.values(), *(clause.answer for clause in clauses)):
        assert answer.reason.id and answer.reason.en
    keys = {key.partition(".")[0] for key in answer_keys(facts)}
    assert keys >= {spec.key for spec in (*route.fields, *route.files)}
    assert {f"check.{spec.key}" for spec in (*route.checks, *route.clauses)} <= set(answer_keys(facts))


@pytest.mark.parametrize("route", WITH_FORM, ids=lambda route: route.key)
def test_a_rule_that_is_not_verified_never_says_that_something_is_missing(route) -> None:  # type: ignore[no-untyped-def]
    facts = facts_of(route.key)
    for row in field_rows(facts):
        assert row.answer.verified or row.answer.state != UNMET, row.key
    for spec in route.files:
        answer = file_answer(facts, spec)
        assert answer.verified or answer.state != UNMET, spec.key


def plausible(key: str, values: tuple[str, ...]) -> str:
    """Return something that may be typed for a key."""
    name = key.rpartition(".")[2]
    if values:
        return values[0]
    if key.startswith("check."):
        return "terpenuhi: dilihat"
    if (
        "tanggal" in name
        or name in ("date", "seen_on", "paid_on")
        or name.endswith(("_date", "_from", "_until"))
    ):
        return "2026-05-17"
    known = {"person": "P-000001-3", "signers": "P-000001-3", "meterai": "tempel", "photos": "1; 2:rinci"}
    return known.get(
        name, "P-000001-3: 60" if key == "shares" else "umum" if key == "applicant_kind" else "Turi"
    )


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_every_key_takes_an_answer(route) -> None:  # type: ignore[no-untyped-def]
    facts = facts_of(route.key)
    values = {spec.key: spec.values for spec in route.fields}
    typed = {key: plausible(key, values.get(key, ())) for key in answer_keys(facts)}
    assert len(typed) > 20
    derived = {"memakai_kuasa"} if route.key == "copyright" else set()
    assert problems_of(facts, typed).keys() == derived


def test_nothing_that_is_shown_uses_the_forbidden_words() -> None:
    forbidden = re.compile(
        "|".join(rf"\b{word}\b" for word in RULES.route("copyright").forbidden), re.IGNORECASE
    )
    assert forbidden.search("hak paten")
    for route in ROUTES:
        facts = facts_of(route.key)
        specs = (*route.fields, *route.files, *route.checks, *route.clauses, *route.fees)
        shown = [spec.label for spec in specs] + [spec.note for spec in specs if spec.note] + [route.label]
        shown += [row.answer.reason for row in check_rows(facts)]
        for words in shown:
            assert not forbidden.search(f"{words.id} {words.en}"), words


PERSON = party(1)
HERS = party(1, "pencipta", "pemegang_hak", "pendesain", "pemohon", party_kind="perorangan")
OTHER = party(2, "pemegang_hak", "pemohon", party_kind="badan_hukum")
AUTHOR = party(1, "pencipta", "pendesain", party_kind="perorangan")
REPRESENTATIVE = party(3, "kuasa")
UNKNOWN = party(2, "pemegang_hak", "pemohon")
CONDITIONS: dict[str, tuple[dict[str, object], dict[str, object], dict[str, object] | None]] = {
    "holder_differs_from_creator": ({"people": [AUTHOR, OTHER]}, {"people": [HERS]}, {}),
    "holder_is_legal_body": ({"people": [OTHER]}, {"people": [HERS]}, {"people": [UNKNOWN]}),
    "several_holders": ({"people": [HERS, OTHER]}, {"people": [HERS]}, {}),
    "has_representative": ({"people": [REPRESENTATIVE]}, {}, None),
    "applicant_is_umk": (
        {"filing": {"applicant_kind": "umk"}},
        {"filing": {"applicant_kind": "umum"}},
        {},
    ),
    "applicant_is_legal_body": ({"people": [OTHER]}, {"people": [HERS]}, {"people": [UNKNOWN]}),
    "applicant_differs_from_designer": ({"people": [AUTHOR, OTHER]}, {"people": [HERS]}, {}),
    "several_applicants": ({"people": [HERS, OTHER]}, {"people": [HERS]}, {}),
    "claims_priority": ({"filing": {"priority_country": "Jepang"}}, {}, None),
}
"""Condition -> facts under which it holds, does not hold, and cannot be told."""


@pytest.mark.parametrize("key", CONDITIONS)
def test_a_condition_holds_or_not_or_cannot_be_told(key: str) -> None:
    route, condition = next(
        (route, each) for route in WITH_FORM for each in route.conditions() if each.key == key
    )
    for known, state in zip(CONDITIONS[key], (MET, UNMET, OPEN), strict=True):
        if known is not None:
            assert condition_answer(facts_of(route.key, **known), condition).state == state  # type: ignore[arg-type]


@pytest.mark.parametrize("key", CONDITIONS)
def test_what_a_condition_asks_is_asked_only_where_it_holds(key: str) -> None:
    for route in WITH_FORM:
        for spec in (each for each in route.files if each.condition and each.condition.key == key):
            holds, fails, unknown = CONDITIONS[key]
            asked = file_answer(facts_of(route.key, **holds), spec)  # type: ignore[arg-type]
            assert asked.state == (UNMET if spec.verified else OPEN)
            assert file_answer(facts_of(route.key, **fails), spec).state == MET  # type: ignore[arg-type]
            if unknown is not None:
                assert file_answer(facts_of(route.key, **unknown), spec).state == OPEN  # type: ignore[arg-type]


def with_rows(**rows: str) -> str:
    """Return the shipped routes with a row added to lists of the copyright route."""
    text = TEXT
    start = text.index("[routes.copyright]")
    for name, row in rows.items():
        place = text.index(f"\n{name} = [\n", start) + len(f"\n{name} = [\n")
        text = f"{text[:place]}  {row},\n{text[place:]}"
    return text


def test_rows_added_to_the_data_appear_without_code() -> None:
    labels = 'label_id = "Corak", label_en = "Pattern"'
    field = 'required = true, maps_to = "motif.unheard_of", verified = true'
    file = 'kind = "document", required = true, required_if = "is_blue", formats = ["PDF"], max_mb = 1'
    check = 'basis = "Pasal 99", decides = "human", verified = true'
    text = with_rows(
        fields=f'{{ key = "corak", {labels}, {field} }}',
        files=f'{{ key = "surat_corak", {labels}, {file}, verified = true }}',
        checks=f'{{ key = "cek_corak", {labels}, {check} }}',
    )
    condition = 'label_id = "Biru"\nlabel_en = "Blue"\ntest = "equals"\nvalue = "biru"\n'
    rules = read_rules(f'{text}\n[conditions.is_blue]\n{condition}field = "motif.color_composition"\n')
    facts = facts_of(rules=rules)
    (row,) = (row for row in field_rows(facts) if row.key == "corak")
    assert (row.label.id, row.answer.state) == ("Corak", UNMET)
    filled = facts_of(rules=rules, filing={"values": ({"key": "corak", "value": "ceplok"},)})
    assert next(row.value for row in field_rows(filled) if row.key == "corak") == "ceplok"
    (condition,) = (each for each in facts.route.conditions() if each.key == "is_blue")
    assert condition_answer(facts, condition).state == OPEN
    (spec,) = (each for each in facts.route.files if each.key == "surat_corak")
    assert file_answer(facts, spec).state == OPEN
    (check,) = (row for row in check_rows(facts) if row.key == "cek_corak")
    assert (check.answer.state, check.answer.clause) == (OPEN, "Pasal 99")
    answer = {
        "key": "cek_corak",
        "answer": "terpenuhi",
        "reason": "dilihat",
        "by": "Bu Sri",
        "date": "2026-12-01",
    }
    answered = facts_of(rules=rules, filing={"answers": (answer,)})
    (check,) = (row for row in check_rows(answered) if row.key == "cek_corak")
    assert check.answer.state == MET and "Bu Sri" in check.answer.reason.id
    assert {"corak", "surat_corak.file", "check.cek_corak"} <= set(answer_keys(facts))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "format 2 of the routes"),
        ("format = 1", "format = ", "no TOML"),
        ('kind = "specimen"', 'kind = "cloth"', "contoh_fisik: kind 'cloth'"),
        ('test = "several"', 'test = "many"', "test 'many'"),
        ('decides = "flag"', 'decides = "law"', "decides 'law'"),
        ('required_if = "has_representative"', 'required_if = "rain"', "there is no condition 'rain'"),
        ('src = ["notifikasi"]', 'src = ["hearsay"]', "there is no source 'hearsay'"),
        ('slug = "hak-cipta"\n', "", "lacks 'slug'"),
        ("required = true", 'required = "yes"', "expected true or false"),
    ],
)
def test_a_malformed_file_of_routes_says_where(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ParameterError, match=re.escape(message)):
        read_rules(TEXT.replace(old, new))


def test_a_condition_of_people_that_nobody_recorded_is_open() -> None:
    condition = Condition(
        key="x", label=ROUTES[0].label, test="kind", roles=("pemegang_hak",), value="badan_hukum"
    )
    assert condition_answer(facts_of(), condition).state == OPEN
    assert condition_answer(facts_of(people=[Party(name="Sri")]), condition).state == OPEN
