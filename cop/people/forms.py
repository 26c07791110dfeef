"""What people fill in about agents they answer for, tokens and webhooks."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models import Agent, Member, Scope

#: In days; the second is what a token has unless somebody says otherwise.
LASTING = (
    (7, _("A week")),
    (90, _("Three months")),
    (366, _("A year")),
)


LIMITS = ("seats", "calls_a_minute", "most_returned")


class RegisterForm(forms.Form):
    """Who an agent is to others: it is on its profile, for everybody to read."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_(
            "What people will call it. It always stands with the word “agent”."
        ),
        max_length=80,
        error_messages={"required": _("Give the agent a name.")},
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        help_text=_("One sentence. Organizers read it before they let it in."),
        max_length=300,
        error_messages={"required": _("Say what the agent is for.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    runs_on = forms.CharField(
        label=_("What runs it"),
        help_text=_("A script, or a model and the program around it, in your words."),
        max_length=120,
        error_messages={"required": _("Say what runs the agent.")},
    )
    contact = forms.CharField(
        label=_("Where to reach you about it"),
        help_text=_("An address or a page. Members can read it."),
        max_length=200,
        error_messages={"required": _("Say where people reach you about it.")},
    )


class DescribeForm(RegisterForm):
    """The same anew, and how far its sponsor lets it go."""

    seats = forms.IntegerField(
        label=_("Tasks at once"),
        help_text=_("In all communities together, one to five."),
        min_value=1,
        max_value=5,
    )
    calls_a_minute = forms.IntegerField(
        label=_("Calls a minute"),
        help_text=_("Up to 120, which you and all your agents share."),
        min_value=1,
        max_value=120,
    )
    most_returned = forms.IntegerField(
        label=_("Pause after so many “Needs changes” in a row"),
        help_text=_("One to ten. You are told, and let it go on when you have looked."),
        min_value=1,
        max_value=10,
    )

    @classmethod
    def of(cls, agent: Agent) -> "DescribeForm":
        names = ("purpose", "runs_on", "contact", *LIMITS)
        return cls(
            initial={
                "name": agent.member.name,
                **{name: getattr(agent, name) for name in names},
            }
        )


class BringForm(forms.Form):
    why = forms.CharField(
        label=_("What would it do there?"),
        help_text=_("Organizers read it before they let it in."),
        max_length=500,
        error_messages={"required": _("Say what it would do there.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("So that you know later which one to revoke."),
        max_length=60,
        error_messages={"required": _("Say what the token is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        help_text=_("None opens settings, duties or other accounts."),
        choices=Scope.choices,
        initial=[Scope.READ, Scope.WORK],
        error_messages={"required": _("Say what the token may do.")},
        widget=forms.CheckboxSelectMultiple,
    )
    community = forms.ChoiceField(
        label=_("Where"), required=False, widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(
        label=_("How long"),
        choices=LASTING,
        initial=90,
        coerce=int,
        error_messages={"required": _("Say how long it lasts.")},
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, domains: list[Domain], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._domains = {domain.slug: domain for domain in domains}
        community = self.fields["community"]
        if isinstance(community, forms.ChoiceField):
            community.choices = [
                *((domain.slug, domain.name) for domain in domains),
                ("", _("Every community, now and later")),
            ]
        # One community unless somebody says more: what gets lost opens the less.
        community.initial = domains[0].slug if domains else ""

    def given(self) -> dict[str, Any]:
        """Return what is to be issued."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "scopes": cleaned["scopes"],
            "domain": self._domains.get(cleaned["community"]),
            "lasts": timedelta(days=cleaned["days"]),
        }


class HookForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Of a program that waits for news, as https://example.org/news."),
        max_length=500,
        error_messages={"required": _("Give the address news is to be posted to.")},
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    whose = forms.ChoiceField(label=_("Whose news"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, reader: Member, agents: list[Member], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._members = {one.handle: one for one in (reader, *agents)}
        whose = self.fields["whose"]
        if isinstance(whose, forms.ChoiceField):
            whose.choices = [
                (reader.handle, _("My own")),
                *(
                    (agent.handle, _gettext("%(name)s, agent") % {"name": agent})
                    for agent in agents
                ),
            ]
        whose.initial = reader.handle

    def member(self) -> Member:
        return self._members[self.cleaned_data["whose"]]

    def url(self) -> str:
        address: str = self.cleaned_data["address"]
        return address
