from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _service_get_join_obstacles(self, customer):
        # EXTENDS 'service_customer': invoices would stay with an archived card.
        sentences = super()._service_get_join_obstacles(customer)
        # Superuser: what stands in the way does so whether the user sees it or not.
        groups = (
            self.env["account.move"]
            .sudo()
            ._read_group([("commercial_partner_id", "in", self.ids)], ["commercial_partner_id"])
        )
        for (card,) in groups:
            sentences.append(
                self.env._("%s has invoices: it has to stay a customer.", card.display_name)
            )
        return sentences

    def _service_take_over(self, card):
        # EXTENDS 'service_customer': the card in Subiekt is this customer or location now.
        # Superuser: pairings are changed by administrators only, joining is the dispatcher's.
        bindings = self.env["subiekt.binding"].sudo()
        pair = [("kind", "=", "partner"), ("res_model", "=", self._name)]
        bindings.search([*pair, ("res_id", "=", card.id)]).res_id = self.id
        return super()._service_take_over(card)
