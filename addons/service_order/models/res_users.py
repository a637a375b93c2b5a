from odoo import models

# Whoever has one of these works with costs; a technician alone does not.
COST_GROUPS = (
    "service_customer.group_service_dispatcher",
    "service_customer.group_service_warehouse",
    "service_customer.group_service_accounting",
    "account.group_account_invoice",
    "account.group_account_readonly",
    "product.group_product_manager",
    "purchase.group_purchase_user",
    "stock.group_stock_user",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _service_sees_costs(self):
        """Tell whether this user may know what goods cost us.

        Core shows costs and vendor prices to every employee. Technicians stand at the customer's
        with the application open, and need neither; other employees are left to core.

        :rtype: bool
        """
        self.ensure_one()
        return not self.has_group("service_customer.group_service_technician") or any(
            self.has_group(group) for group in COST_GROUPS
        )
