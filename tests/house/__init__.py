"""What keeps the house in order: checks of the addons that need neither a database nor a server.

Every check is a generator ``check(addon, house)`` of findings, each one sentence that begins with
``path:line``. ``tests/test_repo.py`` runs all of them over all addons, ``tests/test_house.py``
shows that each of them can fail.
"""
