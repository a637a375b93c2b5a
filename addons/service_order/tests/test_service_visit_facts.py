from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceVisitFacts(ServiceOrderCommon):
    """Checklists, result codes, usual parts, colleagues and promised times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.checklist, cls.other_list = cls.env["service.checklist"].create(
            [
                {
                    "name": "Copier",
                    "item_ids": [
                        Command.create({"name": "Cleaned", "required": True}),
                        Command.create(
                            {
                                "name": "Gap",
                                "kind": "number",
                                "unit": "mm",
                                "value_min": 0.5,
                                "value_max": 1.5,
                                "required": True,
                            }
                        ),
                        Command.create(
                            {
                                "name": "Drum",
                                "kind": "choice",
                                "choice_ids": [
                                    Command.create({"name": name}) for name in ("Good", "Worn")
                                ],
                            }
                        ),
                    ],
                },
                {
                    "name": "Shredder",
                    "category_ids": [Command.set(cls.free_device.category_id.ids)],
                    "item_ids": [Command.create({"name": "Oiled"})],
                },
            ]
        )
        cls.parent = cls.env["service.topic"].create(
            {
                "name": "Work",
                "checklist_ids": [Command.set((cls.checklist | cls.other_list).ids)],
                "line_ids": [Command.create({"product_id": cls.part.id, "quantity": 2})],
                "cover_kind": "maintenance",
            }
        )
        cls.topic = cls.env["service.topic"].create(
            {"name": "Inspection", "parent_id": cls.parent.id}
        )
        cls.order = cls._create_order(topic_id=cls.topic.id)
        cls.visit = cls._create_visit(cls.order)
        cls.mine = cls.visit.with_user(cls.technician_user)

    def test_visit_gets_the_checklist_of_its_device_once(self):
        self.assertEqual(self.visit.check_ids.mapped("name"), ["Cleaned", "Gap", "Drum"])
        again = self._create_visit(self.order, date_start="2099-01-01 08:00:00")
        self.assertFalse(again.check_ids)
        shredder = self._create_visit(self._create_order(self.free_device, topic_id=self.topic.id))
        self.assertIn("Oiled", shredder.check_ids.mapped("name"))

    def test_technician_fills_in(self):
        cleaned, gap, drum = self.mine.check_ids
        with Form(self.mine, "service_order.service_visit_view_form") as form:
            with form.check_ids.edit(0) as line:
                line.answer = "no"
            with form.check_ids.edit(1) as line:
                line.value = "1,75"
            with form.check_ids.edit(2) as line:
                line.choice_id = self.checklist.item_ids[2].choice_ids[1]
        self.assertEqual((self.mine.check_ids).mapped("is_filled"), [True] * 3)
        self.assertEqual((gap.result, gap.range_text), ("1,75 mm", "0.5–1.5 mm"))
        self.assertEqual((cleaned | gap | drum).mapped("is_off"), [True, True, False])
        with self.assertRaisesRegex(ValidationError, "is no number"):
            gap.value = "wide"
        with self.assertRaises(AccessError):
            gap.name = "Something else"
        with self.assertRaises(AccessError):
            gap.with_user(self.colleague_user).value = "1"
        # The list changes, what was filled in does not.
        self.checklist.item_ids[2].choice_ids.unlink()
        self.checklist.item_ids[:2].unlink()
        self.assertEqual(self.visit.check_ids.mapped("name"), ["Cleaned", "Gap", "Drum"])
        self.assertEqual(drum.result, "Worn")

    def test_stage_waits_for_the_checklist(self):
        stage = self.on_site._get_stage("to_settle")
        stage.condition_ids = [Command.create({"kind": "checklist"})]
        self.visit.action_start()
        with self.assertRaises(UserError):
            self.order.with_user(self.dispatcher).stage_id = stage
        # The visit is over whatever was filled in; the order says what is missing.
        self.visit.refusal_reason = False
        self.visit.signed_by = "Anna"
        self.mine.action_finish()
        self.assertEqual(self.visit.state, "done")
        self.visit.check_ids[0].answer = "yes"
        self.visit.check_ids[1].value = "0,9"
        self.order.with_user(self.dispatcher).stage_id = stage
        self.assertEqual(self.order.stage_id, stage)

    def test_codes_are_offered_for_the_device(self):
        codes = self.env["service.result.code"]
        vals = {"kind": "symptom", "category_ids": [Command.set(self.device.category_id.ids)]}
        code = codes.create({"name": "Only here", **vals})
        for device, offered in ((self.device, True), (self.free_device, False)):
            domain = [
                ("category_ids", "parent_of", device.category_id.id),
                ("id", "=", code.id),
            ]
            self.assertEqual(bool(codes.search(domain)), offered)
        self.mine.symptom_id = code
        groups = self.env["service.visit"].formatted_read_group(
            [("symptom_id", "=", code.id)], ["symptom_id", "device_model_id"], ["__count"]
        )
        self.assertEqual([group["__count"] for group in groups], [1])

    def test_usual_parts_are_planned_once(self):
        line = self.order.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": self.part.id,
                    "quantity": 2,
                    "state": "draft",
                    "visit_id": self.visit.id,
                    "stock_location_id": self.technician.van_location_id.id,
                }
            ],
        )
        line.unlink()
        self._create_visit(self.order, date_start="2099-01-01 08:00:00")
        self.assertFalse(self.order.line_ids)
        accepted = self._create_order(topic_id=self.topic.id)
        accepted.with_user(self.dispatcher).action_accept()
        self.assertEqual(accepted.line_ids.product_id, self.part)
        visit = self._create_visit(accepted, date_start="2099-01-02 08:00:00")
        self.assertEqual(accepted.line_ids.visit_id, visit)

    def test_labour_of_an_inspection_is_maintenance(self):
        lines = self.env["service.order.line"]
        line = lines.create({"visit_id": self.visit.id, "kind": "labour"})
        self.assertEqual(line._prepare_question().item_kind, "maintenance")
        part = (self.order.line_ids - line)._prepare_question()
        self.assertEqual(part.item_kind, "part")

    def test_colleagues_record_too(self):
        theirs = self.visit.with_user(self.colleague_user)
        with self.assertRaises(AccessError):
            theirs.description = "Not mine"
        self.visit.helper_ids = self.colleague
        theirs.action_start()
        theirs.description = "We did it together"
        theirs.check_ids[0].answer = "yes"
        theirs.line_ids.action_use()
        self.assertEqual(theirs.line_ids.mapped("state"), ["used"])
        visits = self.env["service.visit"]
        self.assertEqual(visits._next_on_device(self.device, self.colleague_user), self.visit)
        with self.assertRaises(AccessError):
            theirs.helper_ids = False

    def test_customer_is_told_the_promised_time(self):
        self.company.partner_id.tz = "Europe/Warsaw"
        self.visit.write(
            {
                "window_start": datetime(2026, 12, 1, 8),
                "window_end": datetime(2026, 12, 1, 11),
            }
        )
        self.assertRegex(self.visit._get_customer_time(), r"^01\.12\.2026 \d\d:00–\d\d:00$")
        self.visit.write({"window_start": False, "window_end": False})
        self.assertEqual(
            self.visit._get_customer_time(), self.order._get_customer_date(self.visit.date_start)
        )

    def test_pauses_are_no_work(self):
        self.visit.action_start()
        self.visit.started_on = fields.Datetime.now() - timedelta(minutes=90)
        self.mine.pause_minutes = 30
        self.mine.action_finish()
        self.assertEqual(self.visit.work_minutes, 60)
