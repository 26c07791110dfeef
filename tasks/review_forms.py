"""What people fill in to hand work in, and to say what others' work is worth."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from domain.refusal import Refusal
from members.models import Membership
from tasks import attaching, drawing, legitimacy_of_review, review_queue, submitting
from tasks.models import Attachment, Point, Submission, Verdict
from tasks.uploads import FilesField

#: Rows for changes a review asks for: beyond these the task wants describing again.
MOST_POINTS = 6
#: Rows shown beyond those filled in.
SPARE_POINTS = 2

LONGEST_TEXT = 20_000


class HandInForm(forms.Form):
    """What was made, how, and what the author is not sure of."""

    body = forms.CharField(
        label=_("What you made"),
        help_text=_("Write it, or say what the link or the file holds."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    links = forms.CharField(
        label=_("Links"),
        help_text=_("One a line, where the work lives elsewhere."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    attachments = FilesField(label=_("Files"), required=False)
    narration = forms.CharField(
        label=_("How you went about it"),
        help_text=_("What you looked at and why. Link what you used: [[its name]]."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    unsure = forms.CharField(
        label=_("Anything you are not sure of?"),
        help_text=_(
            "Saying so is part of good work: it is where reviewers look first."
        ),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, points: Iterable[Point] = (), kept: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points, self.kept = list(points), kept
        self.fields["attachments"].help_text = _(
            "%(most)d at most, 10 MB each. They are kept once the work is handed in."
        ) % {"most": attaching.MOST_FILES}
        for point in self.points:
            self.fields[f"answer_{point.pk}"] = forms.CharField(
                label=_("What you did about change %(number)s")
                % {"number": point.number},
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={
                    "required": _("Say what you did about change %(number)s.")
                    % {"number": point.number}
                },
            )

    def answer_fields(self) -> list[tuple[Point, forms.BoundField]]:
        return [(point, self[f"answer_{point.pk}"]) for point in self.points]

    def clean_links(self) -> list[str]:
        links: list[str] = self.cleaned_data["links"].split()
        check = URLValidator(schemes=["http", "https"])
        for link in links:
            try:
                check(link)
            except forms.ValidationError:
                raise forms.ValidationError(
                    _("%(link)s is not a whole address. It starts with https://."),
                    params={"link": link[:80]},
                ) from None
            if len(link) > 300:  # noqa: PLR2004 - as long as the column
                raise forms.ValidationError(_("A link is longer than 300 characters."))
        return links

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors:
            refusal = submitting.refusal_of_content(
                body=given["body"],
                links=given["links"],
                files=given["attachments"],
                kept=self.kept,
            )
            if refusal:
                field = {"too_many_links": "links", "nothing_made": "body"}
                self.add_error(
                    field.get(refusal.code, "attachments"), _sentences(refusal)
                )
        return given

    def work(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "files": given["attachments"],
            **{name: given[name] for name in ("body", "links", "narration", "unsure")},
        }

    def answers(self) -> dict[int, str]:
        return {
            point.pk: self.cleaned_data[f"answer_{point.pk}"] for point in self.points
        }


class EditForm(HandInForm):
    """What was handed in, while nobody has judged it; its files can be dropped."""

    drop = forms.ModelMultipleChoiceField[Attachment](
        label=_("Take out"),
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission
        files = self.fields["drop"]
        if isinstance(files, forms.ModelMultipleChoiceField):
            files.queryset = submission.attachments.order_by("pk")

    def clean_drop(self) -> list[int]:
        dropped = [attachment.pk for attachment in self.cleaned_data["drop"]]
        self.kept = self.submission.attachments.exclude(pk__in=dropped).count()
        return dropped


class ReviewForm(forms.Form):
    """What works, whether it can be used, and what would make it usable."""

    works = forms.CharField(
        label=_("What works, and how you can tell"),
        max_length=4000,
        error_messages={
            "required": _("Say what works, and how you can tell: point at the thing.")
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    verdict = forms.ChoiceField(
        label=_("Can it be used?"),
        choices=Verdict.choices,
        error_messages={"required": _("Choose whether it can be used.")},
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What help it took, or why it is not wanted"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    looked_at = forms.CharField(
        label=_("What you looked at, in order"),
        help_text=_(
            "This is how newcomers learn to judge. It can become a story in the"
            " repertoire."
        ),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, points: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows_named = self.add_prefix("point")
        given = self.data.getlist(rows_named) if hasattr(self.data, "getlist") else ()
        said = [text for text in given or points if text.strip()]
        rows = min(max(len(said) + 1, SPARE_POINTS), MOST_POINTS)
        self.point_rows = [*said[:MOST_POINTS], *[""] * (rows - len(said))]
        self.points_error = ""

    def words(self) -> dict[str, Any]:
        """What was typed, whether or not it will do: for the deed and for the draft."""
        typed = {
            name: self.data.get(self.add_prefix(name), "")
            for name in ("verdict", "works", "reason", "looked_at")
        }
        return {
            **typed,
            "version": self.cleaned_data.get("version") or 0,
            "points": [text for text in self.point_rows if text],
        }

    @property
    def anchors(self) -> dict[str, str]:
        """Where the rows are that an error of the whole form is about."""
        first = f"{self.add_prefix('point')}_1"
        return {self.points_error: first} if self.points_error else {}

    def is_begun(self) -> bool:
        """Whether anything was typed or chosen."""
        return any(value for name, value in self.words().items() if name != "version")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        words = self.words()
        lacks = legitimacy_of_review.refusals_of_verdict(
            verdict=words["verdict"],
            works=words["works"],
            points=words["points"],
            reason=words["reason"],
        )
        for refusal in lacks:
            if refusal.code == "points":
                self.points_error = refusal.sentence
            elif refusal.code not in self.errors:
                self.add_error(refusal.code, refusal.sentence)
        if self.points_error:
            self.add_error(None, self.points_error)
        return given


class FirstLookForm(forms.Form):
    works = forms.CharField(
        label=_("What you see, and how you can tell"),
        help_text=_("Point at the thing. There is no verdict in a first look."),
        min_length=legitimacy_of_review.SHORTEST_PRAISE,
        max_length=4000,
        error_messages={
            "required": _("Say what you see: point at the thing."),
            "min_length": _("Say what you see: point at the thing."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    looked_at = forms.CharField(
        label=_("What you looked at, in order"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SkipForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is not for you"),
        help_text=_("Such as: I know them well. It goes to somebody else."),
        min_length=drawing.SHORTEST_REASON,
        max_length=300,
        error_messages={
            "required": _("Say why, in a few words, so that others can help."),
            "min_length": _("Say why, in a few words, so that others can help."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RereadForm(forms.Form):
    """What somebody sees who does not know what was said."""

    words = forms.CharField(
        label=_("What you see, and how you can tell"),
        help_text=_("The first reader gets to read it once both are in."),
        min_length=legitimacy_of_review.SHORTEST_PRAISE,
        max_length=4000,
        error_messages={
            "required": _("Say what you see: point at the thing."),
            "min_length": _("Say what you see: point at the thing."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    verdict = forms.ChoiceField(
        label=_("Could it be used, as it stands here?"),
        choices=Verdict.choices,
        error_messages={"required": _("Choose whether it can be used.")},
        widget=forms.RadioSelect,
    )


class RoomForm(forms.ModelForm[Membership]):
    """How much one reviews here, and how long one mostly has."""

    review_minutes = forms.TypedChoiceField(
        label=_("I mostly have"),
        coerce=int,
        choices=[
            (
                minutes,
                _("%(minutes)d minutes") % {"minutes": minutes}
                if minutes
                else _("more"),
            )
            for minutes in review_queue.TIMES
        ],
    )

    class Meta:
        model = Membership
        fields = ("capacity", "review_minutes")
        labels = {"capacity": _("Capacity")}


def _sentences(refusal: Refusal) -> str:
    return f"{refusal.sentence} {refusal.opens}".strip()
