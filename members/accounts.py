"""Accounts: how allauth makes a member of somebody who signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from members.models import Member


def free_handle(name: str) -> str:
    """A handle made from a name that nobody on this site goes by."""
    stem = slugify(name)[:32].strip("-") or "member"
    taken = set(
        Member.objects.filter(handle__startswith=stem).values_list("handle", flat=True)
    )
    number = 1
    handle = stem
    while handle in taken:
        number += 1
        handle = f"{stem}-{number}"
    return handle


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The address and the password do not belong together. Check both, or set "
            "a new password."
        ),
        "email_taken": _("There is an account with this address. Sign in instead."),
        "enter_current_password": _("That is not your present password."),
        "incorrect_password": _("That is not your password."),
        "incorrect_code": _("That code does not fit. It changes every half minute."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes."),
        "unverified_primary_email": _("Confirm the address first."),
        "rate_limited": _("Too many tries. Wait a little."),
    }

    def populate_username(self, request: HttpRequest, user: Member) -> None:
        # allauth would make the handle from the address, and so make it public.
        user.handle = free_handle(user.name)

    def save_user(
        self, request: HttpRequest, user: Member, form: Any, commit: bool = True
    ) -> Member:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]
