"""What people fill in to come in, to organize, and to say how they want things."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone
from domain.models import Area, Domain
from domain.refusal import Refused
from members import founding, joining
from members.models import Member, Membership
from members.models.membership import MOST_ROOM

#: Nobody is asked twice: what was said on signing up is not asked on joining.
QUESTIONS = ("why", "areas", "hours")

#: One area gives the map no sides; more than eight leave no room between them.
FEWEST_AREAS, MOST_AREAS, LONGEST_AREA = 2, 8, 60


def questions_for(domain: Domain) -> dict[str, forms.Field]:
    """The three questions asked of whoever joins; none has to be answered."""
    return {
        "why": forms.CharField(
            label=_("Why do you care about this?"),
            help_text=_("One sentence in your own words. Members can read it."),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        "areas": forms.ModelMultipleChoiceField(
            label=_("What do you like doing?"),
            queryset=domain.areas.order_by("place", "pk"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
        "hours": forms.ChoiceField(
            label=_("How much time do you have?"),
            choices=Membership.Hours.choices,
            required=False,
            widget=forms.RadioSelect,
        ),
    }


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """An account and, on the way into an open community, a place there: one step."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("What people here will call you."),
        max_length=80,
        error_messages={"required": _("Say what people here may call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # allauth gives its forms no request, and keeps it here.
        request = context.request
        self.taking = request.session.get("taking_title", "")
        self.domain = _community_asked_for(request)
        if self.domain:
            self.fields |= questions_for(self.domain)
        self.fields["email"].error_messages["required"] = _(
            "Say where mail reaches you."
        )
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "Ten characters or more. A few words in a row are easy to keep in mind."
            )
            self.fields["password1"].error_messages["required"] = _(
                "Choose a password."
            )

    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in QUESTIONS if name in self.fields]

    def signup(self, request: HttpRequest, user: Member) -> None:
        """Called by allauth once the account is there."""
        if self.domain is None:
            return
        try:
            joining.join(
                domain=self.domain,
                member=user,
                at=timezone.now(),
                **{name: self.cleaned_data[name] for name in QUESTIONS},
            )
        except Refused:
            # It stopped being open while they typed. They have their account, and
            # the community's own page says how to come in.
            return


class JoinForm(forms.Form):
    """The three questions, when somebody with an account joins an open community."""

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= questions_for(domain)


class AskForm(forms.Form):
    why = forms.CharField(
        label=_("Why do you care about this?"),
        help_text=_("Organizers read it before they let you in."),
        max_length=500,
        error_messages={"required": _("Say in a sentence why you want to come in.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _community_asked_for(request: HttpRequest) -> Domain | None:
    """The open community that a sign-up page was reached from, if any.

    An invitation is answered on a page of its own: it may hold somebody's past, which
    whoever already has a place there could no longer take over.
    """
    given = request.POST if request.method == "POST" else request.GET
    slug = given.get("c", "")
    if not slug:
        back = urlsplit(given.get("next", ""))
        found = re.match(r"/c/([a-z0-9-]+)/", back.path)
        if found is None or "invitation" in parse_qs(back.query):
            return None
        slug = found[1]
    return Domain.objects.filter(slug=slug, joining=Domain.Joining.OPEN).first()


class FoundForm(forms.Form):
    """What a community is asked before it is anything else."""

    unprompted = forms.CharField(
        label=_("What would people here do even if nobody asked them to?"),
        help_text=_(
            "A sentence at least. A community without an answer has members and no "
            "concern, and members leave it."
        ),
        max_length=500,
        error_messages={"required": _("Say what people would do unasked.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(
        label=_("Name of the community"),
        max_length=80,
        error_messages={"required": _("Give the community a name.")},
    )
    concern = forms.CharField(
        label=_("What we care about"),
        help_text=_("One or two sentences, as you would say it to a stranger."),
        max_length=1000,
        error_messages={"required": _("Say what the community cares about.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    stakes = forms.CharField(
        label=_("What goes wrong in the world if nobody does"),
        max_length=1000,
        error_messages={"required": _("Say what goes wrong if nobody cares.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    served = forms.CharField(
        label=_("Who is served"),
        max_length=1000,
        error_messages={"required": _("Say who relies on what you make.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    areas = forms.CharField(
        label=_("Areas of the practice"),
        help_text=_("One a line, two to eight of them. They can change later."),
        error_messages={"required": _("Name two areas or more.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    visibility = forms.ChoiceField(
        label=_("Who can read it"),
        choices=Domain.Visibility.choices,
        initial=Domain.Visibility.PUBLIC,
        widget=forms.RadioSelect,
    )
    joining = forms.ChoiceField(
        label=_("Who can join"),
        choices=Domain.Joining.choices,
        initial=Domain.Joining.OPEN,
        widget=forms.RadioSelect,
    )

    def clean_unprompted(self) -> str:
        said: str = self.cleaned_data["unprompted"]
        if not founding.says_enough(said):
            raise forms.ValidationError(
                _("Say it in a sentence: who would do what, unasked?")
            )
        return said

    def clean_areas(self) -> list[str]:
        lines = (
            line.strip(" \t,;-•") for line in self.cleaned_data["areas"].split("\n")
        )
        names = list(dict.fromkeys(line for line in lines if line))
        if not FEWEST_AREAS <= len(names) <= MOST_AREAS:
            raise forms.ValidationError(
                _("Name two to eight areas, one a line: they give the map its sides.")
            )
        if any(len(name) > LONGEST_AREA for name in names):
            raise forms.ValidationError(_("Keep each area to sixty characters."))
        return names


class DomainForm(forms.ModelForm[Domain]):
    class Meta:
        model = Domain
        fields = (
            "name",
            "concern",
            "stakes",
            "served",
            "language",
            "visibility",
            "joining",
        )
        widgets = {
            "concern": forms.Textarea(attrs={"rows": 3}),
            "stakes": forms.Textarea(attrs={"rows": 2}),
            "served": forms.Textarea(attrs={"rows": 2}),
            "visibility": forms.RadioSelect,
            "joining": forms.RadioSelect,
        }
        labels = {
            "name": _("Name of the community"),
            "concern": _("What we care about"),
            "stakes": _("What goes wrong in the world if nobody does"),
            "served": _("Who is served"),
            "language": _("What you write in"),
            "visibility": _("Who can read it"),
            "joining": _("Who can join"),
        }
        help_texts = dict.fromkeys(("concern", "stakes", "served"), "") | {
            "language": _("Search finds words in all their forms in this language.")
        }


class ZonesForm(forms.Form):
    """Four names and four promises, from the edge inward."""

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for zone in Zone:
            self.fields[f"name_{zone}"] = forms.CharField(
                label=_("Name"),
                max_length=30,
                initial=domain.zone_name(zone),
                error_messages={"required": _("Give every zone a name.")},
            )
            self.fields[f"promise_{zone}"] = forms.CharField(
                label=_("What it opens, in words"),
                max_length=500,
                initial=domain.zone_promises[zone - 1],
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": _("Say what every zone opens.")},
            )

    def names(self) -> list[str]:
        return [self.cleaned_data[f"name_{zone}"] for zone in Zone]

    def promises(self) -> list[str]:
        return [self.cleaned_data[f"promise_{zone}"] for zone in Zone]

    def by_zone(self) -> list[tuple[Zone, forms.BoundField, forms.BoundField]]:
        return [(zone, self[f"name_{zone}"], self[f"promise_{zone}"]) for zone in Zone]


class SeatsForm(forms.Form):
    claim_days = forms.IntegerField(
        label=_("Days a seat is held"),
        help_text=_("Every note in the log starts them anew."),
        min_value=1,
        max_value=90,
    )
    review_minutes = forms.IntegerField(
        label=_("Minutes a review is held"),
        help_text=_("Others wait meanwhile. The reviewer can keep it longer."),
        min_value=15,
        max_value=1440,
    )
    hold_minutes = forms.IntegerField(
        label=_("Minutes a visitor’s seat is held"),
        help_text=_("From pressing Claim to having an account."),
        min_value=5,
        max_value=60,
    )

    @classmethod
    def of(cls, domain: Domain) -> "SeatsForm":
        return cls(
            initial={
                "claim_days": domain.claim_window.days,
                "review_minutes": domain.review_window // timedelta(minutes=1),
                "hold_minutes": domain.hold_window // timedelta(minutes=1),
            }
        )

    def windows(self) -> dict[str, timedelta]:
        given = self.cleaned_data
        return {
            "claim_window": timedelta(days=given["claim_days"]),
            "review_window": timedelta(minutes=given["review_minutes"]),
            "hold_window": timedelta(minutes=given["hold_minutes"]),
        }


class AgentsForm(forms.Form):
    """The community's rule for agents."""

    agents = forms.ChoiceField(
        label=_("How far in agents take work"),
        help_text=_("They come in at the edge and move inward as people do."),
        choices=Domain.Agents.choices,
        widget=forms.RadioSelect,
    )
    most_agents = forms.IntegerField(
        label=_("As many agents at most"),
        help_text=_("What each of them hands in, somebody here reads."),
        min_value=0,
        max_value=1000,
    )
    areas = forms.ModelMultipleChoiceField(
        label=_("Areas in which they take tasks"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.fields["areas"]
        if isinstance(areas, forms.ModelMultipleChoiceField):
            areas.queryset = domain.areas.order_by("place", "pk")
            areas.initial = areas.queryset.filter(agents_welcome=True)
        self.fields["agents"].initial = domain.agents
        self.fields["most_agents"].initial = domain.most_agents


class AreaForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the area"),
        max_length=60,
        error_messages={"required": _("Give the area a name.")},
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("For whom"),
        help_text=_("Their address, so that you know later whose link it was."),
        required=False,
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("It stays in the log of what organizers do."),
        max_length=500,
        error_messages={"required": _("Give a reason. It is kept.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LineForm(forms.Form):
    """Why a line of the ledger is wrong, or why it stands: both sides read it."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Both sides of the line read it, and so do organizers."),
        max_length=500,
        error_messages={"required": _("Say why: both sides read it.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class KnownCircleForm(forms.Form):
    """Why some members mostly recognise each other: they read it themselves."""

    reason = forms.CharField(
        label=_("What do they work on together?"),
        help_text=_("They read it, and it stands in the log of organizers."),
        max_length=500,
        error_messages={"required": _("Say why: they read it.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RulingForm(ReasonForm):
    """A zone, for a while and for a reason that everybody here can read."""

    zone = forms.TypedChoiceField(label=_("Zone"), coerce=lambda zone: Zone(int(zone)))

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["zone"]
        if isinstance(zone, forms.TypedChoiceField):
            zone.choices = [(one.value, domain.zone_name(one)) for one in Zone]


class SettingsForm(forms.ModelForm[Member]):
    class Meta:
        model = Member
        fields = ("name", "look", "keys_on", "mail")
        widgets = {"look": forms.RadioSelect, "mail": forms.RadioSelect}
        labels = {
            "name": _("Name"),
            "look": _("Look"),
            "keys_on": _("Keys move you around"),
            "mail": _("Mail"),
        }
        help_texts = {
            "name": _("What people call you, in every community here."),
            "keys_on": _("For example g then t for the tasks. Press ? to see all."),
        }


_ROOM = (
    (0, _("None for now")),
    *((number, str(number)) for number in range(1, MOST_ROOM + 1)),
)


class WordForm(forms.Form):
    """A word to whoever one walks with."""

    words = forms.CharField(
        label=_("A word"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a line first.")},
    )


class PlaceForm(forms.ModelForm[Membership]):
    """How one takes part in one community."""

    room = forms.TypedChoiceField(
        label=_("How many newcomers you walk in"),
        help_text=_(
            "Asked of you once you are Inbound or further; never more at once."
        ),
        choices=_ROOM,
        coerce=int,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Membership
        fields = (
            "areas",
            "hours",
            "room",
            "trajectory_sight",
            "away_until",
            "wants_report",
        )
        widgets = {
            "areas": forms.CheckboxSelectMultiple,
            "hours": forms.RadioSelect,
            "trajectory_sight": forms.RadioSelect,
            "away_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "areas": _("What you like doing"),
            "hours": _("How much time you have"),
            "trajectory_sight": _("Who sees how you moved"),
            "away_until": _("Away until"),
            "wants_report": _("Mail me how this community is, on Mondays"),
        }
        help_texts = {
            "trajectory_sight": _(
                "Your zone is on the map for everybody who can read this community."
            ),
            "away_until": _(
                "Nobody asks you for anything until then. Leave it empty to be here."
            ),
            "wants_report": _(
                "For organizers: three questions, moves for the week, and what came of "
                "earlier ones."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.fields["areas"]
        if isinstance(areas, forms.ModelMultipleChoiceField):
            areas.queryset = self.instance.domain.areas.order_by("place", "pk")
        hours = self.fields["hours"]
        if isinstance(hours, forms.TypedChoiceField):
            hours.choices = Membership.Hours.choices
        self.fields["hours"].required = False
        if not self.instance.is_organizer:
            del self.fields["wants_report"]
