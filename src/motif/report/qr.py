"""A text as a QR code."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

from motif.errors import ParameterError
from motif.messages import N_

QR_MOST_BYTES: Final = 2300
"""More does not fit into a code of the error correction used here (M: 15 % may be damaged)."""


@lru_cache(maxsize=8)
def qr_svg(text: str) -> str:
    """Draw a QR code as SVG, 1 unit for each module, with the four free modules around it that the norm asks.

    Raises
    ------
    ParameterError
        If it is too long for a QR code.

    References
    ----------
    .. [1] ISO/IEC 18004:2015.

    Examples
    --------
    >>> qr_svg("M-000001-3")[:4]
    '<svg'
    """
    import segno

    drawn = io.BytesIO()
    try:
        code = segno.make(text, error="m", boost_error=False, micro=False)
    except ValueError as error:
        raise ParameterError(N_("{count} characters do not fit into a QR code", count=len(text))) from error
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=False, scale=3, border=4)
    return drawn.getvalue().decode("utf-8")
