"""The records of a registry, as frozen values; ``registry.records`` keeps and returns them."""

from motif.registry.actor import Actor
from motif.registry.records.decision import Alert, Decision, PartVerdict, SavedCheck
from motif.registry.records.entry import Entry, EntryPhoto
from motif.registry.records.filing import Filing
from motif.registry.records.mark import IgnoredMark
from motif.registry.records.people import Consent, Party, Role
from motif.registry.records.record import Record
from motif.registry.records.traits import Traits
from motif.registry.records.works import Capture, Motif, Specimen

__all__ = [
    "Actor",
    "Alert",
    "Capture",
    "Consent",
    "Decision",
    "Entry",
    "EntryPhoto",
    "Filing",
    "IgnoredMark",
    "Motif",
    "PartVerdict",
    "Party",
    "Record",
    "Role",
    "SavedCheck",
    "Specimen",
    "Traits",
]
