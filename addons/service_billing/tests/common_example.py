from datetime import datetime, timedelta

from odoo import Command, fields

from .common_period import ServicePeriodCommon, day


class ServiceExampleCommon(ServicePeriodCommon):
    """Settles a contract as ``worked_examples.yaml`` describes one."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whether a reading is usual is another matter.
        cls.company.service_reading_tolerance = 0
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True

    def _play(self, example):
        """Set up one example and settle it on its days.

        :return: (rows of the ledger, charges)
        """
        self._set_up_model(example)
        self.waiting, self.problems = [], []
        contracts = example.get("contracts") or {"main": example}
        named = dict.fromkeys(name for each in contracts.values() for name in each["devices"])
        self.devices = {name: self._make_device(name) for name in named if " again" not in name}
        for name, vals in example["devices"].items():
            self._read_device(name, vals.get("readings", {}))
            self._print_tests(name, vals.get("tests", {}))
        self.contracts = {name: self._agree(name, terms) for name, terms in contracts.items()}
        for when in map(str, example["days"]):
            self._settle_day(*(when.split() if " " in when else ("main", when)))
        if "left" in example:
            self._leave_late(**example["left"])
        charges = self.env["service.charge"].union(*(c.charge_ids for c in self.contracts.values()))
        devices = [device.id for device in self.devices.values()]
        rows = self.env["service.consumption"].search(
            [("device_id", "in", devices)], order="meter_id, seq"
        )
        return rows.sorted(lambda row: row.device_id.serial), charges

    # ------------------------------------------------------------------ set up

    def _set_up_model(self, example):
        """The counters of all devices of an example."""
        if "meters" in example:
            types = self.env["service.meter.type"].search([("code", "in", example["meters"])])
            self.model.meter_type_ids = [Command.set(types.ids)]
        line = self.model.meter_line_ids[:1]
        line.write({"digits": example.get("digits", 0), "monthly_pages": example.get("monthly", 0)})

    def _read_device(self, name, readings):
        """Take the readings that are known from the beginning; the others wait for their day."""
        for when, value in readings.items():
            when, _on, later = when.partition(" on ")
            if later:
                self.waiting.append((day(later), name, when, value))
            else:
                self._read_one(name, when, value)

    def _read_one(self, name, when, value):
        """Take one reading; the first word of a text says what is decided on it."""
        when, _space, evening = when.partition(" ")
        verdict = None
        if isinstance(value, str):
            verdict, value = value.split()
        if isinstance(value, list):
            value = dict(zip(("mono", "colour"), value, strict=True))
        elif not isinstance(value, dict):
            value = {"mono": int(value)}
        moment = datetime.combine(day(when), datetime.min.time())
        moment += timedelta(hours=20 if evening else 11)
        readings = self.devices[name]._take_readings(value, date=moment).reading_ids
        if verdict in ("reset", "rollover"):
            readings.filtered(lambda r: r.verdict == "suspect")._decide(verdict)
        self.assertEqual(set(readings.mapped("verdict")), {verdict or "accepted"})

    def _print_tests(self, name, tests):
        """Test prints of the mono counter by their days."""
        for when, pages in tests.items():
            meters = self.devices[name].meter_ids
            meter = meters.filtered(lambda each: each.type_id == self.mono_type)
            moment = datetime.combine(day(when), datetime.min.time())
            meter.env["service.meter.test"].create(
                {"meter_id": meter.id, "date": moment, "pages": pages}
            )

    def _agree(self, name, example):
        """The contract of an example, in force."""
        groups = example.get("groups", ["All"])
        group = dict(example.get("group", {}))
        if "date_anchor" in group:
            group["date_anchor"] = day(group["date_anchor"])
        customer = self.other_customer if example.get("other") else self.customer
        contract = self.env["service.contract"].create(
            {
                "name": name,
                "type_id": self.all_in_type.id,
                "customer_id": customer.id,
                "date_start": day(example.get("start", "1-1")),
                "estimate_policy": example.get("policy", "none"),
                "reading_days_before": 5,
                "reading_days_after": 10,
                "currency_id": self.euro.id if "currency" in example else self._zloty(),
                "billing_from": "billing_from" in example and day(example["billing_from"]),
                "group_ids": [Command.create({"name": each, **group}) for each in groups],
            }
        )
        self._add_devices(contract, example["devices"])
        prices = example["prices"]
        for since, lines in (prices if isinstance(prices, dict) else {None: prices}).items():
            since = since or example.get("start", "1-1")
            self._rates(contract, since, [self._price(line) for line in lines])
        contract.action_activate()
        if "end" in example:
            contract._terminate("agreement", day(example["end"]))
        return contract

    def _zloty(self):
        return self.env.company.currency_id.id

    def _add_devices(self, contract, devices):
        """The stays of devices, by their days."""
        by_name = {group.name: group for group in contract.group_ids}
        for name, vals in devices.items():
            self.env["service.contract.device"].create(
                {
                    "contract_id": contract.id,
                    "device_id": self.devices[name.removesuffix(" again")].id,
                    "date_start": day(vals["from"]) if "from" in vals else contract.date_start,
                    "date_end": "to" in vals and day(vals["to"]),
                    "group_id": by_name[vals["group"]].id if "group" in vals else False,
                    "billing_day": vals.get("day", 0),
                }
            )

    def _price(self, line):
        line = dict(line)
        if "meter" in line:
            meter_type = self.env["service.meter.type"].search([("name", "=", line.pop("meter"))])
            line["meter_type_id"] = meter_type.id
        return line

    # ------------------------------------------------------------------ settle

    def _settle_day(self, name, when):
        """Take what was read until a day, and settle what is due then."""
        until = day(when)
        for each in [each for each in self.waiting if each[0] <= until]:
            self.waiting.remove(each)
            self._read_one(*each[1:])
        contract = self.contracts[name]
        statement = self._statement(contract, when)
        self.problems += [self._problem(problem) for problem in statement.problems]
        contract._settle([statement])
        self.env.flush_all()
        contract.invalidate_recordset(["charge_ids"])

    def _leave_late(self, days, joins=None, **left):
        """Tell when devices have left, perhaps for another contract, and go on from day to day."""
        for name, since in left.items():
            device = self.devices[name]
            stays = self.env["service.contract.device"].search([("device_id", "=", device.id)])
            stays._leave(day(since))
            if joins:
                self.contracts[joins].device_ids = [
                    Command.create({"device_id": device.id, "date_start": day(since)})
                ]
        for when in days:
            self._settle_day(*(when.split() if " " in when else ("main", when)))

    # ------------------------------------------------------------------ compare

    def _in_words(self, charges, word):
        """Charges in the order of the days on which they end."""
        words = [(charge.date, word(charge)) for charge in charges]
        return [text for _date, text in sorted(words)]

    def _problem(self, problem):
        """A problem with devices and contracts by the names that the examples give them."""
        text = f"{problem.state}: {problem.text}"
        for record in (*self.devices.values(), *self.contracts.values()):
            name = record.serial if record._name == "service.device" else record.name
            text = text.replace(record.display_name, name)
        return text

    def _charge(self, charge):
        """A charge as the examples write it."""
        whose, device = charge.unit.split("/")[0], charge.device_id.serial
        days = " to ".join(map(_short, (charge.period_start, charge.date)))
        meter = charge.rate_line_id.meter_type_id.name
        who = " ".join(filter(None, (device if whose == "stay" else whose, meter)))
        if charge.role == "fee":
            who = device or whose
        text = f"{charge.role} {who} {days}: {charge.quantity:g} × {charge.price_unit:g}"
        text += f" = {charge.amount:.2f}"
        if charge.currency_id == self.euro:
            text += " EUR"
        if charge.role == "pages":
            text += f" ({charge.pages})"
        return f"{text}, {charge.reason}" if charge.reason else text

    def _correction(self, correction):
        """A proposed correction as the examples write it."""
        return f"{correction.kind}: {correction.pages} pages, {correction.amount:.2f}"

    def _row(self, row):
        """A row of the ledger as the examples write it."""
        row = row.with_context(tz="Europe/Warsaw")
        days = [fields.Datetime.context_timestamp(row, m) for m in (row.date_from, row.date_to)]
        whose = row.contract_id.name or "nobody"
        return (
            f"{row.device_id.serial} {row.meter_type_id.name} {row.life_from} > {row.life_to}"
            f" = {row.pages} {row.kind} {row.how} {' to '.join(map(_short, days))}, {whose}"
        )

    def _check_each_page_once(self, rows, charges):
        """No gap, no overlap; each payable row is in one charge, and each charge has its pages."""
        for mine in rows.grouped("meter_id").values():
            for before, after in zip(mine, mine[1:], strict=False):
                self.assertEqual(before.life_to, after.life_from)
                self.assertEqual(before.date_to, after.date_from)
        for row in rows:
            paid = row.kind not in ("out", "give_back")
            self.assertEqual(bool(row.charge_id), paid, self._row(row))
            if paid:
                self.assertEqual(row.customer_id, row.charge_id.customer_id)
        for charge in charges:
            counted = charge.consumption_ids.filtered(lambda row: row.kind != "test")
            self.assertEqual(sum(counted.mapped("pages")), charge.pages)


def _short(moment):
    return f"{moment.month}-{moment.day}"
