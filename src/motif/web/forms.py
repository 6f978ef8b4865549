"""The forms of the pages. Labels, hints and errors are marked sentences, which templates translate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from wtforms import (
    Form,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from motif.errors import ParameterError
from motif.messages import N_, message_of
from motif.registry.records.fields import PastDay
from motif.registry.records.text import NOTE_MAX, TITLE_MAX, clean_note, clean_title
from motif.vocabulary import terms
from motif.web.actions import DUTIES, ROLES

INVALID_CHOICE: Final = N_("Not a valid choice.")
"""What WTForms says where something else was sent than the page offers."""


def required(message: str) -> DataRequired:
    """Require an answer that shows something; the sentence says what to do."""
    return DataRequired(message)


class SignInForm(Form):
    """Name and password."""

    login = StringField(N_("Sign-in name"), [required(N_("Type your sign-in name"))])
    password = PasswordField(N_("Password"), [required(N_("Type your password"))])


class CodeForm(Form):
    """A one-time code and a new password; for the first head, a name, too."""

    code = StringField(
        N_("One-time code"),
        [required(N_("Type the code that you were given"))],
        description=N_("12 letters and digits; dashes do not matter."),
    )
    login = StringField(
        N_("Sign-in name"),
        description=N_("A short word in small letters, such as sri. Only for the first account."),
    )
    name = StringField(N_("Your name"), description=N_("As others call you, such as Bu Sri."))
    password = PasswordField(
        N_("New password"),
        [required(N_("Type a new password"))],
        description=N_("At least 10 characters. Three or four words in a row are easy to keep in mind."),
    )


class PasswordForm(Form):
    """Another password."""

    old = PasswordField(N_("Password until now"), [required(N_("Type your password"))])
    new = PasswordField(
        N_("New password"),
        [required(N_("Type a new password"))],
        description=N_("At least 10 characters. Three or four words in a row are easy to keep in mind."),
    )


class InvitationForm(Form):
    """A new account."""

    name = StringField(N_("Name"), [required(N_("Type the name"))], description=N_("Such as Bu Sri."))
    login = StringField(
        N_("Sign-in name"),
        [required(N_("Type a sign-in name"))],
        description=N_("A short word in small letters. The ledger names people by it, for ever."),
    )
    role = RadioField(N_("What may this person do?"), [required(N_("Choose what this person may do"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(key, label) for key, label in ROLES.items()]
        self.hints = DUTIES


class DecisionForm(Form):
    """What a person decides about two designs."""

    verdict = RadioField(
        N_("Do the two pictures show one design?"),
        [required(N_("Choose one of the four answers"))],
        choices=[
            ("confirm", N_("Yes, it is the same design")),
            ("reject", N_("No, it is another design")),
            ("label", N_("Another design; only a label or a shop's mark is the same")),
            ("classic", N_("It is a classic, which belongs to everybody")),
        ],
    )
    reason = TextAreaField(
        N_("Why?"),
        [required(N_("Write why you decide so")), Length(max=NOTE_MAX, message=N_("Shorten the reason"))],
        description=N_("What you see on both cloths. It stays in the ledger, with your name."),
    )


class TitleForm(Form):
    """What the design is called."""

    title = StringField(
        N_("What is the motif called?"),
        [required(N_("Type the name of the motif")), Length(max=TITLE_MAX, message=N_("Shorten the name"))],
        description=N_("As its maker calls it. It may be changed later."),
    )

    def validate_title(self, field: Any) -> None:
        """Refuse a name that shows nothing."""
        try:
            clean_title(field.data)
        except ParameterError as error:
            raise ValidationError(message_of(error)) from error


class MakerForm(Form):
    """Who made the design, and whether the name may be told."""

    maker = StringField(
        N_("Who made it?"),
        [Length(max=TITLE_MAX, message=N_("Shorten the name"))],
        description=N_("A person or a group. Leave it empty if the maker does not want to be written down."),
    )
    may_be_named = RadioField(
        N_("May we tell others this name?"),
        choices=[("yes", N_("Yes: the maker agrees that pages and reports name them")), ("no", N_("No"))],
        default="no",
        description=N_("Ask the maker, in words they understand. They may change their mind at any time."),
    )


class PlaceForm(Form):
    """Where the design comes from."""

    origin_village = StringField(N_("Village"), [Length(max=TITLE_MAX, message=N_("Shorten the name"))])
    origin_regency_city = StringField(
        N_("Regency or city"), [Length(max=TITLE_MAX, message=N_("Shorten the name"))]
    )


class TechniqueForm(Form):
    """How the cloth was made."""

    technique = RadioField(N_("How was the cloth made?"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(key, term.label()) for key, term in terms("techniques").items() if term.verified]
        self.technique.choices = [*known, ("", N_("Not known"))]


class AnnouncedForm(Form):
    """When the design was first announced."""

    day = StringField(N_("Day"))
    month = StringField(N_("Month"))
    year = StringField(N_("Year"))

    def date(self) -> str:
        """Return what was typed, as precisely as it is known; empty if nothing."""
        year, month, day = (str(part.data or "").strip() for part in (self.year, self.month, self.day))
        return "-".join(part.zfill(2) for part in (year, month, day) if part)

    def validate_year(self, field: Any) -> None:
        """Refuse what is no day, month or year, and what is still to come."""
        year, month, day = (str(part.data or "").strip() for part in (self.year, self.month, self.day))
        if not (year or month or day):
            return
        message = N_("Type a date that has been, such as day 17, month 5, year 2024; a year alone will do")
        if not (year.isdigit() and len(year) == 4) or (day and not month):
            raise ValidationError(message)
        try:
            PastDay().parse(self.date(), "date")
        except ParameterError as error:
            raise ValidationError(message) from error


class StoryForm(Form):
    """What the design tells."""

    story = TextAreaField(
        N_("What does the motif show, and what does it mean?"),
        [Length(max=NOTE_MAX, message=N_("Shorten the text"))],
        description=N_("In the maker's own words. You may leave it empty."),
    )

    def validate_story(self, field: Any) -> None:
        """Refuse text that cannot be kept."""
        try:
            clean_note(field.data or "")
        except ParameterError as error:
            raise ValidationError(message_of(error)) from error


class AccessForm(Form):
    """Who may see the design."""

    access_class = RadioField(
        N_("Who may see this motif?"),
        [required(N_("Choose who may see it"))],
        choices=[
            ("terbuka", N_("Everybody who signs in here (terbuka)")),
            ("dipegang_teguh", N_("Only the office (dipegang teguh)")),
            ("sakral", N_("Only the office, because it is sacred (sakral)")),
            ("rahasia", N_("Only head and auditor, because it is secret (rahasia)")),
        ],
        description=N_("Ask the maker or the community. The file on this computer is not protected by it."),
    )


def errors_of(form: Form) -> Sequence[tuple[str, str]]:
    """Return what is wrong with a form: name of the field and sentence, in the order of the fields.

    Parameters
    ----------
    form : Form

    Returns
    -------
    sequence of (str, str)
    """
    return [(field.name, str_or_sentence(field.errors[0])) for field in form if field.errors]


def str_or_sentence(error: object) -> str:
    """Return an error as the sentence that can be translated."""
    return error if isinstance(error, str) else str(error)
