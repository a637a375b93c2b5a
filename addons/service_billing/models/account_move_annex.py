from odoo import fields, models

from ..tools.annex import Annex, Line, amount_rows, reading_row, to_csv, to_xlsx


class AccountMove(models.Model):
    """The statement of readings: how the document comes to its sum, page by page."""

    _inherit = "account.move"

    service_annex_charge_ids = fields.One2many(
        "service.charge", "annex_move_id", "Explained Beside", groups="base.group_system"
    )
    service_has_annex = fields.Boolean("Has a Statement", compute="_compute_service_has_annex")

    def _compute_service_has_annex(self):
        for move in self:
            move.service_has_annex = move._has_annex()

    def _has_annex(self):
        """Whether fees or pages of periods are on this document."""
        self.ensure_one()
        # Superuser: whoever may open the document may open its annex.
        return bool(self.sudo().service_charge_ids.filtered("role"))

    def _get_annex_filename(self, extension):
        """Name of the annex as a file, in the customer's language, whoever sends it."""
        move = self.with_context(lang=self.partner_id.lang or self.env.lang)
        number = move.service_external_number or move.name or ""
        return move.env._("Statement of readings %s", number.replace("/", "_")) + f".{extension}"

    def action_open_annex(self):
        """Open the annex as the customer sees it; from there as PDF and for spreadsheets."""
        self.ensure_one()
        url = f"/my/invoices/{self.id}/settlement"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    # ------------------------------------------------------------------ its data, in one place

    def _annex(self):
        """Everything that the annex says (``Annex``), in the language of the environment."""
        self.ensure_one()
        # Superuser: whoever may open the document may open its annex; it tells no cost prices.
        move = self.sudo()
        free = move.service_annex_charge_ids.sorted(lambda charge: (charge.name, charge.id))
        lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        # What is given back is below zero, like its pages.
        sign = -1 if move.move_type == "out_refund" else 1
        return Annex(
            readings=(move.service_charge_ids | free)._annex_readings(),
            lines=[
                Line(
                    line.name,
                    line.quantity,
                    line.price_unit,
                    sign * line.price_subtotal,
                    [charge._annex_unit() for charge in line.service_charge_ids.sorted("id")],
                )
                for line in lines.sorted(lambda line: (line.sequence, line.id))
            ],
            free=[
                Line(name, 0, 0, 0, [charge._annex_unit() for charge in charges])
                for name, charges in free.grouped("name").items()
            ],
        )

    # ------------------------------------------------------------------ for spreadsheets

    def _annex_csv(self):
        """One table: readings and amounts, each row with one of them, so that columns add up."""
        annex, heads = self._annex(), self._annex_heads()
        readings, amounts = self._reading_heads(heads), self._amount_heads(heads)
        # Both begin with whose they are: four columns in common.
        table = [[heads["row"], *readings, *amounts[4:]]]
        empty, blank = [None] * len(amounts[4:]), [None] * len(readings[4:])
        table += [[heads["reading"], *reading_row(each), *empty] for each in annex.readings]
        table += [[heads["amount"], *row[:4], *blank, *row[4:]] for row in amount_rows(annex)]
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return to_csv(table, lang.decimal_point)

    def _annex_xlsx(self):
        """A workbook with a sheet of readings and one of amounts."""
        annex, heads = self._annex(), self._annex_heads()
        return to_xlsx(
            {
                heads["readings"]: [
                    self._reading_heads(heads),
                    *map(reading_row, annex.readings),
                ],
                heads["amounts"]: [self._amount_heads(heads), *amount_rows(annex)],
            }
        )

    def _reading_heads(self, heads):
        names = ("device", "serial", "place", "centre", "meter")
        ends = ("start", "start_day", "start_how", "end", "end_day", "end_how", "pages", "tests")
        return [heads[name] for name in names + ends]

    def _amount_heads(self, heads):
        names = ("device", "serial", "place", "centre", "line", "part", "range")
        return [heads[name] for name in (*names, "quantity", "price", "value", "net")]

    def _annex_heads(self):
        """Headings of the tables."""
        return {
            "row": self.env._("Row"),
            "reading": self.env._("Reading"),
            "amount": self.env._("Amount"),
            "readings": self.env._("Readings"),
            "amounts": self.env._("Calculation"),
            "device": self.env._("Device"),
            "serial": self.env._("Serial Number"),
            "place": self.env._("Place"),
            "centre": self.env._("Cost Centre"),
            "meter": self.env._("Meter"),
            "start": self.env._("Reading From"),
            "start_day": self.env._("On Day"),
            "start_how": self.env._("Known"),
            "end": self.env._("Reading Until"),
            "end_day": self.env._("Until Day"),
            "end_how": self.env._("Until Known"),
            "pages": self.env._("Pages"),
            "tests": self.env._("Test Prints"),
            "line": self.env._("Line of the Document"),
            "part": self.env._("What"),
            "range": self.env._("Which Pages"),
            "quantity": self.env._("Quantity"),
            "price": self.env._("Price"),
            "value": self.env._("Value"),
            "net": self.env._("Net"),
        }
