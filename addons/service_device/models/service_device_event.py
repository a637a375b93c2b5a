from odoo import api, fields, models
from odoo.tools import SQL


class ServiceDeviceEvent(models.Model):
    """The history of devices: a read model over its sources, nothing is copied.

    Each row says for whom it is (`audience`) and at whose place it happened, so that the rules
    narrow the history row by row.
    """

    _name = "service.device.event"
    _description = "Device History"
    _auto = False
    _rec_name = "summary"
    _order = "date desc, id desc"
    _depends = {
        "service.device": ["company_id", "lot_id"],
        "service.device.placement": [
            "company_id",
            "customer_id",
            "date_end",
            "date_start",
            "device_id",
            "location_id",
            "status",
            "stock_location_id",
            "stock_move_id",
            "user_id",
        ],
        "mail.message": ["author_id", "body", "date", "message_type", "model", "res_id"],
        "res.partner": ["complete_name"],
        "stock.location": ["complete_name"],
        "stock.move.line": [
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "lot_id",
            "state",
        ],
    }

    device_id = fields.Many2one("service.device", readonly=True)
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(
        [("placement", "Placement"), ("message", "Message"), ("stock", "Stock Move")],
        readonly=True,
    )
    audience = fields.Selection([("staff", "Staff"), ("customer", "Customer")], readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    location_id = fields.Many2one("res.partner", string="Location", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    summary = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, groups="base.group_user")
    res_model = fields.Char(string="Source Model", readonly=True, groups="base.group_user")
    res_id = fields.Many2oneReference(
        string="Source", model_field="res_model", readonly=True, groups="base.group_user"
    )

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            SQL("(%s)", source) for source in self.env["service.device"]._history_sources()
        )

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """EXTENDS: an event is read whole, for a second look would go through all sources again.

        The rules read fields that the caller did not ask for.
        """
        return super().search_fetch(domain, None, offset=offset, limit=limit, order=order)

    def action_open_source(self):
        """Open the record that this event tells of."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
