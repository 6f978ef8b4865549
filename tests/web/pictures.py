#!/usr/bin/env python3
"""Take the pictures of docs/web.md and of the README from the trial, in a real browser.

python -m tests.web.pictures docs    # what `make docs` runs
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from tests.web.chromium import Screen
from tests.web.desk import Browser, served_desk

from motif.web.demo import demo_settings

DESKTOP, TABLET, PHONE = 1280, 768, 320
QUALITY = 72
_LOADED = """return [...document.images].every(
  one => one.complete || one.offsetParent === null || one.getBoundingClientRect().top > innerHeight)"""


def main(folder: Path) -> int:
    """Take them all."""
    with (
        demo_settings() as settings,
        served_desk(settings) as desk,
        tempfile.TemporaryDirectory() as profile,
    ):
        officer, screen = desk.browser(), Screen(profile)
        officer.get("/sign-in")
        officer.post("/demo", {"login": "sri"})
        officer.csrf = ""
        answer = answered(officer, "reused")
        answered(officer, "new")
        officer.wait("/registry/M-000001-3")
        screen.be(officer)
        screen.open(answer)
        screen.until(lambda: screen.has("[data-views]"), 300)
        entry = screen.find('.do a[href*="/decide/"]').get_attribute("href")
        home, alike = take(screen, "/", DESKTOP, 800), take(screen, answer, DESKTOP, 1000)
        save(alike, folder / "web-answer.jpg")
        save(take(screen, entry, TABLET, 900), folder / "web-decide.jpg")
        save(take(screen, "/photos/2/register/maker", TABLET, 900), folder / "web-question.jpg")
        save(take(screen, "/registry", PHONE, 760), folder / "web-phone.jpg")
        phones = [
            take(screen, path, PHONE, 760)
            for path in ("/photos/new", "/photos/1", answer, "/photos/2/register/title")
        ]
        save(beside(phones, 1.0), folder / "web-phones.jpg")
        save(
            beside([home.crop((0, 0, DESKTOP, 800)), alike.crop((0, 0, DESKTOP, 800))], 0.62),
            folder / "web-pair.jpg",
        )
        screen.close()
    return 0


def answered(browser: Browser, name: str) -> str:
    """Hand in a photo of the trial and have it compared; return the path of the answer."""
    photo = browser.post(f"/photos/sample/{name}").path
    browser.wait(photo, 600)
    answer = browser.post(f"{photo}/check").path
    browser.wait(answer, 600)
    return answer


def take(screen: Screen, path: str, width: int, height: int, *, dark: bool = False) -> Image.Image:
    """Take a picture of a page's upper part."""
    screen.looks(width=width, dark=dark)
    screen.open(path)
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    screen.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    screen.until(lambda: screen.script(_LOADED))
    time.sleep(0.3)
    return Image.open(io.BytesIO(screen.driver.get_screenshot_as_png())).convert("RGB")


def beside(pictures: list[Image.Image], scale: float) -> Image.Image:
    """Put pictures beside each other."""
    gap, sized = (
        16,
        [
            one.resize((round(one.width * scale), round(one.height * scale)), Image.Resampling.LANCZOS)
            for one in pictures
        ],
    )
    width = sum(one.width for one in sized) + gap * (len(sized) - 1)
    sheet = Image.new("RGB", (width, max(one.height for one in sized)), "#8d7b66")
    left = 0
    for one in sized:
        sheet.paste(one, (left, 0))
        left += one.width + gap
    return sheet


def save(picture: Image.Image, path: Path) -> None:
    """Write a small JPEG."""
    picture.save(path, quality=QUALITY, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
