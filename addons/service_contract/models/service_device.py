from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.service_meter.tools.life import COUNTED

from .service_contract import FORCE_STATES


class ServiceDevice(models.Model):
    """A device is on a contract, or on none, on any day."""

    _inherit = "service.device"

    contract_device_ids = fields.One2many(
        "service.contract.device", "device_id", string="Stays on Contracts"
    )
    contract_id = fields.Many2one(
        "service.contract",
        compute="_compute_contract_id",
        search="_search_contract_id",
        # Whoever sees a device sees on which contract it is; the contract itself has own rules.
        compute_sudo=True,
        help="The contract in force today; of an option that of the device to which it belongs.",
    )

    @api.depends(
        "parent_id",
        "contract_device_ids.date_start",
        "contract_device_ids.date_end",
        "contract_device_ids.state",
        "contract_device_ids.contract_id.date_end",
    )
    def _compute_contract_id(self):
        contracts = self.env["service.contract"]._for_devices(
            self._origin, fields.Date.context_today(self)
        )
        for device in self:
            device.contract_id = contracts.get(device._origin)

    def _search_contract_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        in_force = (
            Domain("state", "in", FORCE_STATES)
            & Domain("date_start", "<=", "today")
            & (Domain("date_end", "=", False) | Domain("date_end", ">", "today"))
            & (
                Domain("contract_id.date_end", "=", False)
                | Domain("contract_id.date_end", ">=", "today")
            )
        )
        none = operator == "in" and False in value
        own = Domain("contract_device_ids", "any", in_force)
        wanted = in_force & Domain("contract_id", operator, value)
        found = Domain("contract_device_ids", "any", wanted) | (
            ~own & Domain("parent_id.contract_device_ids", "any", wanted)
        )
        whole = ~Domain("parent_id.contract_device_ids", "any", in_force)
        return (found | (~own & whole)) if none else found

    def action_open_contract(self):
        """Open the contract on which this device is today."""
        self.ensure_one()
        return self.contract_id._get_records_action()

    def _get_contract(self, date):
        """Return the contract in force for this device on a day, or an empty one."""
        self.ensure_one()
        return self.env["service.contract"]._for_devices(self, date)[self]

    @api.model
    def _get_life_pages(self, moments):
        """Pages of devices' whole lives by their own counters, as accepted up to a moment.

        The counter of all pages where there is one, else the sum of the counters of pages (those
        that say how they count A3).

        :param moments: ``(device, moment in UTC)`` pairs
        :return: ``{(device, moment): int}``, in a constant number of queries
        """
        counters = {}
        for device, moment in moments:
            pages = device.meter_ids._physical().filtered("type_id.a3_type_id")
            total = pages.filtered(lambda meter: meter.type_id.code == "total")
            counters[device, moment] = total or pages
        life = self._get_life_values(
            {(meter.id, moment) for (_device, moment), some in counters.items() for meter in some}
        )
        return {
            (device, moment): sum(life.get((meter.id, moment), 0) for meter in some)
            for (device, moment), some in counters.items()
        }

    @api.model
    def _get_life_values(self, wanted):
        """What counters had counted in their lives: ``{(id of meter, moment): int}``."""
        if not wanted:
            return {}
        readings = self.env["service.meter.reading"]
        readings.flush_model(["meter_id", "date", "verdict", "life_value"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wanted.meter_id, wanted.moment, last.life_value
                  FROM (VALUES %(wanted)s) AS wanted (meter_id, moment)
                  JOIN LATERAL (
                       SELECT life_value
                         FROM service_meter_reading
                        WHERE meter_id = wanted.meter_id
                          AND date <= wanted.moment
                          AND verdict IN %(counted)s
                        ORDER BY date DESC, id DESC
                        LIMIT 1
                  ) last ON TRUE
                """,
                wanted=SQL(", ").join(SQL("(%s, %s::timestamp)", *pair) for pair in wanted),
                counted=tuple(COUNTED),
            )
        )
        return {(meter, moment): value for meter, moment, value in rows}

    def _cover_in_words(self, date=None):
        """What the contract of each device covers on a day, in words for people.

        :param date date: today when not given
        :return: ``{device: [sentence]}``, an empty list for a device without a contract
        """
        # Superuser: what is free of charge may be told to everybody who may see the device,
        # also to those who may not see the contract itself.
        devices = self.sudo()
        contracts = (
            self.env["service.contract"]
            .sudo()
            ._for_devices(devices, date or fields.Date.context_today(self))
        )
        return {
            device: contracts[system].type_id.coverage_ids.mapped("display_name")
            for device, system in zip(self, devices, strict=True)
        }

    def _history_sources(self):
        # EXTENDS service_device
        return [
            *super()._history_sources(),
            self._history_source_contract_start(),
            self._history_source_contract_end(),
        ]

    def _history_source_contract_start(self):
        """Slot 3: days on which devices joined contracts in force; for staff."""
        return self._history_source_contract(
            3,
            self.env._("On contract"),
            self._history_moment(SQL("stay.date_start"), SQL("stay.create_date")),
            SQL("TRUE"),
        )

    def _history_source_contract_end(self):
        """Slot 4: days on which devices left contracts; for staff."""
        return self._history_source_contract(
            4,
            self.env._("Off contract"),
            SQL("LEAST(stay.date_end, contract.date_end + 1)::timestamp"),
            SQL("LEAST(stay.date_end, contract.date_end + 1) <= (NOW() AT TIME ZONE 'UTC')::date"),
        )

    def _history_source_contract(self, slot, text, moment, condition):
        """One end of the stays on contracts, as history rows."""
        return SQL(
            """
            SELECT stay.id::bigint * 16 + %(slot)s AS id,
                   stay.device_id,
                   %(moment)s AS date,
                   'contract' AS kind,
                   'staff' AS audience,
                   contract.customer_id,
                   NULL::integer AS location_id,
                   stay.company_id,
                   concat_ws(' ', %(text)s, contract.name) AS summary,
                   stay.write_uid AS user_id,
                   'service.contract' AS res_model,
                   contract.id AS res_id
              FROM service_contract_device stay
              JOIN service_contract contract ON contract.id = stay.contract_id
             WHERE stay.state IN %(states)s AND %(condition)s
            """,
            states=FORCE_STATES,
            slot=slot,
            moment=moment,
            text=text,
            condition=condition,
        )
