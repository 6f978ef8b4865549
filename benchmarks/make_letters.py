"""Write the font that holds the letters of Javanese under its drawings in a PDF, into the package.

    python benchmarks/make_letters.py

Each character has one glyph, a box of one width, and no rule joins or moves any: what a reader copies out of
the PDF is then the text. Nobody sees these letters; the shapes above them are those of Noto Sans Javanese.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "src" / "motif" / "report" / "fonts"
NAME = "Motif Letters"
JAVANESE = range(0xA980, 0xA9E0)
WIDTH, HEIGHT, ASCENT, DESCENT = 500, 700, 1069, -293


def make_letters() -> TTFont:
    """Make the font of the shipped one: its characters, its names, and boxes for its shapes."""
    font = TTFont(FONTS / "NotoSansJavanese-Regular.ttf", recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=[], hinting=False, drop_tables=["GSUB", "GPOS", "GDEF"]))
    subsetter.populate(unicodes=JAVANESE)
    subsetter.subset(font)
    for glyph in font.getGlyphOrder():
        font["glyf"][glyph], font["hmtx"][glyph] = box(), (WIDTH, 0)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16):
            name = NAME.replace(" ", "") if record.nameID == 6 else NAME
            font["name"].setName(name, record.nameID, record.platformID, record.platEncID, record.langID)
    # Marks are letters here, and the positions are given: nobody is to place them as marks.
    glyphs = [glyph for glyph in font.getGlyphOrder() if glyph != ".notdef"]
    addOpenTypeFeaturesFromString(
        font,
        f"table GDEF {{ GlyphClassDef [{' '.join(glyphs)}],,,; }} GDEF;"
        f"feature kern {{ pos {glyphs[0]} {glyphs[0]} 1; }} kern;",
    )
    line, windows = font["hhea"], font["OS/2"]
    line.ascent = windows.sTypoAscender = windows.usWinAscent = ASCENT
    line.descent = windows.sTypoDescender = DESCENT
    windows.usWinDescent = -DESCENT
    line.lineGap = windows.sTypoLineGap = 0
    return font


def box() -> object:
    """Draw a box; a glyph without a shape is no letter to some readers."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, HEIGHT), (WIDTH, HEIGHT), (WIDTH, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    make_letters().save(FONTS / "MotifLetters.ttf")
