import uuid

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestServiceOrderConcurrency(BaseCase):
    """Two real connections plan or settle one order, or use one part, at the same time."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            self._prepare(self._env(cr))
        self.addCleanup(self._remove)
        self.first, self.second = self.registry.cursor(), self.registry.cursor()
        self.addCleanup(self.first.close)
        self.addCleanup(self.second.close)

    def _prepare(self, env):
        """Commit an order with one part that nobody has used yet."""
        company = env.ref("base.main_company")
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        customer = env["res.partner"].create(
            {"name": "Two at once", "is_company": True, "service_agreement_limit": 1000}
        )
        part = env["product.product"].create(
            {"name": f"Roller {uuid.uuid4()}", "type": "consu", "list_price": 84}
        )
        order = env["service.order"].create(
            {
                "company_id": company.id,
                "customer_id": customer.id,
                "description": "Two at once",
                "line_ids": [
                    Command.create(
                        {
                            "kind": "part",
                            "product_id": part.id,
                            "stock_location_id": warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        technician = env["service.technician"].create(
            {"user_id": env.ref("base.user_admin").id, "company_id": company.id}
        )
        self.order_id, self.line_id = order.id, order.line_ids.id
        self.technician_id = technician.id
        self.part_id, self.customer_id = part.id, customer.id

    def _remove(self):
        """Take away what was committed; done stock moves only by SQL."""
        with self.registry.cursor() as cr:
            # Evidence, which nobody deletes outside of tests.
            cr.execute("ALTER TABLE service_answer DISABLE TRIGGER USER")
            for table, column, value in (
                ("service_answer", "order_id", self.order_id),
                ("service_order_line", "product_id", self.part_id),
                ("service_parcel", "order_id", self.order_id),
                ("service_charge", "service_order_id", self.order_id),
                ("service_visit", "order_id", self.order_id),
                ("account_move_line", "partner_id", self.customer_id),
                ("account_move", "partner_id", self.customer_id),
                ("service_order", "customer_id", self.customer_id),
                ("stock_move_line", "product_id", self.part_id),
                ("stock_move", "product_id", self.part_id),
                ("stock_quant", "product_id", self.part_id),
                ("stock_lot", "product_id", self.part_id),
            ):
                cr.execute(f"DELETE FROM {table} WHERE {column} = %s", [value])
            cr.execute("ALTER TABLE service_answer ENABLE TRIGGER USER")
            env = self._env(cr)
            env["service.technician"].browse(self.technician_id).unlink()
            env["product.product"].browse(self.part_id).product_tmpl_id.unlink()
            env["res.partner"].browse(self.customer_id).unlink()

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _use(self, cr):
        env = self._env(cr)
        env["service.order.line"].browse(self.line_id).action_use()
        env.flush_all()

    def _settle(self, cr):
        env = self._env(cr)
        env["service.order"].browse(self.order_id).action_settle()
        env.flush_all()

    def _plan(self, cr):
        """Save the form that was opened when no visit was planned yet."""
        env = self._env(cr)
        env["service.visit"].with_context(service_known_visit_ids=[]).create(
            {
                "order_id": self.order_id,
                "technician_id": self.technician_id,
                "date_start": "2026-11-27 08:00:00",
            }
        )
        env.flush_all()

    def _plan_another(self, cr):
        env = self._env(cr)
        env["service.visit"].create(
            {
                "order_id": self.order_id,
                "technician_id": self.technician_id,
                "date_start": "2026-11-30 08:00:00",
            }
        )
        env.flush_all()

    def _cancel(self, cr):
        env = self._env(cr)
        env["service.order"].browse(self.order_id).action_cancel()
        env.flush_all()

    def _watch(self, cr):
        env = self._env(cr)
        count = env["service.order.clock"]._process_due()
        env.flush_all()
        return count

    def _deliver(self, cr, mail):
        env = self._env(cr)
        number = env["mail.thread"].message_process("service.order", mail.encode())
        env.flush_all()
        return number

    def _bill(self, cr):
        env = self._env(cr)
        env["service.order"].browse(self.order_id).action_bill()
        env.flush_all()

    def _answer(self, cr, answer):
        env = self._env(cr)
        order = env["service.order"].browse(self.order_id)
        if answer == "accepted":
            order._accept("tacit")
        else:
            order._reject("link", "It still jams")
        env.flush_all()

    def _send(self, cr):
        env = self._env(cr)
        env["service.order"].browse(self.order_id).action_send_parcels()
        env.flush_all()

    def _count(self, table, column, value):
        with self.registry.cursor() as cr:
            cr.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [value])
            return cr.fetchone()[0]

    @mute_logger("odoo.sql_db")
    def test_part_is_issued_once(self):
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._use(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._use(self.second)
        self.second.rollback()
        self._use(self.second)  # Odoo repeats the request, which finds the part used
        self.second.commit()
        self.assertEqual(self._count("stock_move", "product_id", self.part_id), 1)

    @mute_logger("odoo.sql_db")
    def test_two_dispatchers_plan_one_visit(self):
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._plan(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._plan(self.second)
        self.second.rollback()
        with self.assertRaisesRegex(UserError, "Meanwhile .* has planned a visit"):
            self._plan(self.second)  # Odoo repeats the request, which finds the visit
        self.assertEqual(self._count("service_visit", "order_id", self.order_id), 1)

    @mute_logger("odoo.sql_db")
    def test_second_settlement_is_told_to_wait(self):
        self._use(self.first)
        self.first.commit()
        self._settle(self.first)
        with self.assertRaisesRegex(UserError, "is settling this order right now"):
            self._settle(self.second)

    @mute_logger("odoo.sql_db")
    def test_order_is_settled_once(self):
        self._use(self.first)
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._settle(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._settle(self.second)
        self.second.rollback()
        self._settle(self.second)
        self.second.commit()
        self.assertEqual(self._count("service_charge", "service_order_id", self.order_id), 1)
        self.assertEqual(self._count("account_move", "partner_id", self.customer_id), 1)

    @mute_logger("odoo.sql_db")
    def test_order_is_invoiced_once(self):
        self._use(self.first)
        self._env(self.first)["service.order"].browse(self.order_id).billing = "monthly"
        self._settle(self.first)
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._bill(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._bill(self.second)
        self.second.rollback()
        self._bill(self.second)
        self.second.commit()
        self.assertEqual(self._count("account_move", "partner_id", self.customer_id), 1)

    @mute_logger("odoo.sql_db")
    def test_work_is_answered_once(self):
        """Whoever rejects it at the moment when silence accepts it is told that it was too late."""
        order = self._env(self.first)["service.order"].browse(self.order_id)
        order.stage_id = order.type_id._get_stage("to_accept")
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._answer(self.first, "accepted")
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._answer(self.second, "rejected")
        self.second.rollback()
        with self.assertRaisesRegex(UserError, "answered already"):
            self._answer(self.second, "rejected")
        self.second.rollback()
        self._answer(self.second, "accepted")
        self.second.commit()
        self.assertEqual(self._count("service_answer", "order_id", self.order_id), 1)

    @mute_logger("odoo.sql_db")
    def test_parcel_is_sent_once(self):
        """Also when two people load the same file of tracking numbers."""
        order = self._env(self.first)["service.order"].browse(self.order_id)
        order._create_parcel().write({"street": "Prosta 1", "zip": "50-001", "city": "Wrocław"})
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._send(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._send(self.second)
        self.second.rollback()
        self._send(self.second)
        self.second.commit()
        self.assertEqual(self._count("stock_move", "product_id", self.part_id), 1)

    @mute_logger("odoo.sql_db")
    def test_cancelled_order_gets_no_visit_at_that_moment(self):
        """Not even a second visit, which changes nothing on the order itself."""
        self._plan(self.first)
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._cancel(self.first)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._plan_another(self.second)
        self.second.rollback()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._plan_another(self.second)

    @mute_logger("odoo.sql_db")
    def test_nobody_is_told_of_a_time_that_ends_at_that_moment(self):
        env, begun = self._env(self.first), "2026-01-05 08:00:00"
        ids = {"order_id": self.order_id}
        env["service.order.clock.event"].create({**ids, "kind": "start", "date": begun})
        env["service.order.clock"].create({**ids, "kind": "repair", "hours": 1})
        env.flush_all()
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        order = env["service.order"].browse(self.order_id)
        order.stage_id = order.type_id._get_stage("to_accept")
        env.flush_all()
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self._watch(self.second)
        self.second.rollback()
        self.assertEqual(self._watch(self.second), 0)

    @mute_logger("odoo.sql_db", "odoo.addons.mail.models.mail_thread")
    def test_one_e_mail_delivered_twice_makes_one_order(self):
        address = f"{uuid.uuid4()}@there.example"
        self._env(self.first)["res.partner"].browse(self.customer_id).email = address
        self._env(self.first).flush_all()
        self.first.commit()
        head = f"From: {address}\nTo: us@here.example\nSubject: Jam\nMessage-Id: <{address}>"
        mail = f"{head}\n\nIt jams."
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._deliver(self.first, mail)
        self.first.commit()
        with self.assertRaises(ConcurrencyError):
            self._deliver(self.second, mail)
        self.second.rollback()
        self.assertFalse(self._deliver(self.second, mail))  # Odoo repeats it, and finds the first
        self.second.commit()
        self.assertEqual(self._count("service_order", "customer_id", self.customer_id), 2)

    @mute_logger("odoo.sql_db")
    def test_last_serial_number_is_taken_once(self):
        env = self._env(self.first)
        line = env["service.order.line"].browse(self.line_id)
        line.product_id.write({"is_storable": True, "tracking": "serial"})
        line.lot_name = "LAST"
        lot = env["stock.lot"].create({"name": "LAST", "product_id": self.part_id})
        env["stock.quant"]._update_available_quantity(
            line.product_id, line.stock_location_id, 1, lot_id=lot
        )
        other = line.copy({"order_id": line.order_id.copy().id, "lot_name": "LAST"})
        env.flush_all()
        self.first.commit()
        self.second.execute("SELECT 1")  # its snapshot is older than what the first commits
        self._use(self.first)
        self.first.commit()
        self.line_id = other.id
        with self.assertRaises(SerializationFailure):
            self._use(self.second)
        self.second.rollback()
        with self.assertRaisesRegex(UserError, "LAST"):
            self._use(self.second)
        self.second.rollback()
        self.assertEqual(self._count("stock_move", "product_id", self.part_id), 1)
