from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cop.health import baseline
from domain.models import Domain
from members import asking
from members.models import PulsePlan
from members.models.pulse import Question, Said

#: A line a person; ten times as long as the longest table has any use for.
LARGEST_TABLE = 4 * 1024 * 1024


@cache
def _time_zones() -> list[tuple[str, str]]:
    """Those with a place in their name, which is how people know theirs."""
    names = sorted(name for name in available_timezones() if "/" in name)
    return [(name, name.replace("_", " ")) for name in ("UTC", *names)]


class BaselineForm(forms.Form):
    name = forms.CharField(
        label=_("Who they were, and at what"),
        max_length=120,
        help_text=_("For example: transcribing alone, before there was a community."),
        error_messages={"required": _("Say who they were.")},
    )
    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV with the columns start, reached (yes or no) and when."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )

    def clean_table(self) -> list[baseline.Row]:
        file: UploadedFile[Any] = self.cleaned_data["table"]
        if (file.size or 0) > LARGEST_TABLE:
            raise forms.ValidationError(_("The file is larger than 4 MB."))
        try:
            return baseline.read(file.read().decode())
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("This is no text in UTF-8. Save the table as CSV in UTF-8.")
            ) from None
        except baseline.Unreadable as wrong:
            raise forms.ValidationError(wrong.troubles) from None


class SharingForm(forms.Form):
    summary_is_public = forms.BooleanField(
        label=_("Everybody reads one paragraph on how this community is"),
        required=False,
        help_text=_("On its front page for visitors, and on the page about it."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The report is mailed on Mondays at seven, by this clock."),
        choices=_time_zones,
    )

    @classmethod
    def of(cls, domain: Domain) -> "SharingForm":
        return cls(
            initial={
                "summary_is_public": domain.summary_is_public,
                "time_zone": domain.time_zone,
            }
        )


class AnswerForm(forms.Form):
    said = forms.ChoiceField(
        label=_("Your answer"),
        choices=Said.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes, no or not sure.")},
    )
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=asking.MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Shown as you write it, apart from your answer and among those of others. "
            "Leave out what tells who you are."
        ),
    )


class PlanForm(forms.Form):
    is_asked = forms.BooleanField(
        label=_("Ask members one question each quarter"), required=False
    )
    preset = forms.ChoiceField(
        label=_("The next question"),
        choices=Question.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a question.")},
    )
    own_words = forms.CharField(
        label=_("A question of our own"),
        required=False,
        max_length=asking.LONGEST,
        help_text=_("One that can be answered with yes or no."),
        widget=forms.TextInput,
    )

    @classmethod
    def of(cls, plan: PulsePlan) -> "PlanForm":
        return cls(
            initial={
                "is_asked": plan.is_asked,
                "preset": plan.preset,
                "own_words": plan.own_words,
            }
        )

    def clean(self) -> dict[str, Any] | None:
        told = super().clean()
        if (
            self.cleaned_data.get("preset") == Question.OWN
            and len(self.cleaned_data.get("own_words", "").strip()) < asking.SHORTEST
        ):
            self.add_error("own_words", _("Write a question of 10 to 160 characters."))
        return told
