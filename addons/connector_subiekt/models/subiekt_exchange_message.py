from odoo import fields, models


class SubiektExchangeMessage(models.Model):
    """One thing to know about an exchange: usually a row of the file that could not be taken."""

    _name = "subiekt.exchange.message"
    _description = "Subiekt Exchange Message"
    _order = "exchange_id, level, line, id"
    _rec_name = "message"

    exchange_id = fields.Many2one("subiekt.exchange", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="exchange_id.company_id")
    level = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Information")], required=True
    )
    line = fields.Integer(aggregator=None, help="Line of the file; 0: the file as a whole.")
    symbol = fields.Char(help="Symbol of the card or number of the document in Subiekt.")
    message = fields.Text(required=True)
