from tasks.models.narration import Picture, Stretch
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
    "Picture",
    "Point",
    "Review",
    "Stretch",
    "Submission",
    "Task",
    "Verdict",
]
