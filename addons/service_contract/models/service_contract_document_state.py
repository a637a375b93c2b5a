from datetime import timedelta

from odoo import models


class ServiceContractDocument(models.Model):
    """The terms of a contract on a day as rows: for the schedules, and to compare annexes with."""

    _inherit = "service.contract.document"

    def _state_sections(self):
        """Sections of the state with their names on the paper."""
        return {
            "terms": self.env._("Terms"),
            "devices": self.env._("Devices"),
            "prices": self.env._("Prices"),
        }

    def _contract_state(self):
        """What is agreed on the day from which the document counts.

        :return: dict section -> rows; see ``tools.changes``
        """
        self.ensure_one()
        return {
            "terms": self._term_rows(),
            "devices": self._device_rows(),
            "prices": self._price_rows(),
        }

    def _term_rows(self):
        contract = self.contract_id
        end = contract.term_end or contract.date_end
        until = self._day(end) if end else self.env._("for an indefinite period")
        rows = [
            self._row("type", self.env._("Kind of contract"), contract.type_id.name),
            self._row("start", self.env._("In force from"), self._day(contract.date_start)),
            self._row("end", self.env._("In force until"), until, str(end or "")),
            self._row(
                "payer", self.env._("Recipient of invoices"), contract.invoice_partner_id.name or ""
            ),
        ]
        rows += self._place_rows() + self._agreed_rows()
        for group in contract.group_ids.sorted(lambda group: (group.sequence, group.id)):
            raw = [group.base_months, group.base_timing, group.base_day, group.usage_months]
            raw += [group.usage_day, group.settlement_months]
            label = self.env._("Settlement: %s", group.name)
            rows.append(self._row(f"group {group._origin.id}", label, group.summary, raw))
        return rows

    def _place_rows(self):
        """Places with a recipient of invoices of their own."""
        return [
            self._row(
                f"place {place.location_id.id}",
                self.env._("Recipient of invoices: %s", place.location_id.display_name),
                place.invoice_partner_id.name,
            )
            for place in self.contract_id.place_ids
            if place.invoice_partner_id
        ]

    def _agreed_rows(self):
        """Notice, what follows the term, times and value, as far as they are agreed."""
        contract = self.contract_id
        rows = (
            ("notice", self.env._("Notice period"), self._notice_in_words()),
            ("renewal", self.env._("After the fixed term"), self._renewal_in_words()),
            ("response", self.env._("Response time"), self._hours(contract.response_hours)),
            ("repair", self.env._("Repair time"), self._hours(contract.repair_hours)),
            ("ceiling", self.env._("Value of the contract"), self._ceiling_in_words()),
        )
        return [self._row(key, label, text) for key, label, text in rows if text]

    def _device_rows(self):
        """Devices that are on the contract on that day or join it later, in order of place."""
        day = self.date_effective
        stays = self.contract_id.device_ids.filtered(
            lambda stay: not stay.date_end or not day or stay.date_end > day
        )
        rows = []
        for stay in stays.sorted(lambda stay: (stay.date_start, stay.device_id.name)):
            device = stay.device_id
            # sudo: a schedule names the places of all devices, whoever prints it.
            place = stay.sudo().location_id
            text = ", ".join(
                filter(None, (device.model_id.display_name, self.env._("S/N %s", device.serial)))
            )
            first, last = stay.date_start, stay.date_end and stay.date_end - timedelta(days=1)
            since, until = self._day(first), self._day(last)
            days = self.env._("from %(start)s to %(end)s", start=since, end=until)
            row = self._row(
                # By the stay: a device may leave and come back.
                f"stay {stay._origin.id}",
                device.name,
                f"{text} ({days if until else self.env._('from %s', since)})",
                [device._origin.id, stay.group_id._origin.id, str(first)],
            )
            rows.append(
                row
                | {
                    "model": device.model_id.display_name,
                    "serial": device.serial or "",
                    "place": place.service_location_path or place.name or "",
                    "address": place.service_address or "",
                    "since": since,
                    "until": until,
                    "last": str(last or ""),
                }
            )
        return rows

    def _device_count(self):
        """How many devices these are; one that leaves and comes back is one."""
        return len({row["raw"][0] for row in self._device_rows()})

    def _price_rows(self):
        """Fees and prices in force on that day, and the special prices of the price list."""
        contract = self.contract_id
        # sudo: prices are for whoever may issue documents; the rights to documents decide.
        rate = contract.sudo()._get_rate(self.date_effective or contract.date_start)
        rows = [self._price_row(line) for line in rate.line_ids]
        for item in contract.sudo().pricelist_id.item_ids:  # sudo: see above
            row = self._row(f"item {item.id}", item.name, item.price)
            rows.append(row | {"price": item.price, "unit": "", "terms": ""})
        return rows

    def _price_row(self, line):
        price = line._price_and_currency(line.price_unit)
        unit, terms = line._unit_in_words(), line._terms_in_words()
        key = [*map(str, line._key()), str(line.group_id._origin.id)]
        text = "; ".join([f"{price} {unit}", *terms])
        row = self._row(" ".join(key), line.display_name, text, line._terms_raw())
        return row | {"price": price, "unit": unit, "terms": "; ".join(terms)}

    def _row(self, key, label, text, raw=None):
        return {"key": key, "label": label, "text": text, "raw": text if raw is None else raw}
