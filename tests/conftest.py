"""The tests in this folder start what they need themselves, unlike those of the addons."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def load_registry():
    """Stand in for pytest-odoo's fixture, which loads the registry of the test database."""


@pytest.fixture(scope="session", autouse=True)
def load_http():
    """Stand in for pytest-odoo's fixture, which serves the test database."""
