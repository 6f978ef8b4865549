"""Photo to swatch: what is compared is the cloth, in even light, at one size; and will the photo do?"""

from motif.normalize.swatch import Swatch, normalize

__all__ = ["Swatch", "normalize"]
