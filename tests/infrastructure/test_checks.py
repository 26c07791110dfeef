"""What must be so before a site may run."""

import pytest
from django.db import connection

from cop.checks import commits_are_kept


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "found"), [("on", []), ("off", ["cop.E001"])])
def test_a_database_that_may_forget_is_an_error(setting, found):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit TO {setting}")

    errors = commits_are_kept(None, databases=["default"])

    assert [error.id for error in errors] == found


def test_nothing_is_asked_of_databases_that_are_not_to_be_checked():
    assert commits_are_kept(None) == []
