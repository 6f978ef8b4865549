"""Each role and each address: what the table allows is answered, all else is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.desk import LOGIN_OF, Desk, open_desk, picture, settings_at, with_people

from motif.web.actions import ALLOWED, ROLES, Role
from motif.web.routes import ROUTES, Route

pytestmark = pytest.mark.slow

NOBODY = ""
OPEN = {route.name for route in ROUTES if route.action == "knock"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter where the officer has one photo, an answer about it, and one registered motif."""
    settings = with_people(settings_at(tmp_path_factory.mktemp("roles")))
    with open_desk(settings) as opened:
        opened.counter.accounts.invite(login="lain", name="Lain", role="maker", by="dar")
        opened.counter.registry.register(picture(1), title="Bunga Turi")
        officer = opened.browser("officer")
        officer.hand_in(picture(2))
        officer.wait("/photos/1")
        officer.wait(officer.post("/photos/1/check").path)
        yield opened


def address(route: Route, desk: Desk) -> str:
    """Return the address of a route with things that exist."""
    entry = desk.counter.registry.list()[0]
    known = {
        "{photo}": "1",
        "{check}": "2",
        "{job}": "2",
        "{entry}": entry.id,
        "{sha256}": entry.photos[0].sha256,
        "{question}": "title",
        "{form}": "html",
        "{account}": "5",
        "{version}": "none",
        "{name}": "small.jpg",
    }
    path = route.path
    for name, value in known.items():
        path = path.replace(name, value)
    assert "{" not in path, f"say in this test what {route.path} is of"
    return path


def test_every_address_names_an_action_of_the_table(desk: Desk) -> None:
    app = desk.client.app._app  # type: ignore[attr-defined]
    served = {(route.path, method) for route in app.routes for method in route.methods - {"HEAD"}}
    named = {(route.path, method) for route in ROUTES for method in route.methods}
    assert served == named
    assert {route.action for route in ROUTES} <= set(ALLOWED)
    assert set(LOGIN_OF) == set(ROLES)
    assert not [route for route in ROUTES if "POST" in route.methods and "GET" in route.methods]


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_role_reaches_what_the_table_allows_and_nothing_else(desk: Desk, route: Route, role: Role) -> None:
    browser = desk.browser(role)
    before = len(desk.counter.registry.ledger)
    page = (browser.get if "GET" in route.methods else browser.post)(address(route, desk))
    assert len(desk.counter.registry.ledger) == before
    if "sign-out" in route.path:
        desk.forget(role)
    if route.action == "knock":
        assert page.status in (200, 303, 404, 422)
    elif not role:
        assert page.status in (200, 401)
        assert "Sign in" in page.title
    elif role in ALLOWED[route.action]:
        others = role == "maker" and (
            "{photo}" in route.path or "{check}" in route.path or "{job}" in route.path
        )
        assert page.status == 404 if others else page.status in (200, 303, 404, 409, 422)
    else:
        assert page.status == 403
        assert page.title.startswith("Error: ")


@pytest.mark.parametrize("kind", ["photos", "checks", "jobs"])
@pytest.mark.parametrize("number", ["0", "999999", "-1", "1e3", "٣", "9" * 30, "%2e%2e"])
def test_things_that_are_not_there_are_not_found(desk: Desk, kind: str, number: str) -> None:
    assert desk.browser("head").get(f"/{kind}/{number}").status == 404


def test_a_maker_sees_the_own_things_and_nobody_elses(desk: Desk) -> None:
    maker = desk.browser("maker")
    own = maker.hand_in(picture(3)).path
    assert maker.wait(own).status == 200
    assert maker.get(f"{own}/picture/small.jpg").status == 200
    for other in ("/photos/1", "/photos/1/picture/photo.jpg", "/checks/2", "/jobs/1/state", "/jobs/2"):
        assert maker.get(other).status == 404, other
    assert desk.browser("auditor").get(own).status == 200
    assert "/photos/1" not in maker.get("/").html
