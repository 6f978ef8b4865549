"""Seeded batik: draws cloths, and pictures of cloths that somebody used again."""

from clothmaker.cloth import FAMILIES, VERSION, Cloth, draw_cloth, draw_tile

__all__ = ["FAMILIES", "VERSION", "Cloth", "draw_cloth", "draw_tile"]
