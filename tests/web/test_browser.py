"""The pages in a real browser: journeys by mouse, by keyboard alone and without scripts; WCAG 2.2 AA.

Needs Debian's chromium and chromium-driver, and for axe-core ``make axe``; without them these tests say that
they are skipped. ``MOTIF_AXE=all`` looks at each page in each width, light and language; otherwise at each
in one width and light for each language, another one from page to page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys
from tests.web import axe
from tests.web.chromium import NEEDED, Screen
from tests.web.desk import Desk, picture, served_desk, settings_at, with_people
from tests.web.test_day import ANSWERS, check, register

from motif.web.database import jobs, now

pytestmark = [pytest.mark.slow, NEEDED]
AXE = pytest.mark.skipif(not axe.FILE.exists(), reason="axe-core is missing: make axe")
LOOKS = list(product((320, 1280), (False, True)))
EVERY_LOOK = os.environ.get("MOTIF_AXE") == "all"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter with a registered motif, an answer that waits, and one that found nothing."""
    settings = with_people(settings_at(tmp_path_factory.mktemp("site")))
    with served_desk(settings) as opened:
        photo, _answer = check(opened, "officer", picture(1))
        register(opened, photo)
        check(opened, "officer", picture(1, suffix="jpeg"))
        check(opened, "officer", picture(2))
        opened.browser("officer").wait(opened.browser("officer").hand_in(b"no picture").path)
        yield opened


@pytest.fixture(scope="module")
def screen(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """One window for all tests."""
    opened = Screen(str(tmp_path_factory.mktemp("chromium")))
    opened.be(desk.browser("officer"))
    yield opened
    opened.close()


def photo_file(tmp_path: Path, seed: int) -> str:
    """Return the path of a photo that is not handed in yet."""
    place = tmp_path / f"kain-{seed}.png"
    place.write_bytes(picture(seed))
    return str(place)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_photograph_check_decide_register_report_with_a_mouse(
    desk: Desk, screen: Screen, tmp_path: Path, scripts: bool
) -> None:
    seed = 40 + scripts
    officer = desk.browser("officer")
    officer.post("/language", {"language": "en", "after": "/"})
    desk.counter.registry.register(picture(seed, suffix="jpeg"), title=f"Lama {seed}")
    screen.be(officer)
    screen.looks(width=1280)
    screen.run_scripts(scripts)
    try:
        screen.open("/")
        screen.follow('nav a[href="/photos/new"]')
        screen.find("#gallery").send_keys(photo_file(tmp_path, seed))
        if scripts:
            screen.until(lambda: screen.find(".preview img").is_displayed())
        screen.click("form[data-upload] button")
        screen.until(lambda: screen.has('form[action$="/check"]'))
        photo = screen.path
        screen.follow('form[action$="/check"] button')
        screen.until(lambda: screen.has("[data-views]"))
        assert screen.headline == "This motif resembles one that is registered"
        shown = [screen.find('[data-panel="beside"]').is_displayed()]
        screen.click('[data-view="overlay"]')
        screen.until(lambda: screen.find('[data-panel="overlay"] img').is_displayed())
        assert [*shown, screen.find('[data-panel="beside"]').is_displayed()] == [True, False]
        screen.follow('.do a[href*="/decide/"]')
        screen.follow("main form button:not(.second)")
        assert screen.has("#errors")
        screen.click('input[value="reject"]')
        screen.find("#reason").send_keys("other petals")
        screen.follow("main form button")
        screen.until(lambda: screen.has(".decided"))
        screen.follow('.do a[href$="/register"]')
        for _question in ANSWERS:
            for css, text in (("#title", "Baru"), ("#year", "2024")):
                if screen.has(css):
                    screen.find(css).send_keys(text)
            if screen.has("#access_class"):
                screen.click("#access_class")
            screen.follow("main form button")
        assert screen.headline == "Check your answers before the motif is registered"
        screen.follow("main form button")
        screen.until(lambda: screen.path.startswith("/registry/M-"))
        assert screen.headline == "Baru"
        screen.follow('form[action$="/report/html"] button')
        screen.until(lambda: screen.has("a[download]"))
        assert screen.headline == "The report is ready"
        assert desk.browser("officer").get(photo).status == 200
    finally:
        screen.run_scripts(True)


def test_the_same_with_the_keyboard_alone(desk: Desk, screen: Screen, tmp_path: Path) -> None:
    desk.counter.registry.register(picture(50, suffix="jpeg"), title="Lama")
    screen.be(desk.browser("officer"))
    screen.open("/photos/new")
    screen.press(Keys.TAB)
    assert screen.script("return document.activeElement.className") == "skip"
    screen.press(Keys.ENTER)
    assert screen.script("return document.activeElement.id") == "content"
    screen.tab_to("#gallery")
    screen.find("#gallery").send_keys(photo_file(tmp_path, 50))  # the window of the system is not part of it
    screen.tab_to("form[data-upload] button")
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.has('form[action$="/check"]'))
    screen.tab_to('form[action$="/check"] button')
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.has("[data-views]"))
    screen.tab_to("[data-view]")
    screen.press("3")
    assert screen.find('[data-panel="difference"]').is_displayed()
    screen.press(Keys.ARROW_RIGHT)
    assert screen.script("return document.activeElement.dataset.view") == "points"
    assert screen.find('[data-panel="points"]').is_displayed()
    screen.tab_to('.do a[href*="/decide/"]')
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.has("#reason"))
    screen.tab_to("main form button")
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.has("#errors"))
    assert screen.script("return document.activeElement.id") == "errors"
    screen.press(Keys.TAB, Keys.ENTER)
    screen.tab_to("input[name=verdict]")
    screen.press(Keys.ARROW_DOWN)
    assert screen.script("return document.activeElement.value") == "reject"
    screen.tab_to("#reason")
    screen.press("other petals")
    screen.tab_to("main form button")
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.has(".decided"))
    screen.tab_to('.do a[href$="/register"]')
    screen.press(Keys.ENTER)
    for step in ANSWERS:
        screen.until(lambda step=step: screen.path.endswith(f"/register/{step}"))
        if step == "title":
            screen.tab_to("#title")
            screen.press("Lewat papan ketik")
        if step == "access":
            screen.tab_to("input[name=access_class]")
            screen.press(Keys.SPACE)
        screen.tab_to("main form button")
        screen.press(Keys.ENTER)
    screen.until(lambda: screen.path.endswith("/answers"))
    screen.tab_to("main form button")
    screen.press(Keys.ENTER)
    screen.until(lambda: screen.path.startswith("/registry/M-"))
    assert screen.headline == "Lewat papan ketik"


@dataclass(frozen=True)
class State:
    """A page in one of its states: who sees it, where, and what they do there first."""

    role: str
    path: str
    does: str = ""


SEND = "document.querySelector('main form').requestSubmit()"
_FILL = "for (const [css, text] of {0}) document.querySelector(css).value = text; " + SEND
STATES = {
    "sign in": State("", "/sign-in"),
    "sign in, nothing typed": State("", "/sign-in", SEND),
    "one-time code": State("", "/code"),
    "one-time code, wrong": State("", "/code", SEND),
    "home, nothing waits": State("maker", "/"),
    "home, something waits": State("officer", "/"),
    "photograph": State("officer", "/photos/new"),
    "photograph, none chosen": State("officer", "/photos/new", SEND),
    "photo": State("officer", "/photos/2"),
    "photo, unusable": State("officer", "/photos/4"),
    "busy": State("officer", "/jobs/{busy}"),
    "did not work": State("officer", "/jobs/{failed}"),
    "report is ready": State("officer", "/jobs/{report}"),
    "answer, alike": State("officer", "/checks/{alike}"),
    "answer, overlay": State("officer", "/checks/{alike}?view=overlay"),
    "answer, difference": State("officer", "/checks/{alike}?view=difference"),
    "answer, points": State("auditor", "/checks/{alike}?view=points"),
    "answer, nothing": State("officer", "/checks/{nothing}"),
    "decide": State("officer", "/checks/{alike}/decide/M-000001-3"),
    "decide, no reason": State("officer", "/checks/{alike}/decide/M-000001-3", SEND),
    **{f"question {step}": State("officer", f"/photos/3/register/{step}") for step in ANSWERS},
    "question, no name": State(
        "officer", "/photos/3/register/title", _FILL.replace("{0}", "[['#title', '']]")
    ),
    "question, no date": State(
        "officer", "/photos/3/register/announced", _FILL.replace("{0}", "[['#year', '24']]")
    ),
    "answers": State("officer", "/photos/3/register/answers"),
    "decide first": State("officer", "/photos/2/register/title"),
    "registry": State("maker", "/registry"),
    "registry, nothing fits": State("officer", "/registry?words=xyz&color=x"),
    "entry": State("officer", "/registry/M-000001-3?new=1"),
    "filings": State("officer", "/filings"),
    "filing": State("officer", "/filings/F-000001-3"),
    "filing, people": State("officer", "/filings/F-000001-3/fill/people"),
    "filing, checks": State("officer", "/filings/F-000001-3/fill/checks"),
    "filing, no date": State(
        "officer",
        "/filings/F-000001-3/fill/form",
        _FILL.replace("{0}", "[['#tanggal_diumumkan', 'kemarin']]"),
    ),
    "account": State("officer", "/account"),
    "accounts": State("head", "/accounts"),
    "ledger": State("auditor", "/ledger?by=sri"),
    "accounts, nothing typed": State(
        "head", "/accounts", "document.querySelector('form[action=\"/accounts\"]').requestSubmit()"
    ),
    "not here": State("officer", "/nothing"),
    "not allowed": State("maker", "/accounts"),
}


@pytest.fixture(scope="module")
def numbers(desk: Desk) -> dict[str, int]:
    """Numbers of the jobs that the states are of."""
    officer, known = desk.browser("officer"), desk.counter.jobs
    alike, nothing = (known.of_photo(photo, "check")[0].number for photo in (2, 3))
    report = int(officer.post(f"/checks/{alike}/report/html").path.rpartition("/")[2])
    officer.wait(f"/jobs/{report}")
    officer.post("/registry/M-000001-3/filing", {"route": "copyright"})
    officer.get("/photos/3/register")
    for step, answers in ANSWERS.items():
        officer.post(f"/photos/3/register/{step}", answers)
    text = {"en": "it took too long", "id": "terlalu lama"}
    values = {"account": 2, "kind": "report", "tries": 1, "asked_at": now()}
    subject = {"entry": "M-000001-3", "form": "pdf", "language": "id"}
    with desk.counter.database.writing() as connection:
        made = [
            connection.execute(jobs.insert().values(**values, **more)).inserted_primary_key
            for more in (
                {"state": "working", "subject": subject},
                {
                    "state": "failed",
                    "subject": subject,
                    "answer": {"code": "x", "message": text, "hint": text},
                },
            )
        ]
    busy, failed = (key[0] for key in made if key)
    return {"alike": alike, "nothing": nothing, "report": report, "busy": busy, "failed": failed}


@pytest.fixture(scope="module")
def show(desk: Desk, screen: Screen, numbers: dict[str, int]) -> Callable[[State, str], None]:
    """What brings a state onto the screen, in a language."""
    spoken: dict[str, str] = {}

    def shown(state: State, language: str = "en") -> None:
        browser = desk.browser(state.role) if state.role else desk.browser()
        if spoken.get(state.role) != language or not state.role:
            browser.post("/language", {"language": language, "after": "/"})
            spoken[state.role] = language
        screen.be(browser)
        screen.open(state.path.format(**numbers))
        if state.does:
            screen.script(state.does)
            screen.until(lambda: screen.has("#errors"))

    return shown


@AXE
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_no_violation(screen: Screen, show: Callable[..., None], name: str, language: str) -> None:
    show(STATES[name], language)
    assert screen.script("return document.documentElement.lang") == language
    screen.script(axe.FILE.read_text(encoding="utf-8"))
    turn = (list(STATES).index(name) + (language == "en")) % len(LOOKS)
    for width, dark in LOOKS if EVERY_LOOK else [LOOKS[turn]]:
        screen.looks(width=width, dark=dark)
        found = screen.driver.execute_async_script(
            "axe.run(document, {runOnly: arguments[0]}).then(arguments[arguments.length - 1])", axe.TAGS
        )
        assert len(found["passes"]) > 10
        for kind in ("violations", "incomplete"):
            told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found[kind]]
            assert told == [], (kind, width, dark)
        assert screen.script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", STATES)
def test_a_screen_reader_is_told_landmarks_and_names(
    screen: Screen, show: Callable[..., None], name: str
) -> None:
    state = STATES[name]
    screen.looks(width=1280)
    show(state)
    tree = screen.tree()
    roles = [role for role, _name in tree]
    assert [roles.count(role) for role in ("banner", "main", "contentinfo")] == [1, 1, 1]
    assert ("navigation", "Main") in tree or not state.role
    assert sum(role == "heading" for role in roles) >= 1
    controls = {"button", "link", "textbox", "radio", "combobox", "searchbox", "checkbox", "img", "image"}
    assert [(role, said) for role, said in tree if role in controls and not said.strip()] == []
    title = str(screen.driver.title)
    assert title.endswith(" – motif")
    has_error = bool(state.does) or name in ("not here", "not allowed", "did not work", "photo, unusable")
    assert title.startswith("Error: ") is has_error
    # 3.2.6: help stands in the same place, in the same words
    assert "Help: ask who looks after this computer" in screen.find("footer p:last-child").text


@pytest.mark.parametrize("name", ["photograph", "answer, alike", "decide, no reason", "registry", "accounts"])
def test_what_has_the_focus_is_never_covered(screen: Screen, show: Callable[..., None], name: str) -> None:
    """2.4.11: nothing lies over an element that has the focus."""
    show(STATES[name])
    screen.looks(width=320)
    for _press in range(25):
        screen.press(Keys.TAB)
        free = screen.script(
            "const it = document.activeElement; if (it === document.body) return true;"
            "const box = it.getBoundingClientRect();"
            "const x = box.left + Math.min(box.width, 300) / 2, y = box.top + box.height / 2;"
            "const at = document.elementFromPoint(x, y);"
            "return at !== null && (it.contains(at) || at.contains(it) || at.tagName === 'LABEL')"
        )
        assert free, screen.script("return document.activeElement.outerHTML.slice(0, 200)")


def test_signing_in_asks_for_no_puzzle_and_lets_passwords_be_pasted(
    screen: Screen, show: Callable[..., None]
) -> None:
    """3.3.8: what a browser or a person keeps can be filled in."""
    show(STATES["sign in"])
    assert screen.find("#login").get_attribute("autocomplete") == "username"
    assert screen.find("#password").get_attribute("autocomplete") == "current-password"
    blocked = screen.script(
        "return ['paste', 'copy'].map(name => !document.querySelector('#password').dispatchEvent("
        "new ClipboardEvent(name, {cancelable: true, bubbles: true})))"
    )
    assert blocked == [False, False]
    screen.click("[data-shows]")
    assert screen.find("#password").get_attribute("type") == "text"


def test_nothing_is_asked_twice_and_all_is_kept_on_the_way_back(
    desk: Desk, screen: Screen, show: Callable[..., None]
) -> None:
    """3.3.7: an answer that was given stands in its field again."""
    fields = [name for answers in ANSWERS.values() for name in answers]
    assert len(set(fields)) == len(fields)
    for step, answers in ANSWERS.items():
        show(STATES[f"question {step}"])
        for name, value in answers.items():
            css = (
                f'input[name="{name}"]:checked'
                if screen.has(f'input[type=radio][name="{name}"]')
                else f"#{name}"
            )
            assert screen.find(css).get_attribute("value") == value


def test_no_page_needs_dragging_or_another_host(screen: Screen, show: Callable[..., None]) -> None:
    """2.5.7, and pages that need nothing but the counter."""
    for name in ("answer, alike", "registry", "photograph"):
        show(STATES[name])
        assert not screen.script(
            "return document.querySelectorAll('[draggable=true], input[type=range]').length"
        )
        loaded = screen.script("return performance.getEntriesByType('resource').map(one => one.name)")
        assert loaded
        assert all(one.startswith((screen.origin, "blob:")) for one in loaded)
        sizes = screen.script(
            "return performance.getEntriesByType('resource').filter(one => /[.](css|js)$/.test(one.name))"
            ".map(one => one.decodedBodySize)"
        )
        assert sum(sizes) < 60_000


def test_a_lost_connection_is_said(desk: Desk, screen: Screen, show: Callable[..., None]) -> None:
    show(STATES["busy"])
    screen.driver.set_network_conditions(offline=True, latency=0, throughput=0)
    try:
        screen.until(lambda: screen.find("#offline").is_displayed(), 20)
    finally:
        screen.driver.delete_network_conditions()
    screen.until(lambda: not screen.find("#offline").is_displayed(), 20)


def test_it_prints_with_all_views_and_without_buttons(screen: Screen, show: Callable[..., None]) -> None:
    show(STATES["answer, alike"])
    screen.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [screen.find(css).is_displayed() for css in ('[data-panel="overlay"]', ".do", "header", "h1")]
    screen.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown == [True, False, False, True]


def test_large_photos_are_not_sent_at_all(screen: Screen, show: Callable[..., None], tmp_path: Path) -> None:
    show(STATES["photograph"])
    place = tmp_path / "besar.jpg"
    place.write_bytes(bytes(21_000_000))
    screen.find("#gallery").send_keys(str(place))
    screen.until(lambda: "larger than 20 MB" in screen.find(".busy").text)
    assert not screen.find("form[data-upload] .button").is_enabled()
    assert re.search(r"/photos/new$", screen.path)
