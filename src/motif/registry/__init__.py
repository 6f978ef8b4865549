"""Registered designs: their records, originals, search, and the rules that connect them."""
