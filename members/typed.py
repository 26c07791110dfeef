"""What is typed into a form, kept while it is, and in it again until it is sent.

A draft a window, so that two of one member do not write over each other's; what the
network swallowed stays in the browser (``drafts.js``).
"""

import contextlib
import re
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from members import drafting
from members.http import MemberHttpRequest
from members.models import Draft

_WINDOW = re.compile(r"[0-9a-f]{8}")

#: As many windows as one browser remembers to have sent.
_WINDOWS_REMEMBERED = 10


class Typed:
    """What the reader types into the form ``key``: the fields called ``names``.

    Of those in ``lists`` several values are kept: boxes that are ticked.
    """

    def __init__(
        self,
        request: MemberHttpRequest,
        key: str,
        names: Iterable[str],
        *,
        lists: Collection[str] = (),
    ) -> None:
        self.request, self.key, self.names = request, key, tuple(names)
        self.lists = lists
        #: What this window calls itself, from when the form was first opened in it.
        named = request.POST.get("window", "")
        self.window = named if _WINDOW.fullmatch(named) else secrets.token_hex(4)
        self.draft: Draft | None = None
        self.recalled: Draft | None = None
        self.others: list[Draft] = []

    def recall(self, *, is_filled_in: bool = False) -> dict[str, Any]:
        """What was being typed; the latest, or the one that is asked for.

        It is kept aside from a form that ``is_filled_in`` with something to begin with.
        """
        self._take_up()
        asked = self.request.GET
        drafts = list(Draft.objects.filter(member=self.request.user).of_form(self.key))
        if drafts and "fresh" not in asked and (not is_filled_in or "draft" in asked):
            named = asked.get("draft")
            latest = drafts[0]
            self.recalled = next((d for d in drafts if str(d.pk) == named), latest)
        self.draft = self.recalled
        self.others = [draft for draft in drafts if draft != self.recalled]
        return self.recalled.fields if self.recalled else {}

    def keep(self) -> dict[str, Any]:
        """Keep what is sent so far."""
        typed = self._typed(self.request.POST)
        self.draft = drafting.keep(
            member=self.request.user,
            key=f"{self.key}:{self.window}",
            fields=typed,
            at=timezone.now(),
        )
        # It was continued here; the one it was continued from is part of it.
        self.forget()
        return typed

    def forget(self) -> None:
        """Let go of the draft the form was filled with, as it was then."""
        key, _at, moment = self.request.POST.get("recalled", "").partition("@")
        if key.rpartition(":")[0] != self.key:
            return
        with contextlib.suppress(ValueError):
            drafting.let_go(
                member=self.request.user,
                key=key,
                saved_at=datetime.fromisoformat(moment),
            )

    def arrived(self, response: HttpResponse) -> HttpResponse:
        """It is where it was going; the browser is told that it may forget it."""
        drafting.let_go(member=self.request.user, key=f"{self.key}:{self.window}")
        self.forget()
        sent = [w for w in self.request.COOKIES.get("sent", "").split(".") if w]
        response.set_cookie(
            "sent",
            ".".join([*sent, self.window][-_WINDOWS_REMEMBERED:]),
            path=reverse("domain:home", args=[self.request.domain.slug]),
            max_age=timedelta(days=30),
            samesite="Lax",
        )
        return response

    @property
    def names_of_others(self) -> list[tuple[Draft, str]]:
        return [(draft, name_of(draft)) for draft in self.others]

    @property
    def recalled_name(self) -> str:
        if self.recalled:
            return name_of(self.recalled)
        return self.request.POST.get("recalled", "")

    def _take_up(self) -> None:
        aside = drafting.take_up(
            session=self.request.session, path=self.request.get_full_path()
        )
        if aside is not None:
            drafting.keep(
                member=self.request.user,
                key=f"{self.key}:{secrets.token_hex(4)}",
                fields=self._typed(aside),
                at=timezone.now(),
            )

    def _typed(self, fields: "MultiValueDict[str, str]") -> dict[str, Any]:
        return {
            name: fields.getlist(name) if name in self.lists else fields.get(name, "")
            for name in self.names
        }


def name_of(draft: Draft) -> str:
    """A draft as it stood at one moment."""
    return f"{draft.key}@{draft.saved_at.isoformat()}"
