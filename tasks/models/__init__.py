from tasks.models.ask import Ask
from tasks.models.gathering import Attendance, CalendarAddress, Gathering
from tasks.models.narration import Picture, Stretch
from tasks.models.origin import Origin
from tasks.models.question import Question
from tasks.models.rereading import Rereading
from tasks.models.skip import Skip
from tasks.models.submission import (
    Attachment,
    Citation,
    Point,
    Review,
    Submission,
    Verdict,
)
from tasks.models.task import Change, Claim, LogEntry, Observation, Part, Task

__all__ = [
    "Ask",
    "Attachment",
    "Attendance",
    "CalendarAddress",
    "Change",
    "Citation",
    "Claim",
    "Gathering",
    "LogEntry",
    "Observation",
    "Origin",
    "Part",
    "Picture",
    "Point",
    "Question",
    "Rereading",
    "Review",
    "Skip",
    "Stretch",
    "Submission",
    "Task",
    "Verdict",
]
