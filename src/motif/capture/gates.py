"""Named limits of the capture gate: what is worth a warning, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    "obstruction",
    "print-size",
    "busy-ground",
    "overlay",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From where on a measurement is worth a finding.

    Parameters
    ----------
    warn, refuse : float
        Beyond ``warn`` a warning, beyond ``refuse`` a refusal.
    unit : str
    advice : str
        What to do, one sentence of the catalogue.
    low_is_bad : bool
        Whether "beyond" means below.
    """

    warn: float
    refuse: float
    unit: str
    advice: str
    low_is_bad: bool = False

    def passed_by(self, value: float, limit: float) -> bool:
        """Tell whether a value is beyond a limit."""
        return value < limit if self.low_is_bad else value > limit


_NEVER = float("inf")

_CAPTURE: dict[Code, Limit] = {
    "blur": Limit(
        warn=1.65,
        refuse=2.0,
        unit="px",
        advice=N_("The picture is not sharp: wipe the lens, tap on the cloth to focus, and take it again."),
    ),
    "motion": Limit(
        warn=0.85,
        refuse=1.3,
        unit="ratio",
        advice=N_("The phone moved: hold it with both hands or lean it on something, and take it again."),
    ),
    "glare": Limit(
        warn=LEAST_GLARE,
        refuse=0.085,
        unit="share",
        advice=N_(
            "Light is thrown back by the cloth: switch the flash off, "
            "or stand so that no lamp shines into the picture."
        ),
    ),
    "too-dark": Limit(
        warn=145,
        refuse=125,
        unit="level",
        low_is_bad=True,
        advice=N_("The picture is too dark: go near a window or into open shade, and take it again."),
    ),
    "too-bright": Limit(
        warn=0.16,
        refuse=0.65,
        unit="share",
        advice=N_("The picture is too bright: tap on the lightest part of the cloth before you take it."),
    ),
    "uneven-light": Limit(
        warn=0.6,
        refuse=0.75,
        unit="ln",
        advice=N_("One side is much darker: turn the cloth so that the light falls evenly on all of it."),
    ),
    "folds": Limit(
        warn=0.04,
        refuse=_NEVER,
        unit="ln",
        advice=N_("The cloth has folds: smooth it out or hang it up straight, and take it again."),
    ),
    "tilt": Limit(
        warn=32.0,
        refuse=48.0,
        unit="degrees",
        advice=N_("The cloth is seen at an angle: hold the phone straight above its middle."),
    ),
    "few-pixels": Limit(
        warn=480,
        refuse=320,
        unit="px",
        low_is_bad=True,
        advice=N_(
            "The cloth has too few pixels: go closer so that it fills the picture, "
            "and send the original file."
        ),
    ),
    "compression": Limit(
        warn=1.25,
        refuse=1.75,
        unit="ratio",
        advice=N_(
            "The file was made small at the cost of detail: send the camera's own file, not one from a chat."
        ),
    ),
    "screen": Limit(
        warn=2.75,
        refuse=3.05,
        unit="log10",
        advice=N_("This seems to be a photo of a screen: take a photo of the cloth itself."),
    ),
    "obstruction": Limit(
        warn=0.8,
        refuse=7.0,
        unit="ratio",
        advice=N_("Something reaches into the picture: keep fingers, feet and labels off the cloth."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A named set of limits.

    Parameters
    ----------
    name, version : str, int
    limits : mapping of code to Limit
        What is measured, and from where on it counts.
    print_dpi : float, dots an inch
        What "print-size" asks for.
    """

    name: str
    version: int
    limits: dict[Code, Limit] = field(default_factory=dict)
    print_dpi: float = 300.0

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
        "print-size": Limit(
            warn=300.0,
            refuse=200.0,
            unit="dpi",
            low_is_bad=True,
            advice=N_("There are too few pixels for print: go closer, or use a better camera."),
        ),
        "busy-ground": Limit(
            warn=0.10,
            refuse=_NEVER,
            unit="ln",
            advice=N_("The ground shows things of its own: lay the cloth on a plain sheet."),
        ),
        "overlay": Limit(
            warn=1.0,
            refuse=_NEVER,  # some designs are made of writing
            unit="score",
            advice=N_(
                "There seems to be writing over the picture: "
                "switch the date stamp off, and send it without a caption."
            ),
        ),
    },
)
"""What design offices ask for on top: enough pixels for print, a plain ground, no writing over it."""

GATES = {gate.name: gate for gate in (CAPTURE_1, FILING_1)}
"""By name, as the command line takes them."""
