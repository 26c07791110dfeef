"""What members type about tasks."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domain.centrality import Centrality, Consequence, Reliance, derive
from domain.models import Area, Domain
from tasks import attaching
from tasks.models import Task
from tasks.proposing import Need, Piece
from tasks.uploads import FilesField, FilesInput

#: A day of a lease is the least that lets people sleep over what they do.
LONGEST_WINDOW = 90
MOST_SEATS = 50
LONGEST_TITLE = 80


class TaskForm(forms.Form):
    """What is needed, for whom, and the two questions that place it."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("What to do, in one line: “Check 12 photo labels”."),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Say in one line what is to be done.")},
    )
    beneficiary = forms.CharField(
        label=_("Who needs this?"),
        help_text=_("A person or a group who relies on the result."),
        max_length=120,
        error_messages={
            "required": _(
                "Who needs this? If nobody does, it is practice, and people can tell."
            )
        },
    )
    use = forms.CharField(
        label=_("What will they use it for?"),
        help_text=_(
            "Shown under the title: “Goes on the map people use to find paths”."
        ),
        max_length=200,
        error_messages={"required": _("Say what the result is used for.")},
    )
    brief = forms.CharField(
        label=_("What is needed"),
        help_text=_("What to do and where to start. You can use Markdown."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Say what is needed.")},
    )
    done_means = forms.CharField(
        label=_("Done means"),
        help_text=_("How anyone can tell that it is finished."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    if_wrong = forms.CharField(
        label=_("If it goes wrong"),
        help_text=_("What happens then, and how it is put right."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=Area.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the area it belongs to.")},
    )
    consequence = forms.TypedChoiceField(
        label=_("What happens if it is done badly?"),
        choices=Consequence.choices,
        coerce=lambda value: Consequence(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    reliance = forms.TypedChoiceField(
        label=_("How many rely on it?"),
        choices=Reliance.choices,
        coerce=lambda value: Reliance(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    effort_minutes = forms.IntegerField(
        label=_("Minutes it takes"),
        help_text=_("Your honest guess: 20, or 480 for a day."),
        min_value=5,
        max_value=100 * 8 * 60,
        error_messages={"required": _("Guess how many minutes it takes.")},
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        help_text=_("How many can work on it, each on their own part."),
        min_value=1,
        max_value=MOST_SEATS,
        initial=1,
    )
    observer_seats = forms.IntegerField(
        label=_("Observer seats"),
        help_text=_("How many may watch it being done."),
        min_value=0,
        max_value=MOST_SEATS,
        initial=3,
    )
    claim_days = forms.IntegerField(
        label=_("Days a claim lasts"),
        help_text=_("Leave empty for what is usual here."),
        min_value=1,
        max_value=LONGEST_WINDOW,
        required=False,
    )
    outside_url = forms.URLField(
        label=_("Where it lives outside"),
        help_text=_("A link, if it has a place elsewhere."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    is_awaited = forms.BooleanField(
        label=_("Someone is waiting for it now"), required=False
    )
    for_newcomers = forms.BooleanField(label=_("Keep it for newcomers"), required=False)
    agents_welcome = forms.BooleanField(
        label=_("Agents may take it"), required=False, initial=True
    )
    is_practice = forms.BooleanField(
        label=_("This is practice"),
        help_text=_("Nobody relies on the result. It counts for nobody’s position."),
        required=False,
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = domain.areas.order_by("place", "pk")  # type: ignore[attr-defined]

    @property
    def derived(self) -> Centrality | None:
        """Where the two answers given so far place the task."""
        answers = [
            Consequence(int(value)) if name == "consequence" else Reliance(int(value))
            for name in ("consequence", "reliance")
            if str(value := self[name].value() or "") in {"1", "2", "3", "4"}
        ]
        if len(answers) < 2:  # noqa: PLR2004 - both are needed
            return None
        return derive(consequence=answers[0], reliance=answers[1])  # type: ignore[arg-type]

    def need(self) -> Need:
        said = dict(self.cleaned_data)
        days = said.pop("claim_days")
        return Need(claim_window=timedelta(days=days) if days else None, **said)

    @staticmethod
    def about(task: Task) -> dict[str, Any]:
        """What the form shows of a task that is there already."""
        names = set(Need.__slots__) - {"claim_window"}
        return {
            **{name: getattr(task, name) for name in names},
            "claim_days": task.claim_window.days if task.claim_window else None,
        }


class NewTaskForm(TaskForm):
    """A task as it is raised: it may come in parts."""

    parts = forms.CharField(
        label=_("Parts"),
        help_text=_(
            "For work that needs several areas at once. One part a line: its area, a"
            " colon, what to do. Each has a holder, who teaches it to the others; the"
            " whole is handed in and reviewed as one."
        ),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_parts(self) -> list[Piece]:
        areas = {area.name.casefold(): area for area in self.fields["area"].queryset}  # type: ignore[attr-defined]
        pieces = []
        for line in filter(
            None, map(str.strip, self.cleaned_data["parts"].split("\n"))
        ):
            name, _colon, title = line.partition(":")
            area, title = areas.get(name.strip().casefold()), title.strip()
            if area is None or not title:
                raise forms.ValidationError(
                    _("Begin “%(line)s” with an area of this community and a colon."),
                    params={"line": line},
                )
            if len(title) > LONGEST_TITLE:
                raise forms.ValidationError(
                    _("Say “%(line)s” in fewer words."), params={"line": line}
                )
            pieces.append(Piece(title=title, area=area))
        return pieces

    def need(self) -> Need:
        said = {**self.cleaned_data}
        said.pop("parts")
        days = said.pop("claim_days")
        return Need(claim_window=timedelta(days=days) if days else None, **said)


class OverrideForm(forms.Form):
    centrality = forms.TypedChoiceField(
        label=_("Where it belongs"),
        coerce=lambda value: Centrality(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Others read this beside the task."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a sentence others can read.")},
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centrality"].choices = [  # type: ignore[attr-defined]
            (centrality.value, domain.zone_name(centrality))
            for centrality in Centrality
        ]


class WithdrawForm(forms.Form):
    ending = forms.ChoiceField(
        label=_("How does it end?"),
        widget=forms.RadioSelect,
        choices=[
            (ending.value, ending.label)
            for ending in Task.Ending
            if ending != Task.Ending.DONE
        ],
        error_messages={"required": _("Choose one of the three.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Whoever reads the task later starts from this."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why, in a sentence others can read.")},
    )


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("What are you looking at, and what do you make of it?"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a line first.")},
    )


class LogForm(NoteForm):
    """A note of whoever does the task: it may show pictures."""

    pictures = FilesField(
        label=_("Pictures"),
        required=False,
        help_text=_("JPEG, PNG or WebP. Where they were taken is left out."),
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    words = forms.CharField(
        label=_("What they show"),
        max_length=200,
        required=False,
        widget=forms.TextInput,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        pictures, words = given.get("pictures") or [], given.get("words", "")
        if refusal := attaching.refusal_to_show(pictures, words=words):
            field = "words" if refusal.code == "no_words" else "pictures"
            self.add_error(field, f"{refusal.sentence} {refusal.opens}")
        return given


class StretchForm(forms.Form):
    first = forms.IntegerField()
    last = forms.IntegerField()
    why = forms.CharField(max_length=200, required=False)


class QuestionForm(NoteForm):
    about = forms.IntegerField(widget=forms.HiddenInput)


class AskForm(forms.Form):
    """A question to whoever holds a seat, or has done the task from it."""

    claim = forms.IntegerField(min_value=1, max_value=2**62)
    body = forms.CharField(
        label=_("Your question"),
        max_length=2_000,
        error_messages={"required": _("Write a line first.")},
    )


class AnswerForm(forms.Form):
    body = forms.CharField(
        label=_("Your answer"),
        max_length=4_000,
        error_messages={"required": _("Write a line first.")},
    )


class ReleaseForm(forms.Form):
    words = forms.CharField(
        label=_("A word for whoever takes it next"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UsedForm(forms.Form):
    used_in = forms.CharField(
        label=_("Where did it go?"),
        help_text=_("“The autumn dataset”, or a link."),
        max_length=200,
        error_messages={"required": _("Say where it went.")},
    )
