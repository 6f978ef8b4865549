"""The page in a real browser: axe-core finds nothing (WCAG 2.2 AA), pictures load, it prints on A4.

Needs Debian's chromium and chromium-driver; without them these tests say that they are skipped.
"""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.report.sample_check import SampleCheck

import motif
from motif.filing.form import form_html
from sample_filing import sample_dossier

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --window-size=1000,1400"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="chromium or chromedriver is missing: apt-get install chromium-driver",
    ),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with an empty profile."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in [*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(
    reused: SampleCheck,
    new: SampleCheck,
    sheet: motif.report.Report,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """The documents as files, by name and language."""
    folder, made = tmp_path_factory.mktemp("pages"), {}
    for name, report in (("reused", reused.report), ("new", new.report), ("sheet", sheet)):
        for language in ("id", "en"):
            made[f"{name}-{language}"] = folder / f"{name}-{language}.html"
            made[f"{name}-{language}"].write_bytes(motif.report.report_html(report, language))
    for language in ("id", "en"):
        made[f"form-{language}"] = folder / f"form-{language}.html"
        made[f"form-{language}"].write_bytes(form_html(sample_dossier(language), [("KTP", "02-ktp/")]))
    return made


NAMES = [f"{name}-{language}" for name in ("reused", "new", "sheet", "form") for language in ("id", "en")]


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(browser: Any, pages: dict[str, Path], name: str) -> None:
    browser.get(pages[name].as_uri())
    browser.execute_script(
        resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    )
    found = browser.execute_async_script(
        "axe.run(document, {runOnly: arguments[0]}).then(arguments[arguments.length - 1])", RULES
    )
    assert len(found["passes"]) > 15
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []


def test_every_picture_loads(browser: Any, pages: dict[str, Path]) -> None:
    for path in (path for name, path in pages.items() if not name.startswith("form")):
        browser.get(path.as_uri())
        sizes = browser.execute_script(
            "return [...document.images].map(one => [one.complete, one.naturalWidth])"
        )
        assert sizes
        assert all(complete and width > 50 for complete, width in sizes)


def test_at_twice_the_size_nothing_is_cut_off_sideways(browser: Any, pages: dict[str, Path]) -> None:
    for name, width in ((name, width) for name in ("reused-id", "form-id") for width in (1280 // 2, 320)):
        browser.get(pages[name].as_uri())
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
        )
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width, name
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_prints_on_few_pages_of_a4_with_the_decision_on_the_first(
    browser: Any, pages: dict[str, Path]
) -> None:
    for name, most in (("reused-id", 4), ("new-id", 2), ("sheet-id", 3)):
        browser.get(pages[name].as_uri())
        printed = browser.execute_cdp_cmd(
            "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True}
        )
        with pikepdf.open(io.BytesIO(base64.b64decode(printed["data"]))) as pdf:
            assert len(pdf.pages) <= most
            box = [float(side) for side in pdf.pages[0].MediaBox]
            assert (round(box[2]), round(box[3])) == (595, 842)


def test_the_form_copies_a_value_from_a_file_and_asks_nothing_of_a_network(
    browser: Any, pages: dict[str, Path]
) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    browser.get(pages["form-id"].as_uri())
    browser.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite"]})
    button = browser.find_element("css selector", '[data-key="judul"] button')
    button.click()
    WebDriverWait(browser, 10).until(lambda _: button.text.startswith("Tersalin"))
    read = "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
    assert browser.execute_async_script(read) == "Turi Gerimis Resa"
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
