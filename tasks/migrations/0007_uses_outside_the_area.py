from django.db import migrations

#: What lines of uses did not say yet, as far as it can be told today: the area an entry
#: belongs to, where that is another than the work's. Within one person's hands nothing
#: is carried.
TELL = """
    UPDATE members_participation AS line SET carried_from_id = entry.area_id
    FROM repertoire_entry AS entry,
         members_membership AS giver, members_membership AS receiver,
         members_member AS one, members_member AS other
    WHERE line.kind = 'used' AND entry.id = line.entries[1]
      AND entry.area_id <> line.area_id
      AND giver.id = line.giver_id AND receiver.id = line.receiver_id
      AND one.id = giver.member_id AND other.id = receiver.member_id
      AND coalesce(one.sponsor_id, one.id) <> coalesce(other.sponsor_id, other.id)
"""
FORGET = """
    UPDATE members_participation SET carried_from_id = NULL
    WHERE carried_from_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_entries_carried_over"),
        ("repertoire", "0001_entries_and_revisions"),
        ("tasks", "0006_asked_for_by_title_and_again"),
    ]

    operations = [migrations.RunSQL(TELL, FORGET)]
