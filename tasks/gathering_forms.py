"""What members type about gatherings."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models import Membership
from tasks.gathering import Plan
from tasks.legitimacy_of_gatherings import IN_THE_WORKS
from tasks.models import Gathering, Task

LONGEST_TITLE: Final = 80
#: Boxes to tick; whatever else is worked on is named below them.
MOST_OFFERED: Final = 12
#: More people than this were at no gathering on named tasks.
MOST_OTHERS: Final = 50

#: A task's address, or its number.
_TASK = re.compile(r"tasks/(\d{1,9})\b|^#?(\d{1,9})$")


class AboutAVersion(forms.Form):
    """A form that says which version of a gathering it is about."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, initial=0
    )

    def about_the(self, gathering: Gathering) -> None:
        """Say, when it is sent again, that what stands beside it was seen."""
        sent: Any = self.data
        sent = sent.copy()
        sent["version"] = str(gathering.version)
        self.data = sent


class GatheringForm(AboutAVersion):
    """When, where, what for, and on which tasks."""

    title = forms.CharField(
        label=_("Title"),
        help_text=_("What people will say they were at: “Sheets at the mill”."),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Give it a name people can say.")},
    )
    what_for = forms.CharField(
        label=_("What for"),
        help_text=_("One sentence: what will be there at the end that is not now."),
        max_length=300,
        error_messages={"required": _("Say in a sentence what it is for.")},
    )
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )
    clock = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Say when it begins.")},
    )
    minutes = forms.IntegerField(
        label=_("Minutes it takes"),
        min_value=15,
        max_value=24 * 60,
        initial=90,
        error_messages={"required": _("Say how many minutes it takes.")},
    )
    place = forms.CharField(
        label=_("Where"),
        help_text=_("A place, or a link to meet at."),
        max_length=300,
        error_messages={"required": _("Say where people find you.")},
    )
    tasks = forms.ModelMultipleChoiceField(
        label=_("Tasks to work on together"),
        queryset=Task.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("One of these tasks is not in the works any more.")
        },
    )
    more = forms.CharField(
        label=_("Other tasks"),
        help_text=_("Their addresses or numbers, one a line."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        domain: Domain,
        membership: Membership,
        gathering: Gathering | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.domain, self.membership = domain, membership
        in_the_works = Q(state__in=IN_THE_WORKS, is_practice=False)
        if gathering is not None:
            # What was named stays, done or not.
            in_the_works |= Q(pk__in=gathering.tasks.values("pk"))
        tasks: Any = self.fields["tasks"]
        tasks.queryset = Task.objects.filter(in_the_works, domain=domain)
        self.fields["clock"].label = _now("Begins at (%(zone)s)") % {
            "zone": timezone.localtime().tzname()
        }

    def offered(self) -> list[tuple[Task, bool]]:
        """The boxes: what is ticked, then what waits longest in one's own areas."""
        tasks: Any = self.fields["tasks"]
        ticked = _numbers(self["tasks"].value())
        found = tasks.queryset.with_nearness(self.membership).select_related("area")
        chosen = list(found.filter(pk__in=ticked).order_by("opened_at", "pk"))
        others = found.exclude(pk__in=ticked).order_by("-is_near", "opened_at", "pk")
        room = max(MOST_OFFERED - len(chosen), 0)
        return [(task, True) for task in chosen] + [
            (task, False) for task in others[:room]
        ]

    def clean_more(self) -> list[Task]:
        lines = [line.strip() for line in self.cleaned_data["more"].splitlines()]
        numbers = {line: _TASK.search(line) for line in lines if line}
        if unread := [line for line, found in numbers.items() if not found]:
            raise forms.ValidationError(
                _("“%(line)s” is no task’s address or number."),
                params={"line": unread[0]},
            )
        wanted = {int(found[1] or found[2]) for found in numbers.values() if found}
        tasks: Any = self.fields["tasks"]
        known = {task.pk: task for task in tasks.queryset.filter(pk__in=wanted)}
        if missing := sorted(wanted - known.keys()):
            raise forms.ValidationError(
                _("No task in the works here has the number %(number)s."),
                params={"number": missing[0]},
            )
        return list(known.values())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        named = given.get("tasks", True) or given.get("more", True)
        if not named:
            self.add_error("tasks", _("What will you work on? Name one task at least."))
        if "day" in given and "clock" in given:
            moment = datetime.combine(given["day"], given["clock"])
            try:
                given["starts_at"] = from_current_timezone(moment)
            except forms.ValidationError as error:
                # An hour that clocks leave out, or strike twice.
                self.add_error("clock", error)
        return given

    def plan(self) -> Plan:
        given = self.cleaned_data
        tasks = {task.pk: task for task in (*given["tasks"], *given["more"])}
        return Plan(
            title=given["title"],
            what_for=given["what_for"],
            place=given["place"],
            starts_at=given["starts_at"],
            length=timedelta(minutes=given["minutes"]),
            tasks=list(tasks.values()),
        )

    @staticmethod
    def about(gathering: Gathering) -> dict[str, Any]:
        """What the form says of a gathering as it stands."""
        start = timezone.localtime(gathering.starts_at)
        return {
            "title": gathering.title,
            "what_for": gathering.what_for,
            "day": start.date(),
            "clock": start.time(),
            "minutes": gathering.minutes,
            "place": gathering.place,
            "tasks": list(gathering.tasks.values_list("pk", flat=True)),
            "version": gathering.version,
        }


class CallOffForm(forms.Form):
    because = forms.CharField(
        label=_("Why it does not take place"),
        max_length=300,
        error_messages={"required": _("Say why, in a sentence others can read.")},
    )


class ToldForm(AboutAVersion):
    """Who was there, and what came of it."""

    there = forms.ModelMultipleChoiceField(
        label=_("Who was there"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.CharField(
        label=_("Who else"),
        help_text=_("Names or handles of members, one a line."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    came_of_it = forms.CharField(
        label=_("What came of it"),
        help_text=_("A sentence or two: what is there now, what stays to be done."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, domain: Domain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there: Any = self.fields["there"]
        there.queryset = Membership.objects.filter(domain=domain)
        self.domain = domain

    @property
    def ticked(self) -> set[int]:
        return _numbers(self["there"].value())

    def clean_others(self) -> list[Membership]:
        typed = re.split(r"[\n,;]", self.cleaned_data["others"])
        names = list(dict.fromkeys(name.strip() for name in typed if name.strip()))
        if len(names) > MOST_OTHERS:
            raise forms.ValidationError(_("That is more than were ever at one."))
        return [self._called(name) for name in names]

    def _called(self, name: str) -> Membership:
        here = Membership.objects.present().filter(domain=self.domain)
        by_handle = here.filter(handle__iexact=name.removeprefix("@")).first()
        found = [by_handle] if by_handle else list(here.filter(name__iexact=name)[:2])
        if not found:
            raise forms.ValidationError(
                _("Nobody here goes by “%(name)s”."), params={"name": name}
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("More than one goes by “%(name)s”: write the handle instead."),
                params={"name": name},
            )
        return found[0]

    def people(self) -> list[Membership]:
        given = self.cleaned_data
        found = {one.pk: one for one in (*given["there"], *given["others"])}
        return list(found.values())


def _numbers(values: Collection[Any] | None) -> set[int]:
    """The keys a box field holds, as it was sent or filled in."""
    said = (str(getattr(value, "pk", value)) for value in values or ())
    return {int(one) for one in said if one.isascii() and one.isdecimal()}
