from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceWarrantyClaim(ServiceOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker = cls.env["res.partner"].create({"name": "Maker's service", "is_company": True})
        cls.free_device.warranty_date = fields.Date.add(fields.Date.today(), years=1)
        cls.free_device.model_id.manufacturer_id.write(
            {"warranty_partner_id": cls.maker.id, "warranty_labour": True}
        )

    def _repaired(self):
        """An order of a device under warranty, with a part and an hour of work."""
        order = self._create_order(self.free_device, user_id=self.dispatcher.id)
        visit = self._create_visit(order, work_minutes=60)
        self._create_line(visit)
        visit.with_user(self.technician_user).action_finish()
        return order

    def test_claim_opens_by_itself_and_its_credit_is_earned(self):
        order = self._repaired()
        claim = order.claim_ids
        self.assertRecordValues(
            claim,
            [
                {
                    "partner_id": self.maker.id,
                    "device_id": self.free_device.id,
                    "manufacturer_id": self.free_device.model_id.manufacturer_id.id,
                    "amount_claimed": 84 + 180,
                    "state": "draft",
                }
            ],
        )
        self.assertEqual(claim.line_ids, order.line_ids)
        self.assertEqual(claim.activity_ids.user_id, self.dispatcher)
        order.action_settle()
        self.assertEqual(order.claim_ids, claim, "settling opens no other")
        self.assertEqual(set(order.charge_ids.mapped("payer")), {"manufacturer"})
        self.assertEqual(order.with_user(self.dispatcher).margin, -41)
        claim = claim.with_user(self.dispatcher)
        claim.rma = "RMA-1"
        claim.action_send()
        self.assertEqual(claim.activity_ids.mapped("summary"), ["Ask for the answer to the claim"])
        with self.assertRaisesRegex(UserError, "how much was credited"):
            claim.action_credit()
        claim = claim.with_user(self.accountant)
        claim.write({"amount_credited": 200, "credit_ref": "KN/7"})
        claim.action_credit()
        self.assertEqual((claim.state, claim.date_credited), ("credited", fields.Date.today()))
        self.assertFalse(claim.activity_ids)
        self.assertEqual(order.with_user(self.dispatcher).margin, 200 - 41)

    def test_what_is_taken_back_is_not_claimed(self):
        order = self._repaired()
        part = order.line_ids.filtered("stock_move_id")
        part.action_take_back()
        self.assertEqual(order.claim_ids.amount_claimed, 180)
        order.line_ids.with_user(self.manager).action_take_back()
        self.assertFalse(order.claim_ids.exists())

    def test_rejected_with_a_reason_and_sent_ones_stay(self):
        claim = self._repaired().claim_ids
        claim.action_send()
        with self.assertRaisesRegex(UserError, "why"):
            claim.action_reject()
        with self.assertRaisesRegex(UserError, "belongs to order"):
            claim.with_user(self.manager).order_id = self._create_order()
        claim.reject_reason = "Wear"
        claim.action_reject()
        with self.assertRaisesRegex(UserError, "already in the state: Rejected"):
            claim.action_accept()
        with self.assertRaisesRegex(UserError, "has been sent"):
            claim.unlink()
        with self.assertRaises(AccessError):
            claim.with_user(self.technician_user).read(["amount_claimed"])
