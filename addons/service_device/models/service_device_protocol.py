import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

WASTE_CODE = "16 02 14"
# What was signed stays as it was signed.
FREE_FIELDS = frozenset(("signature", "signed_by", "signed_on", "note"))


class ServiceDeviceProtocol(models.Model):
    """The paper of a handover or a return: what changed hands, where, when, in which state."""

    _name = "service.device.protocol"
    _description = "Device Protocol"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, index="trigram")
    kind = fields.Selection(
        [("handover", "Handover Protocol"), ("return", "Return Protocol")],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_ids = fields.One2many("service.device.protocol.line", "protocol_id", string="Devices")
    toner_ids = fields.One2many(
        "service.device.protocol.toner", "protocol_id", string="Unused Toner Taken Back"
    )
    waste_quantity = fields.Float(
        string="Waste (kg)", digits=(10, 3), help="Mass of the waste that was taken over."
    )
    waste_code = fields.Char(
        default=WASTE_CODE, help="Code of the waste catalogue; 16 02 14: discarded equipment."
    )
    waste_note_number = fields.Char(
        string="Waste Transfer Note", help="Number of the note in the waste register."
    )
    waste_producer = fields.Selection(
        [("customer", "Customer"), ("own", "Our Company")],
        help="Who counts as the producer of the waste, as the contract says.",
    )
    note = fields.Char()
    signature = fields.Image(max_width=1024, max_height=1024, copy=False)
    signed_by = fields.Char(copy=False, help="Name of the customer's person who signed.")
    signed_on = fields.Datetime(readonly=True, copy=False)

    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "There is already a protocol with this number."
    )
    _waste_positive = models.Constraint(
        "CHECK(waste_quantity >= 0)", "The mass of the waste cannot be below zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = self.env["ir.sequence"].next_by_code("service.device.protocol")
        return super().create(vals_list)

    def write(self, vals):
        """A signed protocol stays as it was signed; a signature gets its moment."""
        if vals.keys() - FREE_FIELDS:
            self._check_unsigned()
        if "signature" in vals:
            self._check_unsigned()
            if vals["signature"] and not (
                vals.get("signed_by") or all(protocol.signed_by for protocol in self)
            ):
                raise UserError(self.env._("Enter the name of the person who signs."))
            vals = vals | {"signed_on": fields.Datetime.now() if vals["signature"] else False}
        result = super().write(vals)
        if vals.get("signature"):
            self._attach_pdf()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_unsigned()

    def _check_unsigned(self):
        # The picture of a signature may be removed in time; that it was given stays.
        signed = self.filtered("signed_on")
        if signed:
            raise UserError(
                self.env._(
                    "%s is signed and stays as it is. Record a new move of the device instead.",
                    ", ".join(signed.mapped("name")),
                )
            )

    def _attach_pdf(self):
        """Attach the PDF, ready for signature or signed.

        The report engine attaches what it renders. A missing PDF program must not undo the move:
        then the protocol is printed later, from its own form.
        """
        report = self.env["ir.actions.report"]
        for protocol in self:
            try:
                report._render_qweb_pdf("service_device.action_report_protocol", protocol.ids)
            except UserError as error:
                _logger.warning("No PDF of %s: %s", protocol.name, error)

    def _get_title(self):
        """What the paper is called, in the language of the record's environment."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _get_pdf_name(self):
        """File name of the attached PDF; the signed one stands beside the unsigned one."""
        self.ensure_one()
        signed = self.env._("signed") if self.signed_on else ""
        name = "-".join(part for part in (self._get_pdf_stem(), signed) if part)
        return f"{name}.pdf"

    def _get_pdf_stem(self):
        """The number as the name of a file begins with it."""
        return self.name.replace("/", "-")

    def action_print(self):
        """Print the protocol."""
        return self.env.ref("service_device.action_report_protocol").report_action(self)
