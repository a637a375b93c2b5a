from odoo import fields, models

from odoo.addons.service_contract.models.service_contract_defaults import from_type


class ServiceContractDefaults(models.AbstractModel):
    """How the readings by which pages are billed usually come in."""

    _inherit = "service.contract.defaults"

    reading_asked = fields.Selection(
        [
            ("customer", "The Customer"),
            ("technician", "Our Technician"),
            ("nobody", "Nobody"),
        ],
        string="Asked for Readings",
        required=True,
        default="customer",
        help="The Customer: a person in whose care the device is gets an e-mail.\n"
        "Our Technician: whoever looks after the contract is told to plan it.\n"
        "Nobody: the devices report by themselves, or the staff reads them.\n"
        "Whatever is chosen, a reading that is missing comes on the call list.",
    )
    reading_ask_days = fields.Integer(
        "Asked Before", default=3, help="Days before pages are settled on which readings are asked."
    )
    reading_days_before = fields.Integer(
        "Days Before",
        default=5,
        help="A reading may be so many days older than the day on which pages are settled.",
    )
    reading_days_after = fields.Integer(
        "Days After",
        default=7,
        help="A reading may be so many days younger than the day on which pages are settled.",
    )
    reading_remind_days = fields.Integer(
        "Reminded After", default=2, help="Days after asking; 0: no reminder."
    )
    reading_call_days = fields.Integer(
        "On the Call List After",
        default=4,
        help="Days after asking on which a missing reading is one for the telephone.",
    )

    _reading_days = models.Constraint(
        "CHECK(COALESCE(reading_ask_days, 0) BETWEEN 0 AND COALESCE(reading_days_before, 0)"
        " AND COALESCE(reading_days_after, 0) >= 0"
        " AND COALESCE(reading_days_before, 0) + COALESCE(reading_days_after, 0) <= 27"
        " AND COALESCE(reading_remind_days, 0) BETWEEN 0 AND 60"
        " AND COALESCE(reading_call_days, 0) BETWEEN 0 AND 60)",
        "Readings are asked within the days in which they count; these are less than a month.",
    )


class ServiceContract(models.Model):
    """A contract's own way to its readings."""

    _inherit = "service.contract"

    reading_asked = fields.Selection(tracking=True, **from_type("reading_asked"))
    reading_ask_days = fields.Integer(**from_type("reading_ask_days"))
    reading_days_before = fields.Integer(**from_type("reading_days_before"))
    reading_days_after = fields.Integer(**from_type("reading_days_after"))
    reading_remind_days = fields.Integer(**from_type("reading_remind_days"))
    reading_call_days = fields.Integer(**from_type("reading_call_days"))
