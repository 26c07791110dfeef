from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("Name"),
        help_text=_("What people here will call you."),
        max_length=80,
        error_messages={"required": _("Say what people here may call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")
