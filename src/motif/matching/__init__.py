"""Which registered designs does a photo reuse, and what shows it? No I/O here."""

from motif.matching.candidates import CandidateIndex
from motif.matching.evidence import Evidence, Found, compare, same_file, search

__all__ = ["CandidateIndex", "Evidence", "Found", "compare", "same_file", "search"]
