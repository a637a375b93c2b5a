from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.service_contract.models.service_contract import FORCE_STATES
from odoo.addons.service_meter.tools.rows import insert

from ..tools.day import local_day, start_of
from .service_reading_request import OPEN

#: No window is open longer after a contract's end.
LONGEST_WINDOW = timedelta(days=31)


class ServiceReadingRequest(models.Model):
    """Which readings are needed, found day by day."""

    _inherit = "service.reading.request"

    @api.model
    def _due_contracts(self, company, day):
        """The contracts whose devices may need a reading on a day."""
        ended = Domain("state", "in", ("ended", "terminated"))
        recent = Domain("date_end", ">=", day - LONGEST_WINDOW)
        return (
            Domain("company_id", "=", company.id)
            & (Domain("state", "in", ("active", "notice")) | (ended & recent))
            & Domain("rate_ids.line_ids.kind", "=", "pages")
        )

    @api.model
    def _process_due(self, contracts, day):
        """Make the requests that are due for the devices of these contracts.

        A device of which that fails does not stop the others: it says so on itself.

        :param contracts: ``service.contract`` records of one company
        :param date day: the company's day
        """
        stays = contracts.device_ids.filtered(lambda stay: stay.state in FORCE_STATES)
        if self._try(lambda: self._make(stays, day)) is None:
            return
        for stay in stays:
            error = self._try(lambda stay=stay: self._make(stay, day))
            if error:
                self._report(stay, error)

    def _try(self, act):
        """Do something as a whole or not at all; what only needs to be repeated is no failure.

        :return: what went wrong, or None
        """
        try:
            with self.env.cr.savepoint():
                act()
        except OperationalError:
            raise
        except Exception as error:  # pylint: disable=broad-except
            return error
        return None

    def _report(self, stay, error):
        """Tell on a device, once, why no reading could be asked for, and whoever looks after it."""
        device = stay.device_id
        summary = self.env._("Readings could not be asked for")
        domain = [("res_model", "=", device._name), ("res_id", "=", device.id)]
        known = self.env["mail.activity"].search_count([*domain, ("summary", "=", summary)])
        if not known:
            note = self.env._(
                "Contract %(contract)s: %(error)s", contract=stay.contract_id.name, error=error
            )
            user = stay.contract_id._watch_people()[stay.contract_id] or self.env.user
            device._message_log(body=f"{summary}. {note}")
            device.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, note=note, user_id=user.id
            )

    @api.model
    def _make(self, stays, day):
        """Make the requests that are due on a day and are not there yet, all at once.

        :return: the new requests
        """
        wanted = [(stay, edge) for stay in stays for edge in stay._reading_edges(day)]
        known = {
            (request.device_id, request.date_due)
            for request in self.search_fetch(
                [
                    ("device_id", "in", [stay.device_id.id for stay, _edge in wanted]),
                    ("date_due", "in", list({edge for _stay, edge in wanted})),
                ],
                ["device_id", "date_due"],
            )
        }
        new = [(stay, edge) for stay, edge in wanted if (stay.device_id, edge) not in known]
        if not new:
            return self.browse()
        rows, counters = self._prepare_rows(new, day)
        requests = self._insert_absent(rows)
        requests._store_counters(counters)
        return requests

    def _insert_absent(self, rows):
        """Store those of the requests that are not there yet, in one statement."""
        return insert(self, rows, absent=("device_id", "date_due"))

    def _prepare_rows(self, wanted, day):
        """Values of the requests to make, and the counters of each device and day.

        :param list wanted: ``[(stay, day of settlement)]``
        """
        counters, amounts = {}, {}
        now = fields.Datetime.now()
        stays = self.env["service.contract.device"].union(*(stay for stay, _edge in wanted))
        for edge in sorted({edge for _stay, edge in wanted}):
            due = stays.browse(stay.id for stay, day_ in wanted if day_ == edge)
            prices = due._page_prices(edge - timedelta(days=1))
            billed = due._billed_counters(prices)
            counters |= {(stay, edge): billed[stay] for stay in due}
            money = due._expected_amounts(prices, now)
            amounts |= {(stay, edge): money[stay] for stay in due}
        read = self._already_read(counters)
        people = self._find_people(stays.device_id)
        rows = [
            self._prepare_row(stay, edge, day, people[stay.device_id], amounts[stay, edge])
            for (stay, edge), meters in counters.items()
            if meters and (stay, edge) not in read and stay.device_id.customer_id
        ]
        return rows, {(stay.device_id, edge): meters for (stay, edge), meters in counters.items()}

    def _prepare_row(self, stay, edge, day, partner, amount):
        contract, device = stay.contract_id, stay.device_id
        is_asked = contract.reading_asked == "customer"
        asked = max(day, edge - timedelta(days=contract.reading_ask_days))
        remind = contract.reading_remind_days if is_asked and partner else 0
        # Whom nobody can write to is called at once.
        call = contract.reading_call_days if partner or not is_asked else 0
        return {
            "device_id": device.id,
            "stay_id": stay.id,
            "contract_id": contract.id,
            "company_id": contract.company_id.id,
            "customer_id": device.customer_id.id,
            "location_id": device.location_id.id,
            "date_due": edge,
            "date_from": edge - timedelta(days=contract.reading_days_before),
            "date_to": edge + timedelta(days=contract.reading_days_after),
            "asked": contract.reading_asked,
            "partner_id": partner.id if is_asked else False,
            "state": "waiting",
            "date_remind": asked + timedelta(days=remind) if remind else False,
            "date_call": asked + timedelta(days=call),
            "amount": contract.currency_id.round(amount),
            "currency_id": contract.currency_id.id,
        }

    def _already_read(self, counters):
        """Those of ``{(stay, edge): counters}`` all of whose counters have been read by now."""
        meters = self.env["service.meter"].union(*counters.values())
        if not meters:
            return set()
        zone = meters.company_id[:1]._get_service_tz()
        windows = {
            (stay, edge): edge - timedelta(days=stay.contract_id.reading_days_before)
            for stay, edge in counters
        }
        readings = self.env["service.meter.reading"].search_fetch(
            [
                ("meter_id", "in", meters.ids),
                ("date", ">=", start_of(min(windows.values()), zone)),
                ("verdict", "!=", "rejected"),
            ],
            ["meter_id", "date"],
        )
        last = {}
        for reading in readings:
            day = local_day(reading.date, zone)
            last[reading.meter_id] = max(day, last.get(reading.meter_id, day))
        return {
            key
            for key, needed in counters.items()
            if all(meter in last and last[meter] >= windows[key] for meter in needed)
        }

    def _store_counters(self, counters):
        """Store which counters these requests are for, in one statement."""
        pairs = [
            (request.id, meter.id)
            for request in self
            for meter in counters[request.device_id, request.date_due]
        ]
        if not pairs:
            return
        field = self._fields["meter_ids"]
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[]) RETURNING 1",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                [request for request, _meter in pairs],
                [meter for _request, meter in pairs],
            )
        )
        self.invalidate_recordset(["meter_ids"], flush=False)

    def _starts_at(self):
        """The moment, in UTC, from which a reading counts for this request."""
        return start_of(self.date_from, self.company_id._get_service_tz())

    @api.model
    def _process_obsolete(self):
        """Close requests of devices that left their contracts before the day of settlement."""
        self.env["service.contract.device"].flush_model()
        self.env["service.contract"].flush_model(["date_end"])
        self.flush_model(["state", "date_due", "stay_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request.id
                  FROM service_reading_request request
                  JOIN service_contract_device stay ON stay.id = request.stay_id
                  JOIN service_contract contract ON contract.id = stay.contract_id
                 WHERE request.state IN %s
                   AND (stay.state NOT IN %s
                        OR request.date_due > LEAST(stay.date_end, contract.date_end + 1))
                """,
                OPEN,
                FORCE_STATES,
            )
        )
        gone = self.browse(request_id for [request_id] in rows)
        gone.write({"state": "cancelled"})
        gone._close_calls()
        return gone
