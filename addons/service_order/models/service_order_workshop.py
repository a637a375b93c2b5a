from odoo import api, fields, models
from odoo.exceptions import AccessError

DIAGNOSES = [
    ("repair", "To Be Repaired"),
    ("not_worth", "Not Worth Repairing"),
    ("no_fault", "No Fault Found"),
]
TEST_RESULTS = [
    ("passed", "Works"),
    ("failed", "Still Faulty"),
    ("skipped", "Returned Unrepaired"),
]
#: What is recorded at the bench, also by a technician who cannot change the order otherwise.
BENCH_FIELDS = ("diagnosis", "diagnosis_result", "repair_note", "test_note", "test_result")


class ServiceOrder(models.Model):
    """The workshop's part of an order: in what state the device came, what is wrong, what was done
    and how it was tested."""

    _inherit = "service.order"

    receipt_id = fields.Many2one(
        "service.device.protocol", string="Receipt", compute="_compute_receipt_id"
    )
    received_condition = fields.Text(compute="_compute_receipt_id")
    received_accessory_ids = fields.Many2many(
        "service.accessory", string="Accessories Received", compute="_compute_receipt_id"
    )
    received_from = fields.Char("Handed Over By", compute="_compute_receipt_id")
    diagnosis = fields.Text(help="What is wrong and what it takes, as the technician found it.")
    diagnosis_result = fields.Selection(DIAGNOSES, string="Verdict", tracking=True)
    repair_note = fields.Text("Repair Done", help="What was done.")
    test_note = fields.Text("Test", help="How it was tested, with which pages and values.")
    test_result = fields.Selection(TEST_RESULTS, tracking=True)

    @api.depends("protocol_ids.kind")
    def _compute_receipt_id(self):
        """The newest receipt, and what it says."""
        for order in self:
            receipts = order.protocol_ids.filtered(lambda protocol: protocol.kind == "receipt")
            receipt = receipts.sorted("date")[-1:]
            order.receipt_id = receipt
            order.received_condition = receipt.condition
            order.received_accessory_ids = receipt.accessory_ids
            order.received_from = receipt.signed_by

    def _record_bench(self, vals):
        """Write what was found and done at the bench.

        :param dict vals: values of `BENCH_FIELDS`
        :raise AccessError: for anybody but dispatchers and the order's own technician
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not self.has_access("write") and self.technician_id.user_id != user:
            raise AccessError(
                self.env._(
                    "The order %(order)s is not yours. Ask the dispatcher to give it to you.",
                    order=self.name,
                )
            )
        # sudo: technicians can't change orders; what they found at the bench is theirs to tell.
        self.sudo().write({name: vals[name] for name in BENCH_FIELDS if name in vals})

    def action_record_bench(self):
        """Open the dialog for what was found and done at the bench."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Diagnosis and Repair"),
            "res_model": "service.bench.entry",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_record_line(self):
        """Open the dialog for a part or time used at the bench."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Part or Time Used"),
            "res_model": "service.order.line",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }
