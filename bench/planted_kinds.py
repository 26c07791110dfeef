"""The kinds of communities that are planted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from bench.planted_ways import SIZES, SMALL_SIZES, TROUBLES

SEVERITIES: Final = ("mild", "plain", "severe")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is planted in a community, and what it has in common with others."""

    name: str
    #: Kinds of one stem are the same community until the onset.
    stem: str = "usual"
    #: How severe each failure is.
    failures: Mapping[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[int, int]:
        return SMALL_SIZES if self.stem == "small" else SIZES


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("healthy"),
        *(
            Kind(f"{failure}.{severity}", failures={failure: severity})
            for failure in TROUBLES
            for severity in SEVERITIES
        ),
        *(
            Kind(f"{one}+{other}", failures={one: "plain", other: "plain"})
            for one, other in combinations(TROUBLES, 2)
        ),
        Kind("small", stem="small"),
        Kind(
            "small-in-trouble",
            stem="small",
            failures=dict.fromkeys(TROUBLES, "severe"),
        ),
    )
}
