import re
from datetime import date

from odoo import fields
from odoo.tests import tagged

from .reading_common import ReadingRequestCommon


@tagged("post_install", "-at_install")
class TestReadingRequestAsk(ReadingRequestCommon):
    def setUp(self):
        super().setUp()
        self.contract.user_id = self._staff("manager")

    def _mails(self):
        return self.env["mail.mail"].search([("model", "=", "service.reading.request")], order="id")

    def _run(self, day=None):
        """The day's work, without other companies."""
        day = day or fields.Date.today()
        requests = self.requests
        requests._process_due(self.contract, day)
        while batch := requests.search(requests._get_mail_domain(self.company, day)):
            requests._process_mail(batch)
        while batch := requests.search(requests._get_call_domain(self.company, day)):
            requests._process_calls(batch)
        return requests.search([("contract_id", "=", self.contract.id)])

    def _bodies(self, mail):
        """What leaves the server: ``{partner: body}``."""
        emails = mail._prepare_outgoing_list()
        return {email["partner_id"]: email["body"] for email in emails}

    def test_one_mail_for_all_devices_of_a_person(self):
        person = self._asker(lang="pl_PL").partner_id
        for number in range(2, 6):
            self._device(f"SN-{number}")
        requests = self._run()
        self.assertEqual(len(requests), 5)
        self.assertEqual(requests.partner_id, person)
        self.assertTrue(all(requests.mapped("date_asked")))
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, person)
        for request in requests:
            self.assertIn(request.device_id.serial, mail.body_html)
        self._run()
        self.assertEqual(self._mails(), mail, "Asked once.")
        fields_ = requests.with_user(self._staff("technician")).fields_get()
        self.assertIn("date_due", fields_)
        self.assertNotIn("amount", fields_, "Technicians see no prices.")

    def test_the_stored_mail_has_no_working_link(self):
        person = self._asker().partner_id
        self._run()
        mail = self._mails()
        self.assertNotIn("/service/readings/", mail.body_html)
        body = self._bodies(mail)[person]
        token = re.search(r"/service/readings/([\w-]{43})\"", body).group(1)
        link = self.env["service.link"]._find(token)
        self.assertRecordValues(
            link, [{"contact_id": person.id, "action": "readings", "res_id": person.id}]
        )
        self.assertTrue(link._opens(person, "readings"))
        self.assertFalse(link._opens(person), "It opens neither the contact nor its messages.")

    def test_each_hears_as_chosen(self):
        """In the panel only, no e-mail leaves, and the list says it; nobody chooses silence."""
        user = self._asker()
        notices, person = self.env["service.notice"], user.partner_id
        notices._choose(person, {"reading": "none"})
        self.assertFalse(person.service_notice_ids)
        self._run()
        self.assertEqual(len(self._mails()), 1, "Both, as nothing was chosen.")
        notices._choose(person, {"reading": "app"})
        self._days(2)
        [request] = self._run()
        self.assertTrue(request.date_reminded)
        self.assertEqual(len(self._mails()), 1)
        listed = self.env["mail.notification"].search([("res_partner_id", "=", person.id)])
        self.assertEqual(listed.mapped("service_listed"), [True, True])
        self.assertIn("Reminder", listed.mail_message_id.sorted("id")[-1].subject)
        self.assertEqual(listed.mail_message_id.mapped("res_id"), request.ids * 2)
        self.assertTrue(request.with_user(user).has_access("read"))
        request.action_ask_again()
        self.assertEqual(len(self._mails()), 2, "Somebody asks for it now.")
        # What the panel can't show is mailed.
        user.active = False
        self.assertEqual(request._get_channel(person), "email")

    def test_the_staff_is_told_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.company.partner_id.lang = "pl_PL"
        for work, records in self.requests._daily_batches():
            work(records)
        told = self.customer.activity_ids.mapped("summary")
        self.assertEqual(told, ["Zadzwoń po odczyty liczników"])

    def test_reminder_then_call_list_with_one_activity(self):
        self._asker()
        self._device("SN-2")
        self._run()
        self._days(2)
        requests = self._run()
        self.assertEqual(len(self._mails()), 2)
        self.assertIn("Reminder", self._mails()[-1].subject)
        self.assertEqual(set(requests.mapped("state")), {"waiting"})
        self._days(3)
        self._run()
        self.assertEqual(len(self._mails()), 2, "One reminder is enough.")
        self._days(4)
        requests = self._run()
        self.assertEqual(set(requests.mapped("state")), {"to_call"})
        self.assertEqual(set(requests.mapped("reason")), {"no_answer"})
        activity = self.customer.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.contract.user_id)
        for request in requests:
            self.assertIn(request.device_id.name, activity.note)
        for request in requests:
            self.assertTrue(self.customer.activity_ids)
            request.device_id._take_readings({"mono": 100})
        self.assertFalse(self.customer.activity_ids, "Nothing is missing any more.")

    def test_nobody_with_an_address_is_called_at_once(self):
        request = self._run()
        self.assertRecordValues(request, [{"state": "to_call", "reason": "no_email"}])
        self.assertFalse(self._mails())
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_an_address_that_is_gone_is_a_call(self):
        person = self._asker().partner_id
        self._due()
        person.email = False
        self.assertRecordValues(self._run(), [{"state": "to_call", "reason": "no_email"}])

    def test_our_technician_and_machines(self):
        self.contract.reading_asked = "technician"
        request = self._run()
        self.assertEqual(request.state, "waiting")
        self.assertTrue(request.date_asked)
        self.assertEqual(self.customer.activity_ids.summary, "Have meters read")
        self._days(4)
        self.assertRecordValues(self._run(), [{"state": "to_call", "reason": "not_read"}])
        self.contract.reading_asked = "nobody"
        silent = self._device("SN-2")
        self._days(5)
        self._run()
        self._days(9)
        self._run()
        request = self.requests.search([("device_id", "=", silent.id)])
        self.assertRecordValues(request, [{"state": "to_call", "reason": "not_reported"}])
        self.assertFalse(self._mails())

    def test_the_scheduled_action_does_it_all(self):
        self._asker()
        with self.enter_registry_test_mode():
            self.env.ref("service_billing.ir_cron_ask_readings").method_direct_trigger()
        request = self.requests.search([("device_id", "=", self.device.id)])
        self.assertEqual(request.date_due, date(2026, 11, 1))
        self.assertTrue(request.date_asked)

    def test_the_history_of_the_device_tells_it(self):
        self._asker()
        self._run()
        self.env.flush_all()
        events = self.env["service.device.event"].search(
            [("device_id", "=", self.device.id), ("kind", "=", "reading_request")]
        )
        self.assertEqual(len(events), 1)
        self.assertEqual(events.audience, "staff")

    def test_queries_for_a_mail_do_not_grow(self):
        counts = []
        for number in (10, 60):
            person = self._asker(f"reader{number}").partner_id
            contract = self._many(number)
            self.requests._process_due(contract, date(2026, 10, 29))
            found = self.requests.search([("contract_id", "=", contract.id)])
            found.partner_id = person
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found._send()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    def test_two_companies_write_on_their_own(self):
        person = self._asker().partner_id
        request = self._due()
        foreign = self.env["res.company"].create({"name": "Second"})
        self.assertEqual(self.requests._waiting_for(person, self.company), request)
        self.assertFalse(self.requests._waiting_for(person, foreign))
