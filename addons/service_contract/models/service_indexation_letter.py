from odoo import fields, models
from odoo.exceptions import UserError


class ServiceIndexationRun(models.Model):
    """New prices are told to the customers by letters."""

    _inherit = "service.indexation.run"

    letter_count = fields.Integer("Number of Letters", compute="_compute_letter_count")

    def _compute_letter_count(self):
        for run in self:
            run.letter_count = len(run.line_ids.document_id)

    def action_letters(self):
        """Issue the letters of the contracts that have new prices and no letter yet.

        A contract whose letter lacks something says so on its line; the others have theirs.
        """
        self.check_access("write")
        lines = self.line_ids.filtered(
            lambda line: line.state == "applied" and not line.document_id
        )
        if not lines:
            raise UserError(self.env._("Every contract with new prices has its letter."))
        for line in lines.sudo():  # sudo: as in the preview of the run
            line._isolated(line._issue_letter, failed="applied")
        return self.action_open_letters()

    def action_open_letters(self):
        """Open the letters of these runs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_contract_document_action"
        )
        domain = [("id", "in", self.line_ids.document_id.ids)]
        return {**action, "domain": domain, "context": {}}


class ServiceIndexationLine(models.Model):
    """The letter about the new prices of a contract."""

    _inherit = "service.indexation.line"

    document_id = fields.Many2one(
        "service.contract.document",
        string="Letter",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )

    def _issue_letter(self):
        self.ensure_one()
        self.document_id = self.contract_id._create_document(
            "indexation",
            values={"given.percent": self.change, "given.reason": self.basis},
            date_effective=self.date,
        )
        self.document_id.action_issue()
        self.reason = False


class ServiceContract(models.Model):
    """A letter about prices that are taken back is given up."""

    _inherit = "service.contract"

    def _indexation_undone(self, line):
        # EXTENDS 'service_contract'
        super()._indexation_undone(line)
        line.document_id.filtered(lambda letter: letter.state == "issued").action_cancel()
