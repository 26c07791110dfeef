from members.models.agent import Agent, Pause
from members.models.circle import KnownCircle
from members.models.companion import Companion
from members.models.dispute import Dispute, Voiding
from members.models.entrance import Invitation, JoinRequest, OrganizerAct
from members.models.member import Member
from members.models.membership import Absence, Membership, Stake, TrajectoryPoint
from members.models.notification import Draft, Notification
from members.models.participation import Participation
from members.models.pulse import Pulse, PulseAnswer, PulseAsking, PulsePlan
from members.models.standing import Kept, Reckoning, RulesVersion, Ruling
from members.models.token import Scope, Token

__all__ = [
    "Absence",
    "Agent",
    "Companion",
    "Dispute",
    "Draft",
    "Invitation",
    "JoinRequest",
    "Kept",
    "KnownCircle",
    "Member",
    "Membership",
    "Notification",
    "OrganizerAct",
    "Participation",
    "Pause",
    "Pulse",
    "PulseAnswer",
    "PulseAsking",
    "PulsePlan",
    "Reckoning",
    "RulesVersion",
    "Ruling",
    "Scope",
    "Stake",
    "Token",
    "TrajectoryPoint",
    "Voiding",
]
