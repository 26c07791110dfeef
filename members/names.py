"""What of a membership comes along where somebody is only named."""

from members.models import Membership

#: Who they are, and where they stand.
SAID = ("id", "domain", "member", "kind", "handle", "name", "zone")


def more_than_a_name(*relations: str) -> list[str]:
    """For ``defer``: all of the related memberships that is not said in passing.

    Most rows name somebody, and thirty columns would come along with every name.
    """
    return [
        f"{relation}__{field.name}"
        for relation in relations
        for field in Membership._meta.concrete_fields  # noqa: SLF001 - documented
        if field.name not in SAID
    ]
