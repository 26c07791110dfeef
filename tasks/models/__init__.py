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
    "Attachment",
    "Change",
    "Citation",
    "Claim",
    "LogEntry",
    "Observation",
    "Part",
    "Point",
    "Review",
    "Submission",
    "Task",
    "Verdict",
]
