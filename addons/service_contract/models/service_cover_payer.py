from dataclasses import replace

from odoo import models


class ServiceCover(models.AbstractModel):
    """Who pays what falls to the customer."""

    _inherit = "service.cover"

    def _payers(self, undecided, cases):
        """Who pays for the customer, by the contract and the place.

        :return: ``{index: res.partner}``
        """
        partners, none = self.env["res.partner"], self.env["service.contract"]
        # By ids: comparing records is dear for many questions.
        contracts, asked = {False: none}, {}
        for index, question in undecided.items():
            contract = cases[index][0] if index in cases else none
            contracts[contract.id] = contract
            place = question.location or partners
            customer = question.customer or place.commercial_partner_id
            asked[index] = (contract.id, customer.id, place.id)
        wanted = set(asked.values())
        # Read all at once: customers and places with those above them, and, where no contract
        # names a recipient, those among whom a customer's invoice address is looked for.
        free = partners.browse(
            {who[1] for who in wanted if not contracts[who[0]].invoice_partner_id} - {False}
        )
        (free | free.child_ids).child_ids.fetch(["type"])
        ids = {number for who in wanted for number in who[1:]} - {False}
        known = {False: partners, **{partner.id: partner for partner in partners.browse(ids)}}
        found = {
            who: contracts[who[0]]._get_invoice_partner(known[who[1]], known[who[2]])
            for who in wanted
        }
        return {index: found[who] for index, who in asked.items()}

    def _leased(self, answers, undecided, cases):
        """The answers of contracts, the customer's part paid by the leasing company that agreed to.

        A leasing company buys the device; the service falls to its user, unless the row of the
        cover says otherwise. What nobody agreed (fault, no contract) it never pays.
        """
        for index, answer in answers.items():
            device = undecided[index].device
            if cases[index][1].payer != "lessor" or device.owner != "lessor":
                continue
            lessor = device.lessor_id
            if lessor and any(share.payer == "customer" for share in answer.shares):
                shares = [
                    replace(share, payer="lessor", partner=lessor)
                    if share.payer == "customer"
                    else share
                    for share in answer.shares
                ]
                reason = self.env._("%(reason)s, paid by the leasing company", reason=answer.reason)
                answers[index] = replace(answer, shares=shares, reason=reason)
        return answers
