"""What was asked for is not legitimate: the answer every door gives in its own words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a code for programs, a sentence for people, and what would open the door."""

    code: str
    sentence: str
    opens: str = ""


class Refused(Exception):
    """Raised by a deed that may not happen; every door catches this one exception."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
