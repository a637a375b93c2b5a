from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

KEPT_DAYS = 90
ROWS_AT_ONCE = 10_000


class ServiceLoad(models.Model):
    """Readings from files of other programs, as a purpose of its own."""

    _inherit = "service.load"

    purpose = fields.Selection(
        selection_add=[("reading", "Import of Readings")], ondelete={"reading": "cascade"}
    )
    reading_date = fields.Datetime(
        string="Read On",
        default=fields.Datetime.now,
        copy=False,
        help="When the counters showed it, where the file does not say.",
    )
    suspect_count = fields.Integer(string="To Be Explained", compute="_compute_suspect_count")

    def _compute_suspect_count(self):
        for load in self:
            load.suspect_count = self.env["service.meter.reading"].search_count(
                load._get_suspect_domain()
            )

    @api.model
    def _get_kinds(self):
        # EXTENDS service_device
        return [*super()._get_kinds(), "service.load.reading"]

    def _get_suspect_domain(self):
        """Domain of the readings of this load that wait to be explained."""
        rows = self.env["service.load.row"]._search(
            [
                ("load_id", "=", self.id),
                ("res_model", "=", "service.meter.reading.set"),
                ("state", "=", "loaded"),
            ]
        )
        return [("verdict", "=", "suspect"), ("set_id", "in", rows.subselect("res_id"))]

    def action_open_suspects(self):
        """Open the readings of this load that wait to be explained."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_meter.service_meter_reading_action_suspect"
        )
        return {**action, "domain": self._get_suspect_domain(), "context": {}}

    @api.model
    def load_readings(self, file, filename="", targets=None):
        """Take the readings of a file without asking, as a program does.

        Rows with errors are refused with their reasons; all others are taken in the background.

        :param str file: the file, as base64
        :param dict targets: ``{header of the file: name of our column}``; without it, the file has
            our own headers or such as are kept in a profile
        :return: the load
        :raises odoo.exceptions.UserError: the file or its columns are not understood
        """
        load = self.create({"purpose": "reading", "file": file, "filename": filename})
        known = load._knows_columns()
        if targets is not None:
            for column in load.column_ids:
                column.target = targets.get(column.header, False)
            load.profile_name = False
            load._keep_columns()
        elif not known:
            raise UserError(
                self.env._("What the columns mean is not known yet. Load such a file by hand once.")
            )
        load._check_file()
        load.action_load()
        return load

    @api.autovacuum
    def _gc_reading_rows(self):
        """Forget the rows of old imports: their readings stay, and are known without them."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        rows = self.env["service.load.row"].search(
            [
                ("load_id.purpose", "=", "reading"),
                ("load_id.state", "!=", "loading"),
                ("create_date", "<", limit),
            ],
            limit=ROWS_AT_ONCE,
        )
        rows.unlink()
        return len(rows), len(rows) == ROWS_AT_ONCE
