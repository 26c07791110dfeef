"""What members fill in to write and change entries."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domain import filing
from domain.models import Area, Domain
from repertoire import markup, stories
from repertoire.models import Entry
from repertoire.sections import Section
from repertoire.stories import Story
from repertoire.text import Text, Worded


class TextForm(forms.Form):
    """The text of an entry, and why it is as it is now."""

    title = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    meaning = forms.CharField(
        label=_("Short meaning"),
        help_text=_("One sentence. It is what people see when they point at the word."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("Body"),
        help_text=_(
            "Markdown. [[another entry]] links to it, #12 to a task, @name to a member."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea,
    )
    aliases = forms.CharField(
        label=_("Other words for it"),
        help_text=_("Separated by commas. They lead here too."),
        max_length=1000,
        required=False,
    )
    why = forms.CharField(
        label=_("What changed, and what made you change it"),
        help_text=_("One line, for the history."),
        max_length=300,
        required=False,
    )
    task = forms.IntegerField(
        label=_("The task that prompted it"),
        help_text=_("Its number."),
        min_value=1,
        max_value=2**31,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Give the number of a task, such as 12.")},
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if len(body) > markup.LONGEST:
            raise forms.ValidationError(str(markup.TooLong(len(body))))
        return body

    def clean_task(self) -> int | None:
        return _task_here(self.domain, self.cleaned_data["task"])

    def text(self) -> Text:
        given = self.cleaned_data
        return Text(given["title"], given["meaning"], given["body"])

    def aliases_given(self) -> list[str]:
        return _names(self.cleaned_data["aliases"])


class EditForm(TextForm):
    """A change of an entry, based on the version its writer was reading."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    #: The other words for it when the form was opened.
    aliases_from = forms.CharField(required=False, widget=forms.HiddenInput)
    section: Section | None = None

    def aliases_when_opened(self) -> list[str] | None:
        if "aliases_from" not in self.data:
            return None
        return _names(self.cleaned_data["aliases_from"])


class SectionForm(EditForm):
    """A change of one section of ``of``; all around it stays as it was."""

    def __init__(self, *args: Any, section: Section, of: Worded, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # They are not asked for, and stay.
        for name in ("title", "meaning", "aliases", "aliases_from"):
            del self.fields[name]
        self.section, self.of = section, of

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        length = len(self._whole(body))
        if length > markup.LONGEST:
            raise forms.ValidationError(str(markup.TooLong(length)))
        return body

    def text(self) -> Text:
        body = self._whole(self.cleaned_data["body"])
        return Text(self.of.title, self.of.meaning, body)

    def aliases_given(self) -> list[str]:
        return []

    def aliases_when_opened(self) -> list[str]:
        return []

    def _whole(self, body: str) -> str:
        return self.section.put_back(body) if self.section else body


class NewForm(TextForm):
    """An entry nobody has written yet."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Entry.Kind,
        widget=forms.RadioSelect,
        initial=Entry.Kind.TERM,
        error_messages={"required": _("Choose one of the four.")},
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        help_text=_("The part of the practice it belongs to."),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("All of it"),
    )
    field_order = ("kind", "title", "meaning", "body", "aliases", "area", "task")

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, domain=domain, **kwargs)
        area = cast("forms.ModelChoiceField[Area]", self.fields["area"])
        area.queryset = domain.areas.order_by("place", "pk")
        del self.fields["why"]


class StoryForm(forms.Form):
    """A story, asked for one thing at a time."""

    title = forms.CharField(
        label=_("What would you call it?"),
        max_length=120,
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    meaning = forms.CharField(
        label=_("In one sentence"),
        help_text=_("What newcomers read first."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who = forms.CharField(
        label=_("Who was there?"),
        help_text=_("@name leads to a member."),
        max_length=300,
        required=False,
    )
    happened = forms.CharField(
        label=_("When did it happen?"), max_length=120, required=False
    )
    told = forms.CharField(
        label=_("What happened?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell what happened, be it in two sentences.")},
    )
    went_wrong = forms.CharField(
        label=_("What went wrong?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    taught = forms.CharField(
        label=_("What did it teach?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    touches = forms.CharField(
        label=_("Which entries and tasks does it touch?"),
        help_text=_("[[an entry]] links to it, #12 to a task."),
        max_length=1000,
        required=False,
    )
    area = forms.ModelChoiceField(
        label=_("Area"),
        help_text=_("The part of the practice it belongs to."),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("All of it"),
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = cast("forms.ModelChoiceField[Area]", self.fields["area"])
        area.queryset = domain.areas.order_by("place", "pk")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        length = len(stories.written(self._story()))
        if length > markup.LONGEST:
            self.add_error("told", str(markup.TooLong(length)))
        return given

    def text(self) -> Text:
        given = self.cleaned_data
        return Text(given["title"], given["meaning"], stories.written(self._story()))

    def _story(self) -> Story:
        return Story(
            **{name: self.cleaned_data.get(name, "") for name in stories.HEADINGS}
        )


class PictureForm(forms.Form):
    """A picture for the text that is being written."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP. Where it was taken is left out."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a picture.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    shows = forms.CharField(
        label=_("What it shows"),
        help_text=_("For those who cannot see it."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        file = given.get("picture")
        if file is None:
            return given
        refusal = filing.refusal_to_show(file, words=given.get("shows", ""))
        if refusal:
            field = "shows" if refusal.code == "no_words" else "picture"
            self.add_error(field, f"{refusal.sentence} {refusal.opens}".strip())
        return given


class AnswerForm(forms.Form):
    """The word to whoever proposed something."""

    words = forms.CharField(
        label=_("A word of thanks"),
        help_text=_("What is good about it. Needed when you take anything in."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why not, or why not all of it"),
        help_text=_("Needed for what stays out. Its author gets it back with this."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ContradictForm(forms.Form):
    """What does not hold, and which work shows it."""

    words = forms.CharField(
        label=_("What does not hold?"),
        max_length=600,
        error_messages={"required": _("Say what does not hold.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    task = forms.IntegerField(
        label=_("The task that shows it"),
        help_text=_("Its number."),
        min_value=1,
        max_value=2**31,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Give the number of a task, such as 12.")},
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain = domain

    def clean_task(self) -> int | None:
        return _task_here(self.domain, self.cleaned_data["task"])


class OvertakeForm(forms.Form):
    """Which entry says it better."""

    by = forms.CharField(
        label=_("The entry that says it better"),
        help_text=_("Its name, as it stands on its page."),
        max_length=200,
        error_messages={"required": _("Name the other entry.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry

    def clean_by(self) -> Entry:
        name = " ".join(self.cleaned_data["by"].split())
        found = list(
            Entry.objects.living()
            .filter(domain=self.entry.domain_id)
            .filter(Q(title__iexact=name) | Q(slug=name.casefold()))
            .exclude(pk=self.entry.pk)
            .order_by("pk")[:2]
        )
        if not found:
            raise forms.ValidationError(_("There is no other entry of this name."))
        if len(found) > 1:
            raise forms.ValidationError(
                _("Two entries have this name. Give the end of its address instead.")
            )
        return found[0]


def _task_here(domain: Domain, number: int | None) -> int | None:
    if number and not domain.tasks.filter(pk=number).exists():
        raise forms.ValidationError(_("There is no task with this number here."))
    return number


def _names(typed: str) -> list[str]:
    return [" ".join(name.split()) for name in typed.split(",") if name.strip()]
