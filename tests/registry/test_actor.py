"""A registry as several people see it: what is not open stays closed, and the log names who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.pictures import spots

import motif
from motif.errors import AccessDeniedError, ParameterError, RegistryUnavailableError
from motif.profiles import CHEAPEST_1
from motif.records import Motif, Party, Role
from motif.registry.actor import Actor
from motif.registry.registry import Registry

HEAD, OFFICER, AUDITOR, MAKER = (
    Actor(name=role, role=role) for role in ("head", "officer", "auditor", "maker")
)
CLASSES = ("terbuka", "dipegang_teguh", "sakral", "rahasia")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """Four designs, one of each access class, and a fifth that says nothing."""
    place = tmp_path_factory.mktemp("actors") / "registry"
    with motif.Registry.open(place, profile=CHEAPEST_1) as opened:
        for seed, access_class in enumerate((*CLASSES, None), 1):
            entry = opened.register(spots(seed), title=f"Motif {access_class}")
            opened.records.put(Motif(id=entry.id, access_class=access_class, philosophy=f"makna {seed}"))
            role = Role(role="pencipta", of=entry.id)
            opened.records.put(
                Party(name=f"Pembuat {seed}", roles=(role,), phone="0812", may_be_named=seed == 5)
            )
        yield opened


@pytest.mark.parametrize(
    ("actor", "open_numbers"),
    [
        (HEAD, [1, 2, 3, 4, 5]),
        (AUDITOR, [1, 2, 3, 4, 5]),
        (OFFICER, [1, 2, 3, 5]),
        (MAKER, [1, 5]),
    ],
)
def test_each_role_sees_the_designs_that_are_open_to_it(
    registry: Registry, actor: Actor, open_numbers: list[int]
) -> None:
    view = registry.acting(actor)
    ids = [entry.id for entry in registry.list()]
    seen = [ids[number - 1] for number in open_numbers]
    assert [entry.id for entry in view.list()] == [entry.id for entry in view] == seen
    assert len(view) == len(seen)
    assert [entry.id for entry in view.list(limit=1, offset=1)] == seen[1:2]
    assert {known.id for known in view.records.list(Motif)} == set(seen)
    for closed in set(ids) - set(seen):
        photo = registry.get(closed).photos[0].sha256
        for read in (view.get, view.original, view.records.motif, view.records.about, view.records.versions):
            with pytest.raises(AccessDeniedError):
                read(closed)
        with pytest.raises(AccessDeniedError):
            view.original(photo)
        assert closed not in view
        assert view.holding(photo) == ()


def test_a_check_tells_that_there_is_a_closed_design_and_nothing_of_it(registry: Registry) -> None:
    match = registry.acting(MAKER).check(spots(4)).matches[0]
    assert (match.entry.id, match.verdict, match.withheld) == (registry.list()[3].id, "conflict", True)
    assert "rahasia" not in str(match.to_json())
    assert match.evidence.points == ()
    assert not registry.acting(MAKER).check(spots(1)).matches[0].withheld


def test_a_duplicate_of_a_closed_design_is_refused_without_its_title(registry: Registry) -> None:
    with pytest.raises(AccessDeniedError) as refused:
        registry.acting(OFFICER).register(spots(4), title="Lagi")
    assert "rahasia" not in str(refused.value)


def test_a_closed_design_is_not_changed_by_whom_it_is_closed_to(registry: Registry) -> None:
    view, before = registry.acting(OFFICER), registry.ledger.head()
    secret = registry.list()[3].id
    for change in (
        lambda: view.revise(secret, title="Lain"),
        lambda: view.withdraw(secret, reason="uji"),
        lambda: view.add_photo(secret, spots(9)),
        lambda: view.decide(secret, verdict="classic", by="x", reason="uji"),
        lambda: view.records.put(Motif(id=secret, access_class="terbuka")),
        lambda: view.records.amend(secret, lambda known: known),
        lambda: view.rehearsal().__enter__(),
    ):
        with pytest.raises(AccessDeniedError):
            change()
    assert registry.ledger.head() == before
    with registry.acting(HEAD).rehearsal() as copy:
        assert len(copy) == 5


def test_a_maker_sees_names_that_may_be_shown_and_no_telephone(registry: Registry) -> None:
    seen = registry.acting(MAKER).records.list(Party)
    assert [(party.name, party.phone) for party in seen] == [(None, None), ("Pembuat 5", None)]
    assert registry.acting(OFFICER).records.list(Party)[0].phone == "0812"


@pytest.mark.parametrize("actor", [AUDITOR, MAKER], ids=lambda actor: str(actor.role))
def test_who_may_only_look_changes_nothing(registry: Registry, actor: Actor) -> None:
    view, before = registry.acting(actor), registry.ledger.head()
    first = registry.list()[0].id
    for change in (
        lambda: view.register(spots(9), title="Baru"),
        lambda: view.revise(first, title="Lain"),
        lambda: view.withdraw(first, reason="uji"),
        lambda: view.decide(first, verdict="classic", by="x", reason="uji"),
        lambda: view.records.put(Party(name="Baru")),
        lambda: view.ledger.accept_rollback(reason="uji"),
    ):
        with pytest.raises(AccessDeniedError):
            change()
    assert registry.ledger.head() == before


def test_the_log_names_the_actor_whoever_decides(tmp_path: Path) -> None:
    with motif.Registry.open(tmp_path / "registry", profile=CHEAPEST_1, by="pemilik") as opened:
        view = opened.acting(Actor(name="sri", role="officer"))
        entry = view.register(spots(1), title="Kembang Turi")
        view.decide(entry.id, verdict="classic", by="Bu Sri", reason="milik umum")
        opened.withdraw(entry.id, reason="uji")
        assert [event.by for event in opened.ledger.events(1)] == ["sri", "sri", "sri", "pemilik"]
        view.close()
        assert len(opened) == 0


def test_an_actor_has_a_known_role_and_a_name() -> None:
    for wrong in ({"role": "king", "name": "x"}, {"role": "maker"}):
        with pytest.raises(ParameterError):
            Actor(**wrong)  # type: ignore[arg-type]


@contextmanager
def three_designs(place: str | Path) -> Iterator[Registry]:
    """An open design, a sacred one and a secret one."""
    with motif.Registry.open(place, profile=CHEAPEST_1) as opened:
        for seed, access_class in enumerate(("terbuka", "sakral", "rahasia"), 1):
            entry = opened.register(spots(seed), title=str(access_class))
            opened.records.put(Motif(id=entry.id, access_class=access_class))
        yield opened


@pytest.fixture
def readable(tmp_path: Path) -> Iterator[Registry]:
    with three_designs(tmp_path / "registry") as opened:
        yield opened


def readings(registry: Registry) -> list[tuple[str, str]]:
    return [(event.by, event.data["id"]) for event in registry.ledger.events() if event.kind == "entry.read"]


def test_who_reads_what_is_not_open_stands_in_the_log_once_a_day(readable: Registry) -> None:
    require_readings(readable)


def test_a_server_keeps_readings_as_a_folder_does(new_database: Callable[[], str]) -> None:
    with three_designs(new_database()) as readable:
        require_readings(readable)


def require_readings(readable: Registry) -> None:
    open_one, sacred, secret = (entry.id for entry in readable.list())
    revision, officer, auditor = readable.revision, readable.acting(OFFICER), readable.acting(AUDITOR)
    officer.get(open_one), officer.original(open_one), officer.records.about(open_one)
    officer.list(), list(officer), officer.records.list(Motif), officer.check(spots(2)), sacred in officer
    assert readings(readable) == []
    for read in (officer.get, officer.original, officer.records.motif, officer.records.about) * 2:
        read(sacred)
    assert readings(readable) == [("officer", sacred)]
    auditor.original(readable.list()[2].photos[0].sha256)
    auditor.records.versions(sacred)
    with pytest.raises(AccessDeniedError):
        officer.get(secret)
    assert readings(readable) == [("officer", sacred), ("auditor", secret), ("auditor", sacred)]
    readable.get(secret)  # an owner who does not say who
    again = Registry(readable._store, readable._originals, profile=readable.profile, by="Bu Sri")
    again.acting(OFFICER).get(sacred), again.get(sacred), again.get(sacred)
    assert readings(readable)[3:] == [("Bu Sri", sacred)]
    assert readable.revision == revision
    assert readable.ledger.verify().whole


def test_a_reading_that_the_log_cannot_keep_is_refused_to_all_but_the_owner(
    readable: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    sacred = readable.list()[1].id
    monkeypatch.setattr(readable._store, "writable", False)
    owner = Registry(readable._store, readable._originals, profile=readable.profile, by="Bu Sri")
    assert owner.get(sacred).id == sacred
    with pytest.raises(RegistryUnavailableError):
        readable.acting(HEAD).get(sacred)
    assert readings(readable) == []


def test_the_log_tells_what_one_actor_did_newest_first(readable: Registry) -> None:
    open_one, sacred, _secret = (entry.id for entry in readable.list())
    readable.acting(OFFICER).get(sacred)
    readable.acting(HEAD).revise(open_one, title="Lain")
    readable.acting(OFFICER).revise(sacred, note="Catatan")
    newest = readable.ledger.newest
    assert [event.kind for event in newest(by="Officer")] == ["entry.revised", "entry.read"]
    assert [event.by for event in newest(about=open_one, limit=1)] == ["head"]
    assert [event.seq for event in newest(limit=2)] == [len(readable.ledger) - 1, len(readable.ledger) - 2]
    assert newest(by="nobody") == ()
