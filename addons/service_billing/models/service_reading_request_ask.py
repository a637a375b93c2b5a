from odoo import api, fields, models
from odoo.tools import plaintext2html

from .service_reading_request import OPEN

#: Contracts looked at, people written to, and requests escalated before the next commit.
CONTRACTS, PEOPLE, CALLS = 100, 50, 500
#: Devices named in an activity.
NAMED = 20


class ServiceReadingRequest(models.Model):
    """Asking for readings: one e-mail for each person, a reminder, then the call list."""

    _inherit = "service.reading.request"

    @api.model
    def _cron_ask_readings(self):
        """Ask for the readings of the day, company by company, in small transactions.

        A run that is cut short begins anew: what is asked already is passed over quickly.
        """
        progress = self.env["ir.cron"]._commit_progress
        for work, records in self._daily_batches():
            work(records)
            if not progress(len(records)):
                break

    def _daily_batches(self):
        """Yield ``(what to do, records)``, each batch found when the one before is stored."""
        self._process_obsolete()
        # Those that ever had a contract; a few.
        for [company] in self.env["service.contract"]._read_group([], ["company_id"]):
            # What the staff is told is in the language of the company; mails are in their reader's.
            lang = company._get_service_lang()
            requests = self.with_company(company).with_context(lang=lang)
            day = company._get_service_today()
            contracts = self.env["service.contract"].with_company(company)
            domain, last = self._due_contracts(company, day), 0
            while batch := contracts.search(
                domain & fields.Domain("id", ">", last), order="id", limit=CONTRACTS
            ):
                last = batch[-1].id
                yield lambda found, do=requests._process_due, day=day: do(found, day), batch
            while batch := requests.search(requests._get_mail_domain(company, day), limit=PEOPLE):
                yield requests._process_mail, batch
            while batch := requests.search(requests._get_call_domain(company, day), limit=CALLS):
                yield requests._process_calls, batch

    def _get_mail_domain(self, company, day):
        """Whom an e-mail is due: the first one, or the reminder."""
        domain = fields.Domain
        first = domain("date_asked", "=", False)
        reminder = (
            domain("date_asked", "!=", False)
            & domain("date_reminded", "=", False)
            & domain("date_remind", "<=", day)
        )
        return (
            domain("company_id", "=", company.id)
            & domain("state", "=", "waiting")
            & domain("partner_id", "!=", False)
            & (first | reminder)
        )

    def _get_call_domain(self, company, day):
        """What comes on the call list, or to the person who sends our technicians."""
        domain = fields.Domain
        technician = domain("asked", "=", "technician") & domain("date_asked", "=", False)
        return (
            domain("company_id", "=", company.id)
            & domain("state", "=", "waiting")
            & (domain("date_call", "<=", day) | technician)
        )

    # ------------------------------------------------------------------ e-mail

    def _process_mail(self, requests):
        """Write to the people of these requests; one who cannot be written to is called."""
        for partner, of_person in requests.grouped("partner_id").items():
            error = self._try(of_person._send) if partner.email else None
            if error or not partner.email:
                now = fields.Datetime.now()
                vals = {"date_asked": now, "date_reminded": now, "date_call": now.date()}
                of_person.write(vals)
            if error:
                self._report(of_person[0].stay_id, error)

    def _send(self, by_mail=False):
        """Ask each person of these requests once, about all devices that wait for it.

        :param bool by_mail: by e-mail even to who chose to hear of it in the panel only, as when
            somebody asks for that now
        :return: the ids of the mails
        """
        now = fields.Datetime.now()
        template = self.env.ref("service_billing.mail_template_readings")
        mails = []
        for (partner, company), of_person in self.grouped(
            lambda request: (request.partner_id, request.company_id)
        ).items():
            waiting = self._waiting_for(partner, company) | of_person
            again = waiting.filtered("date_asked")
            again.write({"date_reminded": now})
            (waiting - again).write({"date_asked": now})
            channel = waiting._get_channel(partner)
            if by_mail or channel != "app":
                # What leaves is found in the queue of mails; a slow mail server delays nobody.
                mails.append(template.send_mail(of_person[0].id, force_send=False))
            if channel != "email":
                of_person[0]._list_in_panel(template)
        return mails

    @api.model
    def _waiting_for(self, partner, company):
        """The readings for which a person was or will be asked, place by place."""
        found = self.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "in", OPEN),
            ]
        )
        return found._by_place()

    def _by_place(self):
        return self.sorted(
            lambda request: (
                request.location_id.complete_name or "",
                request.device_id.name or "",
                request.id,
            )
        )

    def _mailed(self):
        """The requests that the e-mail about this one lists."""
        self.ensure_one()
        return self._waiting_for(self.partner_id, self.company_id)

    def _mail_prefix(self):
        """What stands before the subject of the e-mail: that it is a reminder."""
        return self.env._("Reminder: ") if self.date_reminded else ""

    # ------------------------------------------------------------------ people

    @api.model
    def _find_people(self, devices):
        """Who is asked about each device: who works with it, else who decides about it.

        The smaller somebody's scope, the nearer the device. Where nobody has such a role and an
        e-mail address, the contact on site is asked, then the place itself, then the customer.

        :return: ``{device: res.partner}``, an empty one where nobody has an address
        """
        # Superuser: the program asks, whoever lets it run.
        memberships = self.env["service.membership"].sudo()
        domain = memberships._get_live_domain() & fields.Domain(
            [
                ("customer_id", "in", devices.customer_id.ids),
                ("role", "in", ("user", "decision")),
                ("contact_id.email", "not in", (False, "")),
            ]
        )
        rows = memberships.search(domain).sorted(
            lambda row: (row.role != "user", row.scope == "all", row.id)
        )
        by_customer = rows.grouped("customer_id")
        return {
            device: next(
                (
                    row.contact_id
                    for row in by_customer.get(device.customer_id, ())
                    if row._opens_device(device)
                ),
                None,
            )
            or self._find_address(device.location_id or device.customer_id)
            for device in devices
        }

    def _find_address(self, place):
        """The nearest contact or place with an e-mail address."""
        while place:
            for partner in (place.service_contact_id, place):
                if partner.email and partner.active:
                    return partner
            place = place.parent_id
        return place

    # ------------------------------------------------------------------ telephone

    def _process_calls(self, requests):
        """Put requests on the call list, and tell whoever looks after the contracts."""
        now = fields.Datetime.now()
        to_plan = requests.filtered(
            lambda request: request.asked == "technician" and not request.date_asked
        )
        to_plan.write({"date_asked": now})
        for reason, late in (requests - to_plan).grouped(lambda one: one._call_reason()).items():
            late.write({"state": "to_call", "reason": reason, "date_escalated": now})
        to_plan._schedule(self.env._("Have meters read"))
        (requests - to_plan)._schedule(self.env._("Call for meter readings"))

    def _call_reason(self):
        if self.asked == "technician":
            return "not_read"
        if self.asked == "nobody":
            return "not_reported"
        return "no_answer" if self.partner_id.email else "no_email"

    def _schedule(self, summary):
        """One activity on each customer for each person, unless one is open already."""
        kind = self.env.ref("service_billing.mail_activity_type_readings")
        people = self.contract_id._watch_people()
        groups = self.grouped(lambda request: (request.customer_id, people[request.contract_id]))
        open_ones = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.customer_id.ids),
            ]
        )
        known = {(one.res_id, one.user_id, one.summary) for one in open_ones}
        vals = [
            {
                "activity_type_id": kind.id,
                "summary": summary,
                "note": requests._calls_in_words(),
                "date_deadline": max(requests.mapped("date_due")),
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": customer.id,
                "user_id": user.id,
                "automated": True,
            }
            for (customer, user), requests in groups.items()
            if user and (customer.id, user, summary) not in known
        ]
        # Who finds a morning's list needs no e-mail for each line of it.
        quick = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        quick.create(vals)

    def _calls_in_words(self):
        """The devices whose readings are missing, for an activity."""
        lines = [
            f"{request.device_id.display_name}, {request.location_id.service_location_path or ''}"
            for request in self._by_place()[:NAMED]
        ]
        if len(self) > NAMED:
            lines.append(self.env._("and %s more", len(self) - NAMED))
        return plaintext2html("\n".join(lines))

    def _close_calls(self):
        """Close what people were told, where no reading is missing any more."""
        customers = self.filtered("date_escalated").customer_id
        if not customers:
            return
        missing = self.search([("customer_id", "in", customers.ids), ("state", "in", OPEN)])
        # Superuser: whoever brings the last reading closes somebody else's activity.
        self.env["mail.activity"].sudo().search(
            [
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("service_billing.mail_activity_type_readings").id,
                ),
                ("res_model", "=", "res.partner"),
                ("res_id", "in", (customers - missing.customer_id).ids),
            ]
        ).unlink()
