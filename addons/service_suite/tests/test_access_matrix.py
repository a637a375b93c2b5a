from odoo.tests import tagged

from .access_models import ModelChecks
from .access_routes import RouteChecks
from .access_world import AccessWorld


@tagged("post_install", "-at_install")
class TestAccessMatrix(ModelChecks, RouteChecks, AccessWorld):
    """Role × model × operation and role × route, as the matrix says: nothing more, nothing less."""
