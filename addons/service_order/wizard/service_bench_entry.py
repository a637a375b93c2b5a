from odoo import api, fields, models

from ..models.service_order_workshop import BENCH_FIELDS, DIAGNOSES, TEST_RESULTS


class ServiceBenchEntry(models.TransientModel):
    """What a technician found and did at the bench, told in one dialog."""

    _name = "service.bench.entry"
    _description = "Diagnosis and Repair"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    # Not as superuser, as stored ones else are: whoever may not read the order learns nothing here.
    diagnosis = fields.Text(
        compute="_compute_from_order", compute_sudo=False, store=True, readonly=False
    )
    diagnosis_result = fields.Selection(
        DIAGNOSES,
        string="Verdict",
        compute="_compute_from_order",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    repair_note = fields.Text(
        "Repair Done",
        compute="_compute_from_order",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    test_note = fields.Text(
        "Test", compute="_compute_from_order", compute_sudo=False, store=True, readonly=False
    )
    test_result = fields.Selection(
        TEST_RESULTS, compute="_compute_from_order", compute_sudo=False, store=True, readonly=False
    )

    @api.depends("order_id")
    def _compute_from_order(self):
        for entry in self:
            for name in BENCH_FIELDS:
                entry[name] = entry.order_id[name]

    def action_apply(self):
        """Write it on the order."""
        self.ensure_one()
        self.order_id._record_bench({name: self[name] for name in BENCH_FIELDS})
        return {"type": "ir.actions.act_window_close"}
