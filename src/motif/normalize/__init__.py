"""Photo to swatch: what is compared is the cloth, in even light, at one size; and whether the photo will do."""

from motif.normalize.swatch import Swatch, normalize

__all__ = ["Swatch", "normalize"]
