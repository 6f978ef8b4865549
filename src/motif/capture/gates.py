"""Capture gates: the limits beyond which a measurement warns or refuses, and the advice for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from motif.messages import N_
from motif.normalize.exposure import LEAST_GLARE

Code = Literal[
    "blur",
    "motion",
    "glare",
    "too-dark",
    "too-bright",
    "uneven-light",
    "folds",
    "tilt",
    "few-pixels",
    "compression",
    "screen",
    "page",
    "obstruction",
    "print-size",
    "busy-ground",
    "overlay",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From which value on a measurement is a finding.

    Parameters
    ----------
    warn, refuse : float
        Beyond ``warn`` a warning, beyond ``refuse`` a refusal.
    unit : str
    low_is_bad : bool
        Whether "beyond" means below.
    """

    warn: float
    refuse: float
    unit: str
    low_is_bad: bool = False

    def passed_by(self, value: float, limit: float) -> bool:
        """Tell whether a value is beyond a limit."""
        return value < limit if self.low_is_bad else value > limit


_NEVER = float("inf")

_CAPTURE: dict[Code, Limit] = {
    "blur": Limit(warn=1.65, refuse=2.0, unit="px"),
    "motion": Limit(warn=0.85, refuse=1.3, unit="ratio"),
    "glare": Limit(warn=LEAST_GLARE, refuse=0.085, unit="share"),
    "too-dark": Limit(warn=145, refuse=125, unit="level", low_is_bad=True),
    "too-bright": Limit(warn=0.16, refuse=0.65, unit="share"),
    "uneven-light": Limit(warn=0.6, refuse=0.75, unit="ln"),
    "folds": Limit(warn=0.04, refuse=_NEVER, unit="ln"),
    "tilt": Limit(warn=32.0, refuse=48.0, unit="degrees"),
    "few-pixels": Limit(warn=480, refuse=320, unit="px", low_is_bad=True),
    "compression": Limit(warn=1.25, refuse=1.75, unit="ratio"),
    "screen": Limit(warn=2.75, refuse=3.05, unit="log10"),
    "page": Limit(warn=0.4, refuse=0.9, unit="share"),
    "obstruction": Limit(warn=0.8, refuse=7.0, unit="ratio"),
}

ADVICE: dict[Code, str] = {
    "blur": N_("The picture is not sharp: wipe the lens, tap on the cloth to focus, and take it again."),
    "motion": N_("The phone moved: hold it with both hands or lean it on something, and take it again."),
    "glare": N_(
        "Light is thrown back by the cloth: switch the flash off, "
        "or stand so that no lamp shines into the picture."
    ),
    "too-dark": N_("The picture is too dark: go near a window or into open shade, and take it again."),
    "too-bright": N_("The picture is too bright: tap on the lightest part of the cloth before you take it."),
    "uneven-light": N_(
        "One side is much darker: turn the cloth so that the light falls evenly on all of it."
    ),
    "folds": N_("The cloth has folds: smooth it out or hang it up straight, and take it again."),
    "tilt": N_("The cloth is seen at an angle: hold the phone straight above its middle."),
    "few-pixels": N_(
        "The cloth has too few pixels: go closer so that it fills the picture, and send the original file."
    ),
    "compression": N_(
        "The file was made small at the cost of detail: send the camera's own file, not one from a chat."
    ),
    "screen": N_("This seems to be a photo of a screen: take a photo of the cloth itself."),
    "page": N_(
        "Much of the picture is an empty screen or page: "
        "send the picture of the cloth itself, not a screenshot, or cut the rest away."
    ),
    "obstruction": N_("Something reaches into the picture: keep fingers, feet and labels off the cloth."),
    "print-size": N_("There are too few pixels for print: go closer, or use a better camera."),
    "busy-ground": N_("The ground shows things of its own: lay the cloth on a plain sheet."),
    "overlay": N_(
        "There seems to be writing over the picture: "
        "switch the date stamp off, and send it without a caption."
    ),
}
"""What to do about each finding: a sentence, which is also the key of its translation."""


OF_CAMERAS: tuple[Code, ...] = ("glare", "too-dark", "too-bright", "uneven-light", "folds")
"""What is not asked of a page or a screen: no camera saw its light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A named set of limits.

    Parameters
    ----------
    name, version : str, int
    limits : mapping of code to Limit
        What is measured, and the limits that it must keep.
    """

    name: str
    version: int
    limits: dict[Code, Limit]

    @property
    def id(self) -> str:
        """Name and version in one word."""
        return f"{self.name}-{self.version}"


CAPTURE_1 = Gate(name="capture", version=1, limits=_CAPTURE)
"""For registering and checking. docs/capture.md says where each limit comes from."""

FILING_1 = Gate(
    name="filing",
    version=1,
    limits=_CAPTURE
    | {
        "print-size": Limit(warn=300.0, refuse=200.0, unit="dpi", low_is_bad=True),
        "busy-ground": Limit(warn=0.10, refuse=_NEVER, unit="ln"),
        "overlay": Limit(warn=1.0, refuse=_NEVER, unit="score"),  # some designs are made of writing
    },
)
"""What design offices ask for on top: enough pixels for print, a plain ground, no writing over it."""

GATES = {gate.name: gate for gate in (CAPTURE_1, FILING_1)}
"""By name, as the command line takes them."""
