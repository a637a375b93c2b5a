"""The README says who may do what; the real rules are compared with the same matrix elsewhere."""

from house import permissions


def test_readme_has_the_real_permissions():
    """The table in the README is the one that the access matrix gives."""
    assert permissions.written_table() == permissions.permission_table(), (
        "The permission table in README.md is not the one of the access matrix. Look at the change,"
        " then run: python tests/house/permissions.py --write"
    )
