"""Acts: the one table of what may be done, through which doors, and by whom.

Each act has a page, an operation of the API and, where agents need it, a tool of their
own door; all three ask the same deed, so all three refuse alike. Tests are generated from
this table, in both directions: every page that takes a POST, every operation, every tool
and every job stands in it, or below with the reason why not.

``refused`` says how each role is answered in the plain case, which
``tests/programs/scenes.py`` sets up: everything is as it should be but who asks. Roles
that are not named may. Scopes are of a program's token; none of them opens settings,
duties, other accounts or money.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from members.models import Scope


class Role(StrEnum):
    """As whom somebody asks, as the table of the design has it."""

    #: Signed in, and not a member here.
    VISITOR = "visitor"
    PERIPHERY = "periphery"
    INBOUND = "inbound"
    ACTIVE = "active"
    CORE = "core"
    #: An organizer at the edge: duties open no zones.
    ORGANIZER = "organizer"
    #: An agent as far in as agents come.
    AGENT = "agent"


ELSEWHERE = "elsewhere"
_NOT_FULL = (Role.PERIPHERY, Role.INBOUND, Role.ORGANIZER)


@dataclass(frozen=True, slots=True)
class Act:
    """Something a member does, by the name its operation has."""

    name: str
    scope: Scope
    #: What it is, in a few words that begin with a verb.
    words: str
    #: The page whose POST is the same act.
    page: str
    refused: Mapping[Role, str] = field(default_factory=dict)
    #: The tool of the agents' door, if it has one.
    tool: str = ""

    def refusal_of(self, role: Role) -> str:
        """The code one role is answered with; empty where it may."""
        if role == Role.VISITOR:
            return ELSEWHERE
        return self.refused.get(role, "")


def _each(roles: tuple[Role, ...], code: str) -> dict[Role, str]:
    return dict.fromkeys(roles, code)


_WORK, _REVIEW, _REPERTOIRE = Scope.WORK, Scope.REVIEW, Scope.REPERTOIRE
_AGENT = Role.AGENT

#: Verdicts are for full members, and an agent's settles nothing.
_JUDGES = {**_each(_NOT_FULL, "not_full"), _AGENT: "agents_advise"}
#: What is published is tended by people further in.
_TENDS = {**_each(_NOT_FULL, "for_full_members"), _AGENT: "agents_propose"}
#: What is needed is for whoever raised it, and for those who may open such tasks.
_KEEPS = {
    Role.PERIPHERY: "not_yours_to_open",
    Role.INBOUND: "not_your_area",
    _AGENT: "agents_propose",
}

#: Members are called together by people further in, and by organizers.
_CALLS = {
    Role.PERIPHERY: "not_yours_to_call",
    Role.INBOUND: "not_yours_to_call",
    _AGENT: "agents_do_not_call",
}

ACTS: tuple[Act, ...] = (
    # A seat, and what is done on it.
    Act("claim", _WORK, "Claim a seat", "tasks:claim", tool="claim"),
    Act("heartbeat", _WORK, "Say that you are still at it", "tasks:extend",
        tool="heartbeat"),
    Act("release", _WORK, "Put the seat back", "tasks:release", tool="put_back"),
    Act("extend_for", _WORK, "Give a holder more time", "tasks:extend",
        {**_each(_NOT_FULL, "not_yours"), _AGENT: "not_yours"}),
    Act("write_note", _WORK, "Write in the log", "tasks:log", tool="narrate"),
    Act("ask_about_note", _WORK, "Ask about a note", "tasks:log",
        {**_each(_NOT_FULL, "not_observing")}),
    Act("hand_in", _WORK, "Hand in a round", "tasks:submit", tool="hand_in"),
    Act("hand_in_files", _WORK, "Hand in a round with files", "tasks:submit"),
    Act("edit_round", _WORK, "Change what was handed in", "tasks:edit_submission"),
    Act("withdraw_round", _WORK, "Take a round back", "tasks:withdraw_submission"),
    Act("ask_second_opinion", _WORK, "Ask for a second opinion",
        "tasks:second_opinion"),
    Act("teach_part", _WORK, "Teach your part to the others", "tasks:teach"),
    Act("mark_part_ready", _WORK, "Say that your part is ready", "tasks:ready"),
    Act("take_part_up_again", _WORK, "Take your part up again", "tasks:take_up_again"),
    Act("ask_for_a_person", _WORK, "Stop, and ask a person", "",
        _each((Role.PERIPHERY, Role.INBOUND, Role.ACTIVE, Role.CORE, Role.ORGANIZER),
              "agents_ask"),
        tool="ask_for_a_person"),
    Act("take_ask_back", _WORK, "Take back what you asked", "",
        _each((Role.PERIPHERY, Role.INBOUND, Role.ACTIVE, Role.CORE, Role.ORGANIZER),
              "not_yours"),
        tool="take_ask_back"),
    Act("answer_ask", _WORK, "Answer what an agent asked", "tasks:answer_ask",
        {Role.PERIPHERY: "not_yours_to_answer", Role.INBOUND: "not_yours_to_answer",
         _AGENT: "people_answer_asks"}),
    # Beside a seat.
    Act("observe", _WORK, "Take an observer seat", "tasks:observe", tool="observe"),
    Act("unobserve", _WORK, "Give the observer seat back", "tasks:unobserve",
        tool="unobserve"),
    Act("vouch", _WORK, "Put in a word for somebody who watched", "tasks:vouch",
        {_AGENT: "agents_do_not_vouch"}),
    Act("ask_question", _WORK, "Ask whoever does it", "tasks:ask",
        {**_each(_NOT_FULL, "not_observing")}, tool="ask_question"),
    Act("answer_question", _WORK, "Answer what you were asked", "tasks:answer",
        tool="answer_question"),
    Act("mark_stretch", _WORK, "Mark a stretch of a log as worth watching",
        "tasks:mark",
        {**_each(_NOT_FULL, "not_yours_to_mark"), _AGENT: "not_yours_to_mark"}),
    Act("unmark_stretch", _WORK, "Mark it no longer", "tasks:unmark",
        {**_each(_NOT_FULL, "not_yours_to_mark"), _AGENT: "not_yours_to_mark"}),
    # What is to be done.
    Act("propose_task", _WORK, "Propose a task", "tasks:new", tool="propose_task"),
    Act("open_task", _WORK, "Put a proposal on the board", "tasks:open",
        _KEEPS),
    Act("edit_task", _WORK, "Change what is needed", "tasks:edit",
        _KEEPS),
    Act("place_task", _WORK, "Place a task elsewhere than its answers do",
        "tasks:override",
        {**_each((Role.PERIPHERY, Role.INBOUND), "not_yours_to_override"),
         _AGENT: "not_yours_to_override"}),
    Act("withdraw_task", _WORK, "End a task that will not be done", "tasks:withdraw",
        _KEEPS),
    Act("mark_used", _WORK, "Say where the result went", "tasks:used",
        {**_each((Role.PERIPHERY, Role.INBOUND), "not_yours_to_tell"), _AGENT: "not_yours_to_tell"}),
    # Reading others' work.
    Act("draw_review", _REVIEW, "Be handed a first work to read", "tasks:draw",
        {**_each(_NOT_FULL, "nothing_to_draw"), _AGENT: "nothing_to_draw"}),
    Act("take_review", _REVIEW, "Take up a piece of work to read", "tasks:take",
        _JUDGES),
    Act("keep_review", _REVIEW, "Go on reading for another while", "tasks:keep"),
    Act("put_review_back", _REVIEW, "Put it back on the desk", "tasks:put_back"),
    Act("skip_review", _REVIEW, "Pass it on, with a reason", "tasks:skip"),
    Act("send_review", _REVIEW, "Give a verdict", "tasks:review"),
    Act("take_review_back", _REVIEW, "Take a verdict back before it goes",
        "tasks:take_back_review"),
    Act("give_first_look", _REVIEW, "Give a first look", "tasks:first_look",
        {Role.PERIPHERY: "first_looks_open_at_inbound",
         Role.ORGANIZER: "first_looks_open_at_inbound"},
        tool="first_look"),
    Act("make_room", _REVIEW, "Say how much you review", "tasks:make_room"),
    # The repertoire.
    Act("write_entry", _REPERTOIRE, "Write an entry", "repertoire:new",
        tool="propose_entry"),
    Act("edit_entry", _REPERTOIRE, "Change an entry", "repertoire:edit",
        tool="edit_entry"),
    Act("confirm_entry", _REPERTOIRE, "Say that it still holds", "repertoire:confirm",
        _TENDS),
    Act("retire_entry", _REPERTOIRE, "Take it out of use", "repertoire:retire", _TENDS),
    Act("bring_entry_back", _REPERTOIRE, "Take it into use again",
        "repertoire:bring_back", _TENDS),
    Act("overtake_entry", _REPERTOIRE, "Send readers on to another",
        "repertoire:overtake", _TENDS),
    Act("contradict_entry", _REPERTOIRE, "Say that it does not hold",
        "repertoire:contradict", tool="contradict_entry"),
    Act("answer_doubt_mended", _REPERTOIRE, "Say that it was mended",
        "repertoire:mended", _TENDS),
    Act("answer_doubt_holds", _REPERTOIRE, "Say why it holds", "repertoire:uphold",
        _TENDS),
    Act("look_at_mend", _REPERTOIRE, "Look at a newcomer's mend", "repertoire:look",
        _TENDS),
    Act("undo_mend", _REPERTOIRE, "Undo a newcomer's mend", "repertoire:undo", _TENDS),
    Act("take_in_proposal", _REPERTOIRE, "Take a proposal in", "repertoire:take_in",
        _TENDS),
    Act("decline_proposal", _REPERTOIRE, "Turn a proposal down", "repertoire:decline",
        _TENDS),
    Act("withdraw_proposal", _REPERTOIRE, "Take a proposal back",
        "repertoire:withdraw", tool="withdraw_proposal"),
    # Working together at one time.
    Act("call_gathering", _WORK, "Call members together", "tasks:new_gathering",
        _CALLS),
    Act("change_gathering", _WORK, "Change when, where or on what",
        "tasks:edit_gathering", _CALLS),
    Act("call_off_gathering", _WORK, "Say that it does not take place",
        "tasks:call_off_gathering", _CALLS),
    Act("answer_gathering", _WORK, "Say whether you come", "tasks:answer_gathering"),
    Act("tell_gathering", _WORK, "Note who was there, and what came of it",
        "tasks:tell_gathering",
        {Role.PERIPHERY: "not_yours_to_tell", Role.INBOUND: "not_yours_to_tell",
         _AGENT: "not_yours_to_tell"}),
    # Oneself.
    Act("read_notices", _WORK, "Mark notices as read", "members:read_notifications",
        tool="read_notices"),
    Act("forget_draft", _WORK, "Let go of a draft", "tasks:submit_draft"),
    Act("seek_companion", _WORK, "Ask for a companion", "members:seek_companion"),
    Act("accept_companion", _WORK, "Say yes to walking together",
        "members:accept_companion"),
    Act("pass_companion", _WORK, "Say no, without a reason", "members:pass_companion"),
    Act("part_companion", _WORK, "End what has begun", "members:part_companion"),
    Act("say_to_companion", _WORK, "Send a word to the other",
        "members:say_to_companion"),
)  # fmt: skip

BY_NAME: Mapping[str, Act] = {act.name: act for act in ACTS}

#: Operations that only read, each with what it is in a few words.
READS: Mapping[str, str] = {
    "list_communities": "Communities I am in, and public ones",
    "look_at_community": "One community",
    "list_tasks": "The board",
    "look_at_task": "One task",
    "list_notes": "The log of a task",
    "my_claim": "My own claim on a task",
    "list_rounds": "Rounds of a task, or mine",
    "look_at_round": "One round, with what was said of it",
    "get_file": "A file that came with a round",
    "look_at_desk": "What waits for a reader",
    "my_reading": "A review I have taken up",
    "list_entries": "The repertoire",
    "list_wanted": "Entries that are wanted and not written",
    "read_entry": "One entry",
    "list_versions": "The history of an entry",
    "list_uses": "Where an entry is used",
    "list_proposals": "Proposals that wait for an answer",
    "look_at_proposal": "One proposal",
    "list_gatherings": "Gatherings that come, or gone by",
    "look_at_gathering": "One gathering",
    "search": "One search over everything",
    "list_people": "The people of a community",
    "look_at_member": "One member",
    "my_place": "Where I stand, why, and what would take me further",
    "list_notices": "What I was told",
    "waiting": "What waits on me, and what is new",
    "list_drafts": "What I typed that did not arrive",
    "about_me": "As whom this token acts",
    "list_companions": "With whom I walk",
}

_OWN = "a person's own account and its doors: no scope opens them"
_PLACE = "a place in a community is taken and left by a person, on its page"
_DUTIES = "an organizer's duties: no scope opens them"
_BROUGHT = "whoever answers for an agent does so in person"
_TYPING = "keeps what is being typed on a page; programs keep their own drafts"
_BLIND = "read blind by a person: another operation would tell what the page withholds"
_WORDS = "the community's way with words is for people to settle"
_ARRANGED = "an arrangement of the page; each step of it is an act of its own"

#: Pages that take a POST and are no act of a program's, each with the reason.
PAGES_ONLY: Mapping[str, str] = {
    "tasks:grow": _ARRANGED,
    "tasks:keep_together": _ARRANGED,
    "tasks:take_together": _ARRANGED,
    "tasks:sitting": _ARRANGED,
    "tasks:sitting_draft": _TYPING,
    "tasks:review_draft": _TYPING,
    "tasks:calendar_address": _OWN,
    "tasks:real": "takes back what an organizer’s move said of a task",
    "tasks:draw_again": _BLIND,
    "tasks:reread": _BLIND,
    "tasks:reread_draft": _BLIND,
    "tasks:reread_put_back": _BLIND,
    "repertoire:tell": "writes an entry, a story, in another form",
    "repertoire:paste": _TYPING,
    "repertoire:set_aside": _WORDS,
    "repertoire:bring_back_word": _WORDS,
    "repertoire:entitle": _WORDS,
    "repertoire:keep": _WORDS,
    "repertoire:unite": _WORDS,
    "repertoire:tell_apart": _WORDS,
    "members:unread_notifications": "takes back a press of a moment ago",
    "members:settings": _OWN,
    "members:closing": _OWN,
    "members:place": _OWN,
    "members:stop_mail": _OWN,
    "members:make_token": _OWN,
    "members:rotate_token": _OWN,
    "members:revoke_token": _OWN,
    "members:hooks": _OWN,
    "members:try_hook": _OWN,
    "members:switch_on_hook": _OWN,
    "members:remove_hook": _OWN,
    "members:agents": _BROUGHT,
    "members:agent": _BROUGHT,
    "members:bring_agent": _BROUGHT,
    "members:pause_agent": _BROUGHT,
    "members:resume_agent": _BROUGHT,
    "members:stop_agent": _BROUGHT,
    "members:revoke_grant": _BROUGHT,
    "members:leave": _PLACE,
    "members:join": _PLACE,
    "members:found": _PLACE,
    "members:wish_mentor": "a longer bond is wished for in person",
    "members:dispute": "a word about what somebody said of one's work",
    "members:answer": _DUTIES,
    "members:add_area": _DUTIES,
    "members:rename_area": _DUTIES,
    "members:remove_area": _DUTIES,
    "members:answer_request": _DUTIES,
    "members:invite": _DUTIES,
    "members:withdraw_invitation": _DUTIES,
    "members:change_duties": _DUTIES,
    "members:acknowledge_circle": _DUTIES,
    "members:forget_circle": _DUTIES,
    "members:community_settings": _DUTIES,
    "members:agent_rules": _DUTIES,
    "members:halt_agent": _DUTIES,
    "members:release_agent": _DUTIES,
    "health:sharing": _DUTIES,
    "health:stop_report": _OWN,
    "health:bring_baseline": _DUTIES,
    "health:forget_baseline": _DUTIES,
    "health:make_move": _DUTIES,
    "health:plan_pulse": _DUTIES,
    "health:ask_pulse": _DUTIES,
    "health:explain": _DUTIES,
    "health:answer_pulse": "people are asked, and nobody answers for them",
    "health:withdraw_answer": "people are asked, and nobody answers for them",
    "health:dismiss_pulse": "people are asked, and nobody answers for them",
}

_DUE = "does for nobody what is due, and asks again who may under its locks"
_READS = "reads, and keeps what it read"

#: Jobs act for nobody: each does what is due, whoever asked for it.
JOBS: Mapping[str, str] = {
    "domain.reword_stale": _READS,
    "health.mail_reports": "sends what was read already",
    "health.measure": _READS,
    "members.accompany": _DUE,
    "members.ask": _DUE,
    "members.clear_grants": "lets go of what is not in force any more",
    "members.deliver": "sends what was told already",
    "members.reckon": _READS,
    "members.reposition_all": _READS,
    "members.reposition_stale": _READS,
    "programs.deliver": "sends what was told already",
    "programs.forget": "lets go of what nobody asks for any more",
    "repertoire.make_up_for_waits": _DUE,
    "tasks.halt_agents": _DUE,
    "tasks.overhear": _READS,
    "tasks.release_overdue": _DUE,
    "tasks.release_overdue_reviews": _DUE,
    "tasks.send_finished_reviews": _DUE,
}
