from datetime import timedelta

from odoo import models

from ..tools.statement import is_sum, load

ONE_DAY = timedelta(days=1)


class ServiceCharge(models.Model):
    """What charges say on a document: lines, dates, recipient, cost centre, order number."""

    _inherit = "service.charge"

    # ------------------------------------------------------------------ lines

    def _is_sum(self):
        """Whether there is no single price (tiers, a minimum in money): it stands as one sum."""
        self.ensure_one()
        if self.quantity != 1 or self.role not in ("pages", "minimum"):
            return False
        rows = load(self.arithmetic)
        return is_sum(rows) if self.role == "pages" else sum(row.pages for row in rows) != 1

    def _position(self):
        """What charges on one line have in common: product, price, wording and days.

        Sums of several devices are one sum: their arithmetic is in the annex.
        """
        price = None if self._is_sum() else self.price_unit
        return self.product_id, price, self.discount, self.name, self.uom_id, *self._days()

    def _days(self):
        """The first and the last day of the period, or the day of the work."""
        if not self.period_start:
            return self.date, self.date
        return self.period_start, self.period_stop - ONE_DAY

    def _round_values(self):
        """Net value of one line of these charges, rounded as on the document."""
        if len(set(self.mapped("price_unit"))) > 1:
            return sum(charge._round_value(charge.quantity) for charge in self)
        return self[:1]._round_value(sum(self.mapped("quantity")))

    # ------------------------------------------------------------------ head

    def _get_recipient(self):
        """The place that the document names beside the buyer (``trade.md`` 6); may be empty."""
        self.ensure_one()
        # Superuser: who stands on the document is decided by the places, whoever bills.
        charge = self.sudo()
        places = charge.location_id or charge.contract_id.device_ids.device_id.location_id
        recipients = {_recipient(place) for place in places}
        return recipients.pop() if len(recipients) == 1 else places.browse()

    def _get_cost_centre(self):
        """The cost centre of the device's stay, else the nearest one of its place."""
        self.ensure_one()
        # Superuser: as above.
        charge = self.sudo()
        stay = charge.stay_id.cost_centre
        place = charge.location_id or charge.device_id.location_id
        return stay or (place and place._get_service_nearest("service_cost_centre")) or ""

    def _get_order_number(self):
        """The customer's order number: of the device's stay, else of the contract."""
        self.ensure_one()
        # Superuser: as above.
        charge = self.sudo()
        contract = charge._get_agreeing_contract()
        own = contract.invoice_split == "order" and charge.stay_id.purchase_order
        return own or contract.purchase_order or ""

    def _prepare_document_vals(self):
        """Values of the head of the one document of ``self``."""
        periods = self.filtered("period_start")
        recipient = self[0]._get_recipient()
        centres = {charge._get_cost_centre() for charge in self}
        vals = {
            "service_date_from": min(periods.mapped("period_start"), default=False),
            "service_date_to": periods and max(periods.mapped("period_stop")) - ONE_DAY,
            "service_cost_centre": centres.pop() if len(centres) == 1 else False,
        }
        if recipient:
            vals |= {
                "service_recipient_id": recipient.id,
                "service_recipient_role": recipient.service_recipient_role,
                "service_recipient_vat": recipient.service_recipient_vat,
                "service_recipient_idwew": recipient.service_recipient_idwew,
            }
        return vals | self._prepare_place_vals()

    def _prepare_place_vals(self):
        """A document of one place says so: its accounting contacts see it."""
        place = self.location_id
        if len(place) != 1 or not all(charge.location_id for charge in self):
            return {}
        company, partner = self[0].company_id, self[0].partner_id
        positions = self.env["account.fiscal.position"].with_company(company)
        return {
            "partner_shipping_id": place.id,
            # The taxes are those of the buyer's own address, as on his other documents.
            "fiscal_position_id": positions._get_fiscal_position(partner).id,
        }

    # ------------------------------------------------------------------ small amounts

    def _join_small(self, groups, day):
        """Let what is below the minimum wait for the next month's document of its kind.

        :param dict groups: charges by what one document has in common, in order of time
        :param date day: what is due that day or before is settled
        :return: the groups that are billed now
        """
        waiting, result = {}, []
        for key, group in groups.items():
            rest = key[:4] + key[5:]
            group = waiting.pop(rest, group.browse()) | group
            if group._is_small(day):
                waiting[rest] = group
            else:
                result.append(group)
        return result

    def _is_small(self, day):
        """Whether these charges of one document are below the company's minimum, and may wait."""
        company, contract = self[0].company_id, self[0].contract_id
        minimum = company.service_minimum_amount
        if not minimum or not contract or contract._stop() <= day or self.corrected_charge_id:
            return False
        minimum = company.currency_id._convert(minimum, self[0].currency_id, company, day)
        return self._get_net_value() < minimum


def _recipient(place):
    """The nearest place on the way up that has a role on the invoice; may be empty."""
    while place and not place.service_recipient_role:
        place = place.parent_id
    return place
