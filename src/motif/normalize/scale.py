"""How large the cloth is: pixels for a centimetre, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from motif.errors import ParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Pixels for a centimetre of cloth.

    Parameters
    ----------
    px_per_cm : float, pixels of the cut picture for one centimetre
    source : "cloth-width"
        A person gave the cloth's width.
    """

    px_per_cm: float
    source: Literal["cloth-width"]

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"px_per_cm": self.px_per_cm, "source": self.source}


def from_cloth_width(width_px: int, width_cm: float) -> Scale:
    """Take the scale from the cloth's width, as a person measured it.

    Parameters
    ----------
    width_px : int, pixels of the cut picture
    width_cm : float, centimetres

    Raises
    ------
    ParameterError
        If the width is not above 0.

    Examples
    --------
    >>> from_cloth_width(2200, 110.0).px_per_cm
    20.0
    """
    if not 0 < width_cm < 100_000:
        raise ParameterError(f"width_cm={width_cm}; expected more than 0", hint="Give it in cm, such as 110.")
    return Scale(px_per_cm=width_px / width_cm, source="cloth-width")
