from collections import Counter
from contextlib import contextmanager

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.service_customer.tests.common import SentMails


class ServiceOrderCommon(AccountTestInvoicingCommon):
    """A Polish company, a device under a lease, two technicians with parts in their vans."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("pl")
    def setUpClass(cls):
        super().setUpClass()
        # The base class works as an accountant; what is prepared here is above any rights.
        # The messages of orders are part of what is tested.
        context = {**cls.env.context, "tracking_disable": False, "mail_notrack": False}
        cls.env = cls.env(su=True, context=context)
        cls.company = cls.env.company
        # Who agrees to costs is tested in its place; elsewhere nobody has to be asked.
        cls.env["ir.default"].set("res.partner", "service_agreement_limit", 1000000.0)
        cls.customer = cls._create_customer("Odra Testowa S.A.")
        cls.stranger = cls._create_customer("Inna Firma sp. z o.o.")
        cls.site = cls.env["res.partner"].create(
            {"name": "Oddział", "type": "location", "parent_id": cls.customer.id}
        )
        cls.other_site = cls.env["res.partner"].create(
            {"name": "Magazyn", "type": "location", "parent_id": cls.customer.id}
        )
        cls.device = cls._create_device("SN-1", cls.site, owner="own")
        cls.free_device = cls._create_device("SN-2", cls.other_site)
        cls.contract = cls.env["service.contract"].create(
            {
                "customer_id": cls.customer.id,
                "type_id": cls.env.ref("service_contract.type_lease").id,
                "date_start": "2020-01-01",
                "device_ids": [
                    Command.create({"device_id": cls.device.id, "date_start": "2020-01-01"})
                ],
            }
        )
        cls.contract.action_activate()
        cls.env.ref("service_order.product_labour").list_price = 180.0
        cls.part = cls._create_part("Roller", list_price=84.0)
        cls._create_staff()
        cls.on_site = cls.env.ref("service_order.type_on_site")

    @classmethod
    def _create_customer(cls, name):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "country_id": cls.env.ref("base.pl").id}
        )

    @classmethod
    def _create_device(cls, serial, location, owner="customer"):
        manufacturer = cls.env["service.device.manufacturer"].create({"name": f"Maker {serial}"})
        category = cls.env["service.device.category"].create({"name": f"Printers {serial}"})
        model = cls.env["service.device.model"].create(
            {"name": "C300", "manufacturer_id": manufacturer.id, "category_id": category.id}
        )
        return cls.env["service.device"].create(
            {
                "serial": serial,
                "model_id": model.id,
                "customer_id": location.commercial_partner_id.id,
                "location_id": location.id,
                "owner": owner,
            }
        )

    @classmethod
    def _create_part(cls, name, **vals):
        """A part kept at average cost."""
        category = cls.env["product.category"].create(
            {"name": f"Average {name}", "property_cost_method": "average"}
        )
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "categ_id": category.id,
                "standard_price": 41.0,
                **vals,
            }
        )

    @classmethod
    def _user(cls, login, groups, **vals):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@example.com",
            **vals,
        )

    @classmethod
    def _create_staff(cls):
        group = "service_customer.group_service_"
        cls.technician_user = cls._user("order_technician", f"{group}technician")
        cls.colleague_user = cls._user("order_colleague", f"{group}technician")
        cls.dispatcher = cls._user("order_dispatcher", f"{group}dispatcher")
        cls.manager = cls._user("order_manager", f"{group}manager")
        cls.accountant = cls._user("order_accountant", f"{group}accounting")
        cls.technician, cls.colleague = cls.env["service.technician"].create(
            [
                {"user_id": user.id, "company_id": cls.company.id}
                for user in (cls.technician_user, cls.colleague_user)
            ]
        )
        for technician in (cls.technician, cls.colleague):
            cls.env["stock.quant"]._update_available_quantity(
                cls.part, technician.van_location_id, 5
            )

    @classmethod
    def _person(cls, login, role="user", customer=None, locations=None):
        """A portal user with one role at a customer."""
        user = cls._user(login, "base.group_portal")
        cls.env["service.membership"].create(
            {
                "contact_id": user.partner_id.id,
                "customer_id": (customer or cls.customer).id,
                "role": role,
                "scope": "locations" if locations else "all",
                "location_ids": locations.ids if locations else False,
            }
        )
        return user

    @classmethod
    def _create_order(cls, device=None, **vals):
        return cls.env["service.order"].create(
            {"device_id": (device or cls.device).id, "description": "Paper jams", **vals}
        )

    @classmethod
    def _create_visit(cls, order=None, technician=None, **vals):
        return cls.env["service.visit"].create(
            {
                "order_id": (order or cls._create_order()).id,
                "technician_id": (technician or cls.technician).id,
                "date_start": fields.Datetime.now(),
                **vals,
            }
        )

    @classmethod
    def _create_line(cls, visit, product=None, **vals):
        return cls.env["service.order.line"].create(
            {"visit_id": visit.id, "kind": "part", "product_id": (product or cls.part).id, **vals}
        )

    @contextmanager
    def assertMails(self, **expected):
        """Expect so many e-mails to the user of each name while something happens, and no others.

        Names are attributes of the test with users; `told` lists those who could be told.
        """
        self._send_waiting()
        with SentMails(self.env) as sent:
            yield sent
            self._send_waiting()
        names = {getattr(self, name).partner_id: name for name in self.told}
        counts = Counter(names.get(mail["partner_id"], mail["email_to_raw"]) for mail in sent)
        self.assertEqual(counts, expected)

    def _send_waiting(self):
        """Messages about changed fields wait for the end of the transaction."""
        self.env.flush_all()
        self.cr.precommit.run()
