from odoo import models


class ServiceCover(models.AbstractModel):
    """Who pays what falls to the customer."""

    _inherit = "service.cover"

    def _payers(self, undecided, cases):
        """Who pays for the customer, by the contract and the place.

        :return: ``{index: res.partner}``
        """
        partners, none = self.env["res.partner"], self.env["service.contract"]
        asked = {
            index: (
                cases[index][0] if index in cases else none,
                question.customer or (question.location or partners).commercial_partner_id,
                question.location or partners,
            )
            for index, question in undecided.items()
        }
        # Read all at once: the places with those above them, and, where no contract names a
        # recipient, those among whom a customer's invoice address is looked for.
        places = {place.id: place for place in partners.union(*(who[2] for who in asked.values()))}
        free = partners.union(*(who[1] for who in asked.values() if not who[0].invoice_partner_id))
        (free | free.child_ids).child_ids.fetch(["type"])
        payers = {
            (contract, customer, place): contract._get_invoice_partner(
                customer, places.get(place.id)
            )
            for contract, customer, place in set(asked.values())
        }
        return {index: payers[who] for index, who in asked.items()}
