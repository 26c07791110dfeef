"""Agents from before purposes were asked for get an empty one, which their sponsor fills."""

from django.db import migrations


def tell(apps, _schema_editor):
    Member = apps.get_model("members", "Member")
    Agent = apps.get_model("members", "Agent")
    untold = Member.objects.filter(kind="agent", agent=None)
    Agent.objects.bulk_create(
        Agent(
            member=member,
            purpose="",
            runs_on="",
            contact="",
            registered_at=member.created_at,
        )
        for member in untold
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0019_agents_pauses_and_tokens")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop, elidable=True)]
