"""What an organizer is mailed on Monday: the page of that morning, as text and as HTML.

Made of what is stored, as the page is; nothing is worked out for a mail.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.template import engines
from django.urls import reverse
from django.utils.translation import gettext as _

from cop.health import moves_told, reports
from cop.health.models import Move
from cop.health.signs import SIGNS
from domain.models import Domain

#: What came of a move is told in the four weeks after it was read.
TOLD_FOR: Final = timedelta(weeks=4)
#: A reading older than this is told to be old.
STALE: Final = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, how it stands, and which signs say so."""

    question: str
    state: str
    kind: str
    sentence: str
    called_by: list[str]
    address: str


@dataclass(frozen=True, slots=True)
class Monday:
    domain: Domain
    on: date
    is_stale: bool
    sentence: str
    answers: list[Answer]
    moves: list[moves_told.Told]
    came: list[moves_told.Told]
    address: str
    stop: str
    settings: str


def report(domain: Domain, *, at: datetime, stop: str) -> Monday | None:
    """The report of a community as it is stored; None before the first reading."""
    read = reports.latest(domain)
    if read is None:
        return None
    page = _address("health:health", domain.slug)
    return Monday(
        domain=domain,
        on=read.on,
        is_stale=at - read.measured_at > STALE,
        sentence=reports.sentence(read),
        answers=[_answer(domain, card) for card in read.cards if card.finding],
        moves=moves_told.this_week(domain, at=at),
        came=[
            one
            for one in moves_told.lately_made(domain, at=at)
            if _is_news(one.move, at=at)
        ],
        address=page,
        stop=stop,
        settings=_address("members:place", domain.slug),
    )


def subject(told: Monday) -> str:
    return f"{told.domain.name}: {told.sentence}"


def as_text(told: Monday) -> str:
    """The mail for those who read plain text."""
    parts = [told.sentence]
    if told.is_stale:
        parts.append(_("This is an old reading: the nightly work has not run."))
    for one in told.answers:
        lines = [f"{one.question} {one.state}.", one.sentence]
        if one.called_by:
            lines += [_("Signs past their threshold:")]
            lines += [f"  * {sign}" for sign in one.called_by]
        parts.append("\n".join([*lines, one.address]))
    if told.moves:
        lines = [_("Moves for this week"), ""]
        for each in told.moves:
            lines += [
                f"* {each.way.words}. {each.sentence}",
                f"  {told.address}#move_{each.move.pk}",
            ]
        parts.append("\n".join(lines))
    if told.came:
        lines = [_("What came of earlier moves"), ""]
        for each in told.came:
            lines.append(f"* {each.way.words}: {outcome(each.move)}")
            lines += [f"  {change(one)}" for one in each.came]
        parts.append("\n".join(lines))
    parts += [
        _("All of it: %(address)s") % {"address": told.address},
        "-- \n"
        + _("You asked for this each Monday. No more of it: %(address)s")
        % {"address": told.stop},
    ]
    return "\n\n".join(parts) + "\n"


def as_html(told: Monday) -> str:
    """The same as a page for mail programs."""
    html: str = (
        engines["jinja2"]
        .get_template("health/email/monday.html")
        .render(
            {
                "told": told,
                "outcome": outcome,
                "change": change,
                "LANGUAGE_CODE": settings.LANGUAGE_CODE,
            }
        )
    )
    return html


def outcome(move: Move) -> str:
    if move.outcome:
        return str(Move.Outcome(move.outcome).label).lower()
    return _("four weeks are not over yet")


def change(came: moves_told.Came) -> str:
    """One sign before and after, with what the difference may be."""
    words = f"{came.words}: {came.before} → {came.after}"
    if came.between is None:
        return words
    low, high = came.between
    between = _("a difference between %(low)s and %(high)s") % {
        "low": low,
        "high": high,
    }
    return f"{words} ({between})"


def _answer(domain: Domain, card: reports.Card) -> Answer:
    finding = card.finding
    assert finding is not None  # noqa: S101 - asked of cards with a finding only
    signals = {one.sign.name: one for one in card.signals}
    return Answer(
        question=str(card.failure.question),
        state=str(finding.get_state_display()),
        kind=card.kind,
        sentence=finding.sentence,
        called_by=[
            _said(signals[name]) if name in signals else str(SIGNS[name].words)
            for name in finding.called_by
            if name in SIGNS
        ],
        address=_address("health:detector", domain.slug, card.failure.mode.value),
    )


def _said(signal: reports.Signal) -> str:
    between = f" ({signal.between})" if signal.between else ""
    return f"{signal.sign.words}: {signal.value}{between}. {signal.note}"


def _is_news(move: Move, *, at: datetime) -> bool:
    return move.measured_on is None or move.measured_on > (at - TOLD_FOR).date()


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
