from typing import Any

from allauth.idp.oidc.forms import AuthorizationForm
from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member


class ConsentForm(AuthorizationForm):  # type: ignore[misc]
    """As which of one's agents a program acts, and what it may do."""

    agent = forms.ModelChoiceField(
        label=_("As which agent?"),
        help_text=_("It never acts as you."),
        queryset=Member.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose the agent it acts as.")},
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        sponsor = kwargs["user"]
        super().__init__(*args, **kwargs)
        agents = sponsor.agents.filter(agent__stopped_at=None).order_by("name", "pk")
        agent = self.fields["agent"]
        agent.queryset = agents
        agent.initial = agents.first()
        self.fields["scopes"].label = _("What it may do")
        self.fields["scopes"].error_messages["required"] = _(
            "Leave it something to do, or do not let it in."
        )
