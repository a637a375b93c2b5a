import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

#: A personal link in a mail; its group is the token.
LINK = re.compile(r"/service/l/([\w-]{43})")


class ServiceCustomerCommon(BaseCommon):
    """A customer with two branches (the first with two floors), another customer, and people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.poland = cls.env.ref("base.pl")
        cls.customer = cls._create_customer(
            "Odra", street="Krakowska 1", zip="50-001", city="Wrocław"
        )
        cls.other_customer = cls._create_customer("Lis", zip="59-220", city="Legnica")
        cls.site = cls._create_location("Site A", cls.customer)
        cls.floor = cls._create_location("Floor 1", cls.site, service_location_kind="floor")
        cls.room = cls._create_location("Room 12", cls.floor, service_location_kind="room")
        cls.other_site = cls._create_location(
            "Site B", cls.customer, street="Portowa 3", zip="55-200", city="Oława"
        )
        cls.foreign_site = cls._create_location("Office", cls.other_customer)
        cls.person = Partner.create(
            {"name": "Anna", "parent_id": cls.customer.id, "email": "anna@odra.example"}
        )
        cls.portal_user = new_test_user(
            cls.env, "service_person", groups="base.group_portal", partner_id=cls.person.id
        )
        cls.technician = new_test_user(
            cls.env, "service_technician", groups="service_customer.group_service_technician"
        )
        cls.dispatcher = new_test_user(
            cls.env, "service_dispatcher", groups="service_customer.group_service_dispatcher"
        )
        cls.manager = new_test_user(
            cls.env, "service_manager", groups="service_customer.group_service_manager"
        )

    @classmethod
    def _create_customer(cls, name, **vals):
        """Create a company that is a customer."""
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "country_id": cls.poland.id, **vals}
        )

    @classmethod
    def _create_location(cls, name, parent, **vals):
        """Create a location in a customer or in another location."""
        return cls.env["res.partner"].create(
            {"name": name, "type": "location", "parent_id": parent.id, **vals}
        )

    @classmethod
    def _create_membership(cls, role="user", locations=None, contact=None, customer=None, **vals):
        """Give a role at the customer, for everything or for some locations."""
        return cls.env["service.membership"].create(
            {
                "contact_id": (contact or cls.person).id,
                "customer_id": (customer or cls.customer).id,
                "role": role,
                "scope": "locations" if locations else "all",
                "location_ids": locations.ids if locations else False,
                **vals,
            }
        )

    @contextmanager
    def assertRefused(self, sentence):
        """Expect a refusal in these words, and undo what was tried."""
        with self.assertRaisesRegex(UserError, sentence), self.env.cr.savepoint():
            yield


class SentMails:
    """What would leave for mail servers: one dict for each recipient."""

    def __init__(self, env):
        self.env, self.emails = env, []

    def __enter__(self):
        mails, emails = type(self.env["mail.mail"]), self.emails
        core = mails._prepare_outgoing_list

        def prepare(mail, *args, **kwargs):
            found = core(mail, *args, **kwargs)
            emails.extend(dict(one) for one in found)
            return found

        servers = type(self.env["ir.mail_server"])
        self.patchers = [
            patch.object(mails, "_prepare_outgoing_list", prepare),
            patch.object(servers, "_disable_send", lambda server: False),
            patch.object(servers, "_connect__", lambda *args, **kwargs: None),
            patch.object(
                servers, "send_email", lambda server, message, **kw: message["Message-Id"]
            ),
        ]
        for patcher in self.patchers:
            patcher.start()
        return self.emails

    def __exit__(self, *args):
        for patcher in self.patchers:
            patcher.stop()
