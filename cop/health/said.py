"""What a community's people said to its open questions, as pages tell it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import wilson
from domain.models import Domain
from members import asking
from members.models import Membership, Pulse, PulseAsking
from members.models.pulse import Question

#: Three years of quarters; older ones are read from the file.
MOST_TOLD: Final = 12
#: Home says for so long that a question has been answered.
NEWS_FOR: Final = timedelta(weeks=2)
#: How many have answered is told in steps while a question is open: one more would
#: tell that whoever was seen answering has.
STEP: Final = 5

#: On what each question of the list stands.
WHY: Final[dict[str, str | Promise]] = {
    Question.UNASKED: _(
        "Whether people are here of their own will: what carries a community of "
        "practice is that its members care (Wenger, McDermott and Snyder 2002; on "
        "acting of one’s own will, Deci and Ryan 2000)."
    ),
    Question.LEARNED: _(
        "Whether taking part is worth it for those who do (Wenger, Trayner and de Laat "
        "2011, on what communities create for their members)."
    ),
    Question.OF_USE: _(
        "Whether people see that their work matters to somebody (task significance: "
        "Hackman and Oldham 1976)."
    ),
    Question.MISTAKES: _(
        "Whether people can ask and try without fear: teams where they can learn more "
        "(psychological safety: Edmondson 1999)."
    ),
    Question.BELONGING: _(
        "Whether people feel that they are members (sense of community: McMillan and "
        "Chavis 1986)."
    ),
    Question.OWN: _("Something that can be answered with yes or no."),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What was said to one question that is closed."""

    pulse: Pulse
    #: The share that said yes, and the interval that holds nine tenths; None if untold.
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class News:
    """What home says of the question: that one is asked, or that one was answered."""

    pulse: Pulse
    is_asked: bool


def results(domain: Domain, *, most: int = MOST_TOLD) -> list[Result]:
    """What was said lately, the latest first."""
    return [result(pulse) for pulse in domain.pulses.closed().latest_first()[:most]]


def result(pulse: Pulse) -> Result:
    answered = pulse.answered
    if answered is None or pulse.yes is None:
        return Result(pulse, None, None, None)
    low, high = wilson(pulse.yes, answered)
    return Result(pulse, pulse.yes / answered, low, high)


def at_least(pulse: Pulse) -> int:
    """How many answered so far, at least: a multiple of five."""
    number = pulse.answers.count()
    return number - number % STEP


def news(own: Membership, *, at: datetime) -> News | None:
    """What there is to say to a member at home; nothing to whoever waved it away."""
    waiting = PulseAsking.objects.filter(
        pulse=OuterRef("pk"), membership=own.pk, dismissed_at=None
    )
    pulse = (
        Pulse.objects.filter(domain=own.domain_id)
        .annotate(is_waiting=Exists(waiting))
        .latest_first()
        .first()
    )
    if pulse is None:
        return None
    if pulse.closed_at is not None:
        is_new = pulse.is_told and pulse.closed_at > at - NEWS_FOR
        return News(pulse, is_asked=False) if is_new else None
    is_asked = pulse.is_waiting and pulse.takes_answers(at=at)  # type: ignore[attr-defined]
    if not is_asked or asking.own_answer(membership=own, pulse=pulse):
        return None
    return News(pulse, is_asked=True)
