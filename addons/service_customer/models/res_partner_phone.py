import re

from odoo import api, models
from odoo.tools import SQL

#: Fewer digits are no telephone number; the country code may be there or not.
FEWEST_DIGITS, LAST_DIGITS = 6, 9
IS_PHONE = re.compile(r"^[\d\s()+./-]+$")


class ResPartner(models.Model):
    """Who calls: people and places by their telephone number, however it is written."""

    _inherit = "res.partner"

    @api.model
    def _service_find_by_phone(self, text):
        """Partners with a telephone number, written in any way.

        :param str text: what somebody typed, a telephone number or not
        :return: `res.partner`, empty when the text is no number
        """
        digits = re.sub(r"\D", "", text)
        if len(digits) < FEWEST_DIGITS or not IS_PHONE.match(text):
            return self.browse()
        query = self._search([("phone", "!=", False)])
        query.add_where(
            SQL(
                "regexp_replace(%s, '\\D', '', 'g') LIKE %s",
                SQL.identifier(query.table, "phone"),
                f"%{digits[-LAST_DIGITS:]}",
            )
        )
        return self.browse(query)
