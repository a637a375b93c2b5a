from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..tools.facts import keep_facts

#: The observed fact: never changed once stored.
FACTS = {"device_id", "date", "source", "user_id", "partner_id", "photo_ids", "note"}


class ServiceMeterReadingSet(models.Model):
    """Readings taken together: one person, one moment, one device, all its counters."""

    _name = "service.meter.reading.set"
    _description = "Meter Reading Set"
    _order = "date desc, id desc"

    device_id = fields.Many2one(
        "service.device",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, readonly=True, help="When the counters showed it.")
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("technician", "Technician"),
            ("portal", "Customer panel"),
            ("link", "E-mail link"),
            ("import", "Import"),
            ("snmp", "Network (SNMP)"),
            ("installation", "Installation"),
            ("estimate", "Estimate"),
        ],
        required=True,
        readonly=True,
        default="staff",
    )
    user_id = fields.Many2one("res.users", string="Entered by", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner",
        string="Read by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The person who read the counters, when it was not the user who entered them.",
    )
    photo_ids = fields.Many2many("ir.attachment", string="Photos", readonly=True)
    note = fields.Char(readonly=True)
    reading_ids = fields.One2many("service.meter.reading", "set_id", string="Readings")
    # Copied from the device when the set is taken, so that it needs no check.
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="At whose place the device was at that moment.",
    )
    location_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    _device_date_idx = models.Index("(device_id, date DESC, id DESC)")

    def init(self):
        """The database keeps what was observed as it is, whoever writes to it."""
        super().init()
        # Not the person: merging two contacts that are one is no change of the fact.
        keep_facts(self.env.cr, self._table, ["device_id", "date", "source", "user_id", "note"])

    @api.depends("device_id", "date")
    def _compute_display_name(self):
        for reading_set in self:
            moment = format_datetime(self.env, reading_set.date, dt_format="short")
            reading_set.display_name = f"{reading_set.device_id.name} {moment}"

    def write(self, vals):
        """Refuse to change what was observed."""
        if FACTS & vals.keys():
            raise UserError(
                self.env._(
                    "A reading is never changed. Reject the wrong one and take a new reading."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """A wrong reading is rejected, so that everybody sees that it was there."""
        raise UserError(self.env._("Readings are never deleted. Reject the wrong one instead."))

    def _add_photos(self, photos):
        """Keep photos, also of a reading that was known already: nothing observed is changed by it.

        A picture that the set has is not kept twice, as when a telephone sends all once more.
        """
        kept = self.photo_ids.mapped("checksum")
        new = photos.filtered(lambda photo: photo.checksum not in kept)
        if new:
            # Past this model's own write, which refuses to change what was observed.
            links = [Command.link(photo.id) for photo in new]
            super().write({"photo_ids": links})  # pylint: disable=super-method-mismatch
            self._keep_uploads()

    def _keep_uploads(self):
        """The photos become this set's own."""
        # Only fresh uploads: who may read another document's file must not carry it off here.
        uploads = self.photo_ids.filtered(lambda photo: not photo.res_id)
        uploads.write({"res_model": self._name, "res_id": self.id})
