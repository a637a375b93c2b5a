from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, plaintext2html

from odoo.addons.service_meter.tools.rows import insert

from .service_contract import GOING_STATES
from .service_contract_ceiling import CEILING_NEAR, CEILING_REACHED

CONTRACT_CAUSES = [
    ("expiring", "Fixed Term Ends Soon"),
    ("notice", "About to End"),
    ("no_rate", "Without Rates"),
    ("ceiling_near", "Value Nearly Used Up"),
    ("ceiling_reached", "Value Used Up"),
]
DEVICE_CAUSES = [
    ("no_contract", "On No Contract"),
    ("two_contracts", "On Two Contracts"),
]
#: The unique index of who was told of what.
ONCE = ("cause", SQL("COALESCE(contract_id, 0)"), SQL("COALESCE(device_id, 0)"))
#: States of stays that were not given up and are not over.
OPEN_STATES = ("draft", *GOING_STATES)


class ServiceContractWatch(models.Model):
    """A cause for which somebody was told once, as long as it lasts.

    The cause itself is found anew each day; this row only remembers that an activity was made, also
    when the person has closed it since.
    """

    _name = "service.contract.watch"
    _description = "Contract or Device Needing Attention"

    cause = fields.Selection(CONTRACT_CAUSES + DEVICE_CAUSES, required=True)
    contract_id = fields.Many2one("service.contract", ondelete="cascade", index="btree_not_null")
    device_id = fields.Many2one("service.device", ondelete="cascade", index="btree_not_null")
    activity_id = fields.Many2one("mail.activity", ondelete="set null", index="btree_not_null")

    _cause_uniq = models.UniqueIndex(
        "(cause, COALESCE(contract_id, 0), COALESCE(device_id, 0))",
        "Somebody was told of this already.",
    )

    @api.model
    def _refresh(self):
        """Tell somebody of each new cause; close what was told when it is gone or the person is."""
        for fname, model in (("contract_id", "service.contract"), ("device_id", "service.device")):
            for cause, _label in self.env[model]._watch_causes():
                self._refresh_cause(fname, cause)

    @api.model
    def _refresh_cause(self, fname, cause):
        """The same for one cause; ``fname`` is the field that leads to the records."""
        records = self.env[self._fields[fname].comodel_name]
        found = records.search(records._watch_domain(cause))
        lasting = set(found.ids)
        told = self.search([("cause", "=", cause), (fname, "!=", False)])
        gone = told.filtered(
            lambda row: row[fname].id not in lasting
            or (row._is_open() and not row.activity_id.user_id.active)
        )
        new = found - (told - gone)[fname]
        # What somebody has done stays among what was done.
        gone.filtered(lambda row: row._is_open()).activity_id.unlink()
        gone.unlink()
        self._tell(cause, fname, new)

    def _is_open(self):
        """Whether what somebody was told of is not done yet."""
        return self.activity_id.active

    def _tell(self, cause, fname, records):
        """Make an activity for each record, for the person who looks after it."""
        people = records._watch_people()
        found = records.filtered(lambda record: people[record]).sorted("id")
        # The row first: of two who tell at the same time, one comes again and finds it.
        rows = insert(self, [{"cause": cause, fname: each.id} for each in found], absent=ONCE)
        told = rows[fname]
        # Who finds a morning's list needs no e-mail for each line of it.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities = activities.create(
            [record._prepare_watch_activity(cause, people[record]) for record in told]
        )
        for row, activity in zip(rows, activities, strict=True):
            row.activity_id = activity


class ServiceContractWatched(models.AbstractModel):
    """What people have to be told of a record, in lists and by activities."""

    _name = "service.contract.watched"
    _description = "Record Needing Attention"

    @api.model
    def _watch_causes(self):
        """The causes of this model: ``[(code, label)]``."""
        return []

    @api.model
    def _watch_domain(self, cause):
        """Which records have a cause today.

        :rtype: odoo.fields.Domain
        """
        raise NotImplementedError

    def _watch_text(self, cause):
        """A sentence for people about one record: what is the matter, and what to do."""
        raise NotImplementedError

    def _watch_person(self):
        """Who looks after one record, if somebody is named."""
        return self.env["res.users"]

    def _watch_people(self):
        """Who is told: the person named, else the company's, else the first manager.

        :return: ``{record: user}``, an empty user where nobody may read it
        """
        contracts = self.env["service.contract"]
        managers = self.env.ref("service_customer.group_service_manager").all_user_ids
        usable = {}
        result = {}
        for record in self:
            named = record._watch_person() | record.company_id.service_contract_user_id
            result[record] = self.env["res.users"]
            for user in (*named, *managers.sorted("id")):
                if user not in usable:
                    usable[user] = user.active and contracts.with_user(user).has_access("read")
                if usable[user] and record.company_id in user.company_ids:
                    result[record] = user
                    break
        return result

    def _watch_deadline(self, _cause):
        """Until when somebody should have looked at it."""
        return self.company_id._get_service_today()

    def _prepare_watch_activity(self, cause, user):
        """Values of the activity that tells a user of one record, in the user's language."""
        record = self.with_context(lang=user.lang)
        labels = dict(
            record.env["service.contract.watch"]._fields["cause"]._description_selection(record.env)
        )
        return {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "summary": labels[cause],
            "note": plaintext2html(record._watch_text(cause)),
            "date_deadline": record._watch_deadline(cause),
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "user_id": user.id,
            "automated": True,
        }

    def _search_attention(self, operator, value):
        if operator != "in":
            return NotImplemented
        codes = [code for code, _label in self._watch_causes()]
        any_of = Domain.OR(self._watch_domain(code) for code in codes if code in value)
        if False in value:
            any_of |= ~Domain.OR(self._watch_domain(code) for code in codes)
        return any_of

    def _attention(self):
        """The first cause of each of these records: ``{record: code}``."""
        result = {}
        for cause, _label in self._watch_causes():
            domain = Domain("id", "in", self._origin.ids) & self._watch_domain(cause)
            for record in self.search(domain):
                result.setdefault(record, cause)
        return result


class ServiceContract(models.Model):
    """Contracts that need somebody's attention."""

    _name = "service.contract"
    _inherit = ["service.contract", "service.contract.watched"]

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="Is told what has to be done about this contract; empty: the person named in the "
        "settings.",
    )
    attention = fields.Selection(
        CONTRACT_CAUSES,
        "Needs Attention",
        compute="_compute_attention",
        search="_search_attention",
    )

    @api.depends("state", "term_end", "termination_kind", "rate_ids.line_ids", "ceiling_amount")
    def _compute_attention(self):
        causes = self._attention()
        for contract in self:
            contract.attention = causes.get(contract._origin)

    @api.model
    def _watch_causes(self):
        return CONTRACT_CAUSES

    @api.model
    def _watch_domain(self, cause):
        going = Domain("state", "in", GOING_STATES)
        if cause == "expiring":
            return going & Domain("termination_kind", "=", False) & self._term_ends_soon()
        if cause == "notice":
            return going & Domain("termination_kind", "!=", False)
        if cause == "no_rate":
            # A version without prices bills nothing, either.
            return going & ~Domain("rate_ids", "any", [("line_ids", "!=", False)])
        # Superuser: that a value is nearly used up is told to all who see the contract.
        limited = self.sudo().search(going & Domain("ceiling_amount", ">", 0))
        if cause == "ceiling_near":
            found = limited.filtered(
                lambda contract: CEILING_NEAR <= contract.ceiling_percent < CEILING_REACHED
            )
        else:
            found = limited.filtered(lambda contract: contract.ceiling_percent >= CEILING_REACHED)
        return Domain("id", "in", found.ids)

    @api.model
    def _term_ends_soon(self):
        """Fixed terms that end within the days that the settings of each company say."""
        # Superuser: how many days ahead a company wants to know is no secret.
        companies = self.env["res.company"].sudo()
        ahead = companies._read_group([], ["service_contract_days"], ["id:recordset"])

        def soon(today):
            return Domain("term_end", ">=", today) & Domain.OR(
                Domain("company_id", "in", same.ids)
                & Domain("term_end", "<=", today + timedelta(days=days))
                for days, same in ahead
            )

        return companies._service_today_domain(soon)

    def _watch_person(self):
        return self.user_id

    def _watch_deadline(self, cause):
        return self.termination_until if cause == "notice" else super()._watch_deadline(cause)

    def _watch_text(self, cause):
        if cause == "expiring":
            return self._expiring_text()
        if cause == "notice":
            return self.env._(
                "Contract %(contract)s with %(customer)s ends on %(date)s. Arrange the last "
                "reading, the return of our devices and the last invoice.",
                contract=self.name,
                customer=self.customer_id.display_name,
                date=format_date(self.env, self.termination_until),
            )
        if cause == "no_rate":
            return self.env._(
                "Contract %(contract)s with %(customer)s has no rates, so nothing of it can be "
                "billed. Enter its fees and prices.",
                contract=self.name,
                customer=self.customer_id.display_name,
            )
        # Without the amounts: whoever sees the contract reads what was done about it.
        return self.env._(
            "%(percent)s %% of the value of contract %(contract)s are used. Agree with the "
            "customer how it goes on.",
            percent=int(self.ceiling_percent),
            contract=self.name,
        )

    def _expiring_text(self):
        """What follows the fixed term, and what to do before."""
        follows = {
            "none": self.env._("It ends then. Agree a further contract, or prepare its end."),
            "fixed": self.env._("It goes on for a further term, unless notice is given before."),
            "open": self.env._("It goes on until terminated."),
        }
        fixed = self.env._(
            "The fixed term of contract %(contract)s with %(customer)s ends on %(date)s.",
            contract=self.name,
            customer=self.customer_id.display_name,
            date=format_date(self.env, self.term_end),
        )
        return f"{fixed} {follows[self.renewal]}"

    @api.model
    def _follow_day(self):
        """EXTENDS service_contract: people are told of what the new day brings."""
        super()._follow_day()
        self.env["service.contract.watch"]._refresh()


class ServiceDevice(models.Model):
    """Devices whose contracts need somebody's attention."""

    _name = "service.device"
    _inherit = ["service.device", "service.contract.watched"]

    contract_attention = fields.Selection(
        DEVICE_CAUSES, compute="_compute_contract_attention", search="_search_attention"
    )

    @api.depends("contract_id", "status")
    def _compute_contract_attention(self):
        causes = self._attention()
        for device in self:
            device.contract_attention = causes.get(device._origin)

    @api.model
    def _watch_causes(self):
        return DEVICE_CAUSES

    @api.model
    def _watch_domain(self, cause):
        companies = self.env["res.company"]
        if cause == "two_contracts":
            return companies._service_today_domain(
                lambda today: Domain("id", "in", self._on_two_contracts(today))
            )
        ahead = companies._service_today_domain(
            lambda today: Domain("state", "in", OPEN_STATES)
            & (Domain("date_end", "=", False) | Domain("date_end", ">", today))
        )
        expected = Domain("owner", "=", "own") | Domain(
            "customer_id.service_contract_ids.state", "in", GOING_STATES
        )
        return (
            Domain("status", "=", "installed")
            & Domain("parent_id", "=", False)
            & ~Domain("contract_device_ids", "any", ahead)
            & expected
        )

    @api.model
    def _on_two_contracts(self, today):
        """Ids of devices with two stays at the same time that are not over on a day, drafts
        included.

        Two contracts in force are refused; a draft for a device that another contract has shows
        here before it is refused.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH stay AS (
                     SELECT stay.id, stay.device_id, stay.contract_id, stay.date_start,
                            COALESCE(LEAST(stay.date_end, contract.date_end + 1), 'infinity') stop
                       FROM service_contract_device stay
                       JOIN service_contract contract ON contract.id = stay.contract_id
                      WHERE stay.state IN %(states)s
                )
                SELECT DISTINCT one.device_id
                  FROM stay one
                  JOIN stay two ON two.device_id = one.device_id
                               AND two.id > one.id
                               AND two.contract_id != one.contract_id
                               AND two.date_start < one.stop
                               AND one.date_start < two.stop
                 WHERE LEAST(one.stop, two.stop) > %(today)s
                """,
                states=OPEN_STATES,
                today=today,
            )
        )
        return [device for [device] in rows]

    def _watch_person(self):
        # Superuser: whose customer it is may be told to all who are told of the device.
        contracts = self.customer_id.sudo().service_contract_ids
        return contracts.filtered(lambda contract: contract.state in GOING_STATES).user_id[:1]

    def _watch_text(self, cause):
        if cause == "two_contracts":
            return self.env._(
                "%(device)s is on two contracts at the same time: %(contracts)s. Let it leave one "
                "of them, or take it out of the draft.",
                device=self.display_name,
                contracts=", ".join(
                    self.contract_device_ids.filtered(
                        lambda stay: stay.state in OPEN_STATES
                    ).contract_id.mapped("name")
                ),
            )
        return self.env._(
            "%(device)s stands at %(customer)s and is on no contract: nothing is billed for it. "
            "Put it on a contract, or correct where it is.",
            device=self.display_name,
            customer=self.customer_id.display_name,
        )
