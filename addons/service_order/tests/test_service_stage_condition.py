from base64 import b64encode
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.service_meter.tests.common import PIXEL

from .common import ServiceOrderCommon


@tagged("post_install", "-at_install")
class TestServiceStageCondition(ServiceOrderCommon):
    """Each condition says the same sentence at each door, and lets through what meets it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.env["service.order.type"].create({"name": "POS", "mode": "on_site"})
        cls.new, cls.accepted = map(cls.process._get_stage, ("new", "accepted"))
        cls.env["service.meter"].create(
            {"device_id": cls.device.id, "type_id": cls.env.ref("service_meter.meter_type_mono").id}
        )
        cls.loaner = cls._create_device("SN-3", cls.other_site, owner="own")
        # Placements follow each other; these devices stand where they are as of now.
        cls.now = fields.Datetime.now() + timedelta(minutes=1)
        checklist = cls.env["service.checklist"].create(
            {"name": "Copier", "item_ids": [Command.create({"name": "Oiled", "required": True})]}
        )
        topic = cls.env["service.topic"].create({"name": "Work", "checklist_ids": checklist.ids})
        cls.order = cls._create_order(type_id=cls.process.id, topic_id=topic.id)
        cls.visit = cls._create_visit(cls.order)

    def _place(self, device, kind, seconds, **vals):
        """The device is moved, some seconds after it was placed."""
        self.env["service.device.placement"].create(
            {
                "device_id": device.id,
                "kind": kind,
                "owner": "own",
                "customer_id": self.customer.id,
                "date_start": self.now + timedelta(seconds=seconds),
                **vals,
            }
        )

    def _lend(self):
        self._place(self.loaner, "customer", 3, status="loaned", order_id=self.order.id)

    def _pack(self):
        parcel = self.env["service.parcel"].create({"order_id": self.order.id, "note": "Toner"})
        parcel.write({"street": "Portowa 7", "zip": "50-001", "city": "Wrocław"})
        return parcel

    def _get_table(self):
        """For each kind of condition what makes it unmet, where it is met at first, and met."""
        order, visit, device = self.order, self.visit, self.device
        photo = Command.create({"name": "a.png", "raw": PIXEL})
        since = {"order_id": order.id, "location_id": self.site.id}
        return {
            "field": (None, lambda: order.write({"customer_fault": True})),
            "reading": (None, lambda: device._take_readings({"mono": 9}, source="staff")),
            "photo": (None, lambda: order.write({"photo_ids": [photo]})),
            "signature": (
                None,
                lambda: visit.write({"signature": b64encode(PIXEL), "signed_by": "Anna Nowak"}),
            ),
            "decision": (None, order.action_agreed),
            "checklist": (None, lambda: visit.check_ids.write({"answer": "yes"})),
            "received": (None, lambda: self._place(device, "workshop", 1, **since)),
            "returned": (None, lambda: self._place(device, "customer", 2, **since)),
            "loaner": (self._lend, lambda: self._place(self.loaner, "stock", 4, customer_id=False)),
            "parcel": (self._pack, lambda: order.parcel_ids.action_send()),
        }

    def _get_doors(self):
        """The ways by which a person moves an order to the stage."""
        vals, ids = {"stage_id": self.accepted.id}, self.order.ids
        orders = self.env["service.order"].with_user(self.dispatcher)
        order = orders.browse(ids)
        return {
            "form": lambda: order.write(vals),
            "rpc": lambda: call_kw(orders, "write", [ids, vals], {}),
            "board": lambda: call_kw(orders, "web_save", [ids, vals], {"specification": {}}),
            "button": order.action_accept,
            "held": order.action_move_on,
        }

    def test_each_condition_at_each_door(self):
        kinds = dict(self.env["service.stage.condition"]._fields["kind"].selection)
        table, doors = self._get_table(), self._get_doors()
        self.assertEqual(set(table), set(kinds), "each kind that there is")
        fault = self.env["ir.model.fields"]._get("service.order", "customer_fault")
        for kind, (lack, meet) in table.items():
            self._begin()
            condition = self.env["service.stage.condition"].create(
                {
                    "stage_id": self.accepted.id,
                    "kind": kind,
                    "field_id": kind == "field" and fault.id,
                }
            )
            if lack:
                lack()
            sentences = set()
            for door, enter in doors.items():
                with self.subTest(kind=kind, door=door, met=False):
                    with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                        enter()
                    sentences.add(caught.exception.args[0])
            self.assertEqual(
                sentences,
                {
                    f"Before {self.order.name} can go to Accepted, this is missing: "
                    f"{condition.display_name}."
                },
            )
            # What happens by itself is held, with the same words.
            self.assertFalse(self.order._move_to_kind("accepted"))
            self.assertEqual({self.order.held_reason}, sentences)
            meet()
            for door, enter in doors.items():
                with self.subTest(kind=kind, door=door, met=True):
                    self._begin()
                    enter()
                    self.assertEqual(self.order.stage_id, self.accepted)
            condition.unlink()

    def _begin(self):
        self.order.write({"stage_id": self.new.id, "held_stage_id": self.accepted.id})
