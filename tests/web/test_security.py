"""What somebody may try who means no good: each is refused, and what is kept stays whole."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import re
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.requests import Request
from tests.web.desk import HERE, PASSWORD, Desk, open_desk, picture, settings_at, with_people
from tests.web.test_day import ANSWERS, check, register

from motif.errors import ParameterError
from motif.web.accounts import Accounts
from motif.web.bodies import BodyError, read_form
from motif.web.database import Database, sessions
from motif.web.guard import Guessing, path_here
from motif.web.routes import ROUTES

pytestmark = pytest.mark.slow

SENT = [route for route in ROUTES if "POST" in route.methods]
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.mark.parametrize("route", SENT, ids=lambda route: route.path)
def test_a_form_without_its_token_or_from_another_site_is_refused(desk: Desk, route: object) -> None:
    path = re.sub(r"\{\w+\}", "1", route.path)  # type: ignore[attr-defined]
    head, before = desk.browser("head"), len(desk.counter.registry.ledger)
    for csrf, origin in (
        ("", HERE),
        ("x" * 32, HERE),
        (None, "https://evil.example"),
        (None, "null"),
        (None, "http://localhost.evil.example"),
        (None, "http://localhost:81"),
    ):
        page = head.post(path, csrf=csrf, headers={"origin": origin})
        assert page.status == 403, (csrf, origin)
        assert page.title.startswith("Error: ")
    assert len(desk.counter.registry.ledger) == before
    assert head.get("/account").status == 200
    assert "Person dar" in head.get("/account").headline


def test_without_origin_the_browser_must_say_that_the_site_is_the_same(desk: Desk) -> None:
    head = desk.browser("head")
    head.get("/account")
    sent = {"language": "en", "after": "/", "csrf": head.csrf}
    for headers, status in (
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"referer": f"{HERE}/account"}, 303),
        ({"referer": "http://evil.example/localhost"}, 403),
        ({}, 403),
    ):
        assert head._ask("POST", "/language", data=sent, headers=headers).status == status, headers


def test_a_session_begins_anew_when_somebody_signs_in(desk: Desk) -> None:
    browser = desk.browser()
    browser.cookies["motif"] = "chosen-by-somebody-else"
    assert browser.sign_in("sri").status == 303
    assert browser.cookies["motif"] != "chosen-by-somebody-else"
    first = browser.cookies["motif"]
    browser.cookies.pop("motif")
    browser.cookies["motif"] = first
    assert browser.sign_in("sri").status == 303 or browser.cookies["motif"] == first
    assert len(first) > 40


def test_a_cookie_is_kept_from_scripts_and_other_sites(desk: Desk, tmp_path: Path) -> None:
    browser = desk.browser()
    said = browser.sign_in("sri").headers.get_list("set-cookie")
    own = next(one for one in said if one.startswith("motif="))
    assert "HttpOnly" in own
    assert "SameSite=lax" in own
    assert "Path=/" in own
    with open_desk(with_people(settings_at(tmp_path, secure=True))) as secure:
        cookies = secure.browser().get("/sign-in").headers.get_list("set-cookie")
        assert cookies
        assert all(one.startswith("__Host-") and "Secure" in one for one in cookies)


def test_sessions_end_by_signing_out_everywhere_and_in_time(desk: Desk) -> None:
    one, other = desk.browser(), desk.browser()
    for browser in (one, other):
        browser.sign_in("bay")
        assert browser.get("/account").status == 200
    assert "2 devices" in one.get("/account").html or "devices" in one.get("/account").html
    assert one.post("/account/sign-out-everywhere").status == 303
    assert "Sign in" in other.get("/account").title
    third = desk.browser()
    third.sign_in("bay")
    assert third.post("/sign-out").status == 303
    assert "Sign in" in third.get("/account").title

    fourth = desk.browser()
    fourth.sign_in("bay")
    long_ago = "2020-01-01 00:00:00.000000"
    with desk.counter.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sessions SET seen_at = ?", (long_ago,))
    assert "Sign in" in fourth.get("/account").title
    with desk.counter.database.writing() as connection:
        connection.execute(sessions.delete())
    desk.forget()


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "evil",
    ],
)
def test_signing_in_leads_to_no_other_site(desk: Desk, after: str) -> None:
    assert desk.browser().sign_in("dar", after=after).path == "/"
    assert path_here(after) == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/static/{v}/../../app.py",
        "/static/{v}/%2e%2e%2fapp.py",
        "/static/{v}/motif.css%00",
        "/photos/1/picture/..%2f..%2fcounter.sqlite",
        "/checks/2/picture/..%2f..%2f..%2fetc%2fpasswd",
        "/registry/..%2f..%2fetc/picture/x/small.jpg",
        "/registry/M-000001-3/picture/" + "0" * 64 + "/small.jpg",
        "/registry/M-000001-3/picture/..%2f..%2fphotos/small.jpg",
        "/jobs/1/file",
        "/etc/passwd",
    ],
)
def test_no_address_leads_out_of_what_is_served(desk: Desk, path: str) -> None:
    from motif.web.visit import static_version

    page = desk.browser("head").get(path.replace("{v}", static_version()))
    assert page.status in (400, 404)
    assert "root:" not in page.html


def test_scripts_in_any_text_are_shown_as_text(desk: Desk) -> None:
    officer, head = desk.browser("officer"), desk.browser("head")
    photo, answer = check(desk, "officer", picture(11))
    texts = {
        step: {name: SCRIPT if value and value not in ("yes", "5", "2024", "ciprat", "terbuka") else value
               for name, value in answers.items()}
        for step, answers in ANSWERS.items()
    }  # fmt: skip
    entry = register(desk, photo, **texts)
    _photo, again = check(desk, "officer", picture(11, suffix="jpeg"))
    officer.wait(again)
    number = entry.rpartition("/")[2]
    officer.post(f"{again}/decide/{number}", {"verdict": "confirm", "reason": SCRIPT})
    head.post("/accounts", {"name": SCRIPT, "login": "skrip", "role": "maker"})
    named = officer.hand_in(picture(12), name=f"{SCRIPT}.png").path
    pages = [
        *(officer.get(path) for path in ("/", photo, answer, again, entry, "/registry", named)),
        *(officer.get(f"{named}/register/{step}") for step in ANSWERS),
        officer.get(
            f"/registry?words={SCRIPT}&color={SCRIPT}&family={SCRIPT}&symmetry={SCRIPT}&page={SCRIPT}"
        ),
        officer.get(f"/sign-in?after=/{SCRIPT}"),
        officer.get(f"{again}?entry={SCRIPT}&view={SCRIPT}"),
        officer.get(f"/{SCRIPT}"),
        officer.post(f"{again}/decide/{number}", {"verdict": SCRIPT, "reason": ""}),
        head.get("/accounts"),
        head.post("/accounts", {"name": SCRIPT, "login": SCRIPT, "role": SCRIPT}),
        desk.browser().sign_in(SCRIPT, SCRIPT, after=SCRIPT, **{"kept-x": SCRIPT}),
        desk.browser().post("/code", {"code": SCRIPT, "name": SCRIPT, "login": SCRIPT, "password": SCRIPT}),
    ]
    assert sum("alert(1)" in page.html for page in pages) > 8
    for page in pages:
        assert "<script>" not in page.html
        assert "<img src=x" not in page.html
        tags = re.sub(r'"[^"]*"', '""', page.html)
        assert not re.search(r"<[^>]* (?:on\w+|style)=|<style", tags)


def test_guessing_is_slowed_down_and_success_forgives(desk: Desk) -> None:
    browser = desk.browser()
    seen = [browser.sign_in("mak", f"wrong {number} password") for number in range(9)]
    assert [page.status for page in seen] == [422] * 8 + [429]
    assert int(seen[-1].headers["retry-after"]) >= 60
    assert browser.sign_in("mak").status == 429
    assert {page.html.count("do not fit together") for page in seen[:8]} == {seen[0].html.count("do not fit")}
    unknown = desk.browser().sign_in("nobody-at-all", "wrong password")
    assert re.sub('value="[^"]*"', "", unknown.html) == re.sub('value="[^"]*"', "", seen[0].html)
    desk.counter.guessing.forgive("mak")
    assert browser.sign_in("mak").status == 303

    guessing = Guessing()
    by_address = [guessing.wait_minutes(f"name {number}", "192.0.2.7") for number in range(41)]
    assert by_address[:40] == [0] * 40
    assert by_address[40] > 0
    assert guessing.wait_minutes("name", "192.0.2.8") == 0


def test_no_page_is_shown_within_another_and_none_loads_from_elsewhere(desk: Desk) -> None:
    head = desk.browser("head")
    for path in ("/", "/photos/new", "/registry", "/account", "/accounts", "/nothing", "/static/x/motif.css"):
        page = head.get(path)
        policy = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"].startswith("no-store")
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.html)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80:80", "", "127.0.0.2"]
)
def test_it_answers_under_its_own_names_only(desk: Desk, host: str) -> None:
    response = desk.client.get("/sign-in", headers={"host": host})
    assert response.status_code == 421
    assert "motif" not in response.text


def test_a_photo_that_is_too_large_is_refused_while_it_comes(tmp_path: Path) -> None:
    with open_desk(with_people(settings_at(tmp_path, upload_bytes=50_000))) as desk:
        officer = desk.browser("officer")
        page = officer.hand_in(picture(1) + bytes(60_000))
        assert page.status == 413
        assert "larger than" in page.headline
        assert not list((tmp_path / "counter" / "uploads").iterdir())
        assert not list((tmp_path / "counter" / "photos").iterdir())

        def endless() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="gallery"; filename="a.jpg"\r\n\r\n'
            for _chunk in range(100):
                yield bytes(10_000)

        cookie = f"motif={officer.cookies['motif']}"
        sent = {"content-type": "multipart/form-data; boundary=x", "cookie": cookie, "origin": HERE}
        response = desk.client.post("/photos/new", content=endless(), headers=sent)
        assert response.status_code == 413
        assert officer.post("/account/password", {"old": "x" * 300_000}).status == 413


@pytest.mark.parametrize("pace", ["silent", "drop by drop"])
def test_an_upload_that_is_too_slow_is_given_up(tmp_path: Path, pace: str) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="gallery"; filename="a.jpg"\r\n\r\n'
    drops = iter([begin])

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60 if pace == "silent" else 0.05)
        return {"type": "http.request", "body": next(drops, b"0"), "more_body": True}

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    settings = settings_at(tmp_path, upload_seconds=0.4)
    began = time.monotonic()
    with pytest.raises(BodyError) as given_up:
        asyncio.run(read_form(request, settings, with_photo=True))
    assert given_up.value.status == 408
    assert time.monotonic() - began < 10


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few kilobytes that says it has very many pixels."""
    from struct import pack

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "photo",
    [bomb(60_000, 60_000), b"GIF89a nothing", b"<svg onload=alert(1)>" * 9, picture(1)[:700], b"\0" * 99],
)
def test_what_is_no_usable_photo_is_said_and_harms_nothing(desk: Desk, photo: bytes) -> None:
    officer = desk.browser("officer")
    place = officer.hand_in(photo).path
    page = officer.wait(place)
    assert page.headline == "This photo cannot be used"
    assert officer.post(f"{place}/check").status == 404
    assert officer.get("/").status == 200


def test_a_picture_that_breaks_its_reader_ends_a_worker_and_nothing_else(desk: Desk) -> None:
    officer = desk.browser("officer")
    place = officer.hand_in(picture(21)).path
    ends = time.monotonic() + 60
    while "data-poll" in officer.get(place).html and time.monotonic() < ends:
        for child in multiprocessing.active_children():
            with suppress(OSError):
                child.kill()
        time.sleep(0.05)
    page = officer.wait(place)
    assert page.headline in ("This photo cannot be used", "This photo will do", "Take the photo once more")
    after = officer.hand_in(picture(22)).path
    assert officer.wait(after).headline != "This photo cannot be used"


def test_a_code_that_two_use_at_once_makes_one_account(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    settings.folder.mkdir()
    accounts = Accounts(Database(settings.folder), settings)
    code, start = accounts.first_code(), threading.Barrier(4)

    def use(login: str) -> str:
        start.wait()
        try:
            return accounts.use_code(code, PASSWORD, login=login, name=login).login
        except ParameterError:
            return ""

    with ThreadPoolExecutor(4) as pool:
        made = [login for login in pool.map(use, ("darmo", "sri", "tini", "yanto")) if login]
    assert len(made) == 1
    assert [account.login for account in accounts.list()] == made


def test_the_first_account_is_made_by_a_code_and_nothing_has_a_password(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with open_desk(settings) as desk:
        browser = desk.browser()
        assert browser.get("/sign-in").path == "/code"
        browser.get("/code")
        code = desk.counter.accounts.first_code()
        form = {"login": "darmo", "name": "Pak Darmo", "password": "lima kata sandi"}
        assert browser.post("/code", form | {"code": "aaaa-bbbb-cccc"}).status == 422
        assert browser.post("/code", form | {"code": code, "password": "short"}).status == 422
        assert browser.post("/code", form | {"code": code, "password": "darmo darmo 1"}).status == 422
        page = browser.post("/code", form | {"code": f"{code[:4]} {code[4:]}".upper()})
        assert (page.status, page.path) == (303, "/")
        browser.csrf = ""
        assert "Pak Darmo" in browser.get("/account").headline
        assert browser.get("/accounts").status == 200
        assert desk.browser().post("/code", form | {"code": code}).status == 422

        made = browser.post("/accounts", {"name": "Bu Sri", "login": "sri", "role": "officer"})
        shown = re.search(r'class="code">([a-z0-9-]+)<', made.html)
        assert shown is not None
        other = desk.browser()
        assert other.post("/code", {"code": shown[1], "password": PASSWORD}).path == "/"
        other.csrf = ""
        assert "Bu Sri" in other.get("/account").headline
        assert other.get("/accounts").status == 403
        assert browser.post("/accounts/2/close").status == 303
        assert "Sign in" in other.get("/account").title
        assert desk.browser().sign_in("sri").status == 422
        assert browser.post("/accounts/1/close").status == 400
        assert browser.post("/accounts", {"name": "Lain", "login": "sri", "role": "maker"}).status == 422
    kept = (settings.folder / "counter.sqlite").read_bytes()
    for secret in (code.encode(), b"lima kata sandi", PASSWORD.encode(), browser.cookies["motif"].encode()):
        assert secret not in kept


def test_a_reset_ends_password_and_sessions(desk: Desk) -> None:
    browser = desk.browser()
    browser.sign_in("mak")
    number = next(one.number for one in desk.counter.accounts.list() if one.login == "mak")
    code = desk.counter.accounts.new_code(number)
    assert "Sign in" in browser.get("/account").title
    assert desk.browser().sign_in("mak").status == 422
    assert desk.browser().post("/code", {"code": code, "password": PASSWORD}).status == 303
    desk.forget("maker")


def test_over_plain_http_nobody_signs_in_from_another_machine(tmp_path: Path) -> None:
    with open_desk(with_people(settings_at(tmp_path, sign_in_from="this machine"))) as desk:
        browser = desk.browser()
        assert "nobody can sign in" in browser.get("/sign-in").html
        page = browser.sign_in("sri")
        assert page.status == 403
        assert "motif" not in browser.cookies


def test_what_was_typed_outlives_the_session(desk: Desk) -> None:
    browser = desk.browser()
    browser.sign_in("dar")
    browser.get("/account")
    with desk.counter.database.writing() as connection:
        connection.execute(sessions.delete())
    page = browser.post("/accounts", {"name": "Mbak Ayu", "login": "ayu", "role": "maker"})
    assert page.status == 401
    assert "What you typed is kept" in page.html
    kept = dict(re.findall(r'name="(kept-\w+)" value="([^"]*)"', page.html))
    browser.csrf = page.csrf
    again = browser.post("/sign-in", {"login": "dar", "password": PASSWORD, "after": "/accounts", **kept})
    assert "Mbak Ayu" in again.html
    browser.csrf = again.csrf
    made = browser.post("/accounts", {"name": "Mbak Ayu", "login": "ayu", "role": "maker"})
    assert "Give this code to Mbak Ayu" in made.html
    desk.forget()


def test_passwords_of_unlike_length_and_kind_are_weighed(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    settings.folder.mkdir(parents=True)
    database = Database(settings.folder)
    accounts = Accounts(database, settings)
    _account, code = accounts.invite(login="sri", name="Sri", role="maker", by="")
    for bad in ("short", "aaaaaaaaaaaa", "12345678901234", "password123!", "x sri berbatik", "a" * 201):
        with pytest.raises(ValueError, match=r"password"):
            accounts.use_code(code, bad)
    accounts.use_code(code, "kain biru di jemuran")
    assert accounts.with_password("SRI ", "kain biru di jemuran") is not None
    assert accounts.with_password("sri", "kain biru di jemuran ") is None
    database.close()


def test_pictures_are_served_as_pictures_only(desk: Desk) -> None:
    officer = desk.browser("officer")
    place = officer.hand_in(picture(31)).path
    officer.wait(place)
    page = officer.get(f"{place}/picture/photo.jpg")
    assert page.headers["content-type"] == "image/jpeg"
    data = page.response.content  # type: ignore[attr-defined]
    from PIL import Image

    assert Image.open(io.BytesIO(data)).format == "JPEG"
