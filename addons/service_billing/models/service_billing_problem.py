from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

#: Models whose records are mended on their own forms.
MENDED_THERE = ("service.device", "res.partner")
#: A contract that a run could not settle, as a cause to tell somebody.
BILLING_CAUSE = ("billing", "Cannot Be Billed")


class ServiceBillingLine(models.Model):
    """Each problem leads to the record in which it is mended."""

    _inherit = "service.billing.line"

    problems = fields.Json(
        readonly=True, help="What stands against it: [state, text, model, id of the record]."
    )
    problem_html = fields.Html("What to Do Where", compute="_compute_problem_html", sanitize=False)

    @api.depends("problems", "problem")
    def _compute_problem_html(self):
        item = Markup('<li>%s <a href="%s" class="text-nowrap">%s</a></li>')
        for line in self:
            items = [
                item % (text, f"/odoo/{model}/{record_id}", self.env._("Open"))
                for _state, text, model, record_id in line.problems or ()
            ]
            if line.problem and not items:
                items = [Markup("<li>%s</li>") % line.problem]
            line.problem_html = items and Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(
                items
            )

    def _show(self, statement):
        # EXTENDS service_billing
        super()._show(statement)
        problems = [
            [problem.state, problem.text, target._name, target.id]
            for problem in statement.problems
            for target in [self._mended_in(problem.record)]
        ]
        self._keep({"problems": problems or False})

    def _mended_in(self, record):
        """Where people mend it: a device, a place, else the contract, whose prices and devices are
        changed on its form."""
        return record if record and record._name in MENDED_THERE else self.contract_id

    def _fail(self, error):
        # EXTENDS service_billing: only the contract is known.
        super()._fail(error)
        self._keep({"problems": False})

    def _check(self):
        # EXTENDS service_billing: what is mended is taken off people's lists at once.
        super()._check()
        self._tell_errors()

    def action_settle(self):
        # EXTENDS service_billing: as above.
        super().action_settle()
        self._tell_errors()

    def _tell_errors(self):
        """Tell the responsible people of contracts that cannot be settled, and close the rest."""
        # Superuser: whom the program has told is no record that people write.
        self.env["service.contract.watch"].sudo()._refresh_cause("contract_id", "billing")

    def action_mend(self):
        """Open where the problem is mended: the reading to enter or to explain, the place, the
        contract."""
        self.ensure_one()
        problems = [each for each in self.problems or () if each[0] == self.state]
        targets = {(model, record_id) for _state, _text, model, record_id in problems}
        if not targets:
            return self.contract_id._get_records_action()
        model = problems[0][2]
        records = self.env[model].browse(
            sorted(record_id for name, record_id in targets if name == model)
        )
        if model != "service.device":
            return records._get_records_action()
        if self.state == "suspect":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "service_meter.service_meter_reading_action_suspect"
            )
            domain = [("verdict", "=", "suspect"), ("device_id", "in", records.ids)]
            return {**action, "domain": domain}
        if len(records) == 1:
            return records.action_take_readings()
        return records._get_records_action(name=self.env._("Readings Missing"))


class ServiceContractWatch(models.Model):
    """That a contract could not be settled is told to somebody, once."""

    _inherit = "service.contract.watch"

    cause = fields.Selection(selection_add=[BILLING_CAUSE], ondelete={"billing": "cascade"})


class ServiceContract(models.Model):
    """Contracts that a run could not settle need somebody."""

    _inherit = "service.contract"

    billing_line_ids = fields.One2many("service.billing.line", "contract_id", "In Billing Runs")
    attention = fields.Selection(selection_add=[BILLING_CAUSE])

    @api.model
    def _watch_causes(self):
        # EXTENDS service_contract
        return [BILLING_CAUSE, *super()._watch_causes()]

    @api.model
    def _watch_domain(self, cause):
        # EXTENDS service_contract
        if cause != "billing":
            return super()._watch_domain(cause)
        # Superuser: that a contract cannot be billed is told to all who see the contract.
        lines = self.env["service.billing.line"].sudo().search([("state", "=", "error")])
        return Domain("id", "in", lines.contract_id.ids)

    def _watch_text(self, cause):
        # EXTENDS service_contract
        if cause != "billing":
            return super()._watch_text(cause)
        # Superuser: the person is responsible for the contract.
        lines = self.sudo().billing_line_ids.filtered(lambda line: line.state == "error")
        return "\n".join(dict.fromkeys(lines.mapped("problem")))
