from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class ServiceBillingCommon(AccountTestInvoicingCommon):
    """A Polish company with two customers, a page product with 23 % VAT, and one user per role."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("pl")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.customer = cls._create_customer("Odra Testowa S.A.")
        cls.stranger = cls._create_customer("Inna Firma sp. z o.o.")
        cls.vat_23 = cls.company_data["default_tax_sale"]
        cls.pages = cls.env["product.product"].create(
            {
                "name": "Mono page",
                "type": "service",
                "list_price": 1.0,
                "taxes_id": [Command.set(cls.vat_23.ids)],
            }
        )

    @classmethod
    def get_default_groups(cls):
        # EXTENDS 'account': who tests is also the administrator of the service.
        administrator = cls.env.ref("service_customer.group_service_administrator")
        return super().get_default_groups() | administrator

    @classmethod
    def _create_customer(cls, name):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "country_id": cls.env.ref("base.pl").id}
        )

    @classmethod
    def _user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    @classmethod
    def _staff(cls, role):
        return cls._user(f"billing_{role}", f"service_customer.group_service_{role}")

    @classmethod
    def _person(cls, role, customer=None, login=None):
        """A portal user with one role at a customer."""
        customer = customer or cls.customer
        user = cls._user(login or f"billing_person_{role}", "base.group_portal")
        user.partner_id.parent_id = customer
        cls.env["service.membership"].create(
            {"contact_id": user.partner_id.id, "customer_id": customer.id, "role": role}
        )
        return user

    @classmethod
    def _charge_vals(cls, **values):
        return {
            "name": "Mono pages",
            "company_id": cls.company.id,
            "customer_id": cls.customer.id,
            "date": "2026-10-31",
            "kind": "pages",
            "product_id": cls.pages.id,
            "quantity": 100,
            "price_unit": 0.0285,
            "currency_id": cls.company.currency_id.id,
            **values,
        }

    @classmethod
    def _charge(cls, **values):
        return cls.env["service.charge"].create(cls._charge_vals(**values))

    @classmethod
    def _posted(cls, **values):
        """A posted invoice (or settlement) of one charge."""
        move = cls._charge(**values)._bill()
        move.action_post()
        return move
