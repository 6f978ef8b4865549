"""A real browser for the tests of pages: Debian's chromium and chromium-driver."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from tests.web.desk import Browser

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
NEEDED = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None,
    reason="chromium or chromedriver is missing: apt-get install chromium-driver",
)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --window-size=1280,1000"
)


class Screen:
    """Chromium with one window, and what a person does in it."""

    def __init__(self, profile: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in [*_FLAGS.split(), f"--user-data-dir={profile}"]:
            options.add_argument(flag)
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
        self.driver.set_page_load_timeout(120)

    def be(self, browser: Browser) -> None:
        """Take over the cookies of somebody who is signed in."""
        self.driver.get(f"{browser.origin}/favicon.ico")
        self.driver.delete_all_cookies()
        for name, value in browser.cookies.items():
            self.driver.add_cookie({"name": name, "value": value})
        self.origin = browser.origin

    def open(self, path: str) -> None:
        """Open a page."""
        self.driver.get(path if path.startswith("http") else self.origin + path)

    def looks(self, *, width: int = 1280, dark: bool = False, language: str = "") -> None:
        """Be a window of some width, light or dark."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})

    def run_scripts(self, wanted: bool) -> None:
        """Let pages run their scripts, or not."""
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not wanted})

    def script(self, text: str, *args: Any) -> Any:
        """Run a script of the test in the page."""
        return self.driver.execute_script(text, *args)

    def find(self, css: str) -> Any:
        """Return the first element."""
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def has(self, css: str) -> bool:
        """Tell whether there is such an element."""
        return bool(self.driver.find_elements(By.CSS_SELECTOR, css))

    def click(self, css: str) -> None:
        """Click, as with a mouse."""
        self.find(css).click()

    def follow(self, css: str) -> None:
        """Click what leads to another page, and wait until that page is there."""
        left = self.find("html").id
        self.click(css)
        self.until(lambda: self.find("html").id != left)

    @property
    def headline(self) -> str:
        """The first line of the page."""
        return str(self.find("h1").text)

    @property
    def path(self) -> str:
        """The address without the host."""
        return str(self.driver.current_url).removeprefix(self.origin)

    def until(self, true: Callable[[], object], patience_s: float = 90) -> None:
        """Wait, as a person does, until something is there."""
        ends = time.monotonic() + patience_s
        while time.monotonic() < ends:
            try:
                if true():
                    return
            except Exception:
                pass
            time.sleep(0.1)
        raise AssertionError(f"in vain on {self.path}: {self.find('body').text[:400]}")

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, css: str, most: int = 60) -> None:
        """Go on by the tabulator until the focus is on an element."""
        for _press in range(most):
            if self.script("return document.activeElement.matches(arguments[0])", css):
                return
            self.press(Keys.TAB)
        raise AssertionError(f"the tabulator does not reach {css} on {self.path}")

    def tree(self) -> list[tuple[str, str]]:
        """Return what a screen reader is told: role and name of all that is not ignored."""
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [
            (node["role"]["value"], str(node.get("name", {}).get("value", "")))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]

    def close(self) -> None:
        """Close it."""
        self.driver.quit()
