from odoo.tests import tagged

from .common import ServiceCustomerCommon


@tagged("post_install", "-at_install")
class TestResPartnerRecipient(ServiceCustomerCommon):
    """Schools of a municipality: one customer, each school with its own data on the invoice."""

    def test_units_of_one_tax_number_keep_their_own_data(self):
        self.customer.write({"vat": "PL8952011340", "service_is_local_government": True})
        self.site.write(
            {
                "service_recipient_role": "local_government",
                "service_recipient_vat": "PL 895-201-20-03",
            }
        )
        self.other_site.write(
            {
                "service_recipient_role": "local_government",
                "service_recipient_idwew": "895201134000014",
            }
        )
        self.assertRecordValues(
            self.site + self.other_site,
            [
                {"service_recipient_vat": "8952012003", "service_recipient_idwew": False},
                {"service_recipient_vat": False, "service_recipient_idwew": "8952011340-00014"},
            ],
        )
        self.assertEqual(self.customer.vat, "PL8952011340")
        self.assertFalse(self.site.vat or self.other_site.vat)

    def test_wrong_numbers_are_refused_in_words(self):
        role = {"service_recipient_role": "branch"}
        with self.assertRefused("“8952012004” is not a Polish tax number.*checks the others"):
            self.site.write({**role, "service_recipient_vat": "8952012004"})
        with self.assertRefused("is not a Polish tax number"):
            self._create_location("New", self.customer, **role, service_recipient_vat="123")
        with self.assertRefused("“12-345” is not an internal ID"):
            self.site.write({**role, "service_recipient_idwew": "12-345"})
        with self.assertRefused("is not a Polish tax number"):
            self.site.write({**role, "service_recipient_idwew": "8952011341-00014"})
        with self.assertRefused("no role on the invoice"):
            self.site.service_recipient_vat = "8952012003"
        with self.assertRefused("carries one of them"):
            self.site.write(
                {
                    **role,
                    "service_recipient_vat": "8952012003",
                    "service_recipient_idwew": "8952011340-00014",
                }
            )

    def test_only_a_customer_is_local_government_or_vat_group(self):
        self.customer.service_is_vat_group = True
        with self.assertRefused("only the customer itself"):
            self.site.service_is_local_government = True
        with self.assertRefused("only the customer itself"):
            self.person.service_is_vat_group = True
