from odoo import api, fields, models


def from_type(name, contract=""):
    """Arguments of a field that begins as the type of the contract says, and is then its own.

    What was agreed stays: a contract that was concluded takes nothing from its type any more.

    :param str name: the field, of the same name on ``service.contract.type``
    :param str contract: leads to the contract from what belongs to one; empty on a contract
    """

    @api.depends(f"{contract}.type_id" if contract else "type_id")
    def compute(records):
        default = records.env["service.contract.type"].default_get([name]).get(name)
        for record in records:
            agreed = record[contract] if contract else record
            is_open = agreed.decision != "concluded" or not record._origin
            if agreed.type_id and is_open:
                record[name] = agreed.type_id[name]
            else:
                record[name] = record[name] or default

    return {
        "compute": compute,
        "default": None,
        "store": True,
        "readonly": False,
        "precompute": True,
    }


class ServiceContractDefaults(models.AbstractModel):
    """What is usually agreed in contracts of one type, and can be agreed otherwise in each."""

    _name = "service.contract.defaults"
    _description = "Usual Terms of Contracts"

    renewal = fields.Selection(
        [
            ("none", "Ends"),
            ("fixed", "Goes On for a Further Fixed Term"),
            ("open", "Goes On Until Terminated"),
        ],
        string="After the Fixed Term",
        required=True,
        default="none",
    )
    renewal_months = fields.Integer("Further Term in Months", default=12)
    notice_length = fields.Integer("Notice Period", default=1)
    notice_unit = fields.Selection(
        [("day", "Days"), ("month", "Months")],
        string="Unit of the Notice Period",
        required=True,
        default="month",
    )
    notice_rule = fields.Selection(
        [
            ("exact", "To the Day"),
            ("month", "To the End of a Month"),
            ("quarter", "To the End of a Quarter"),
        ],
        string="Notice Ends",
        required=True,
        default="exact",
    )

    _renewal_months_positive = models.Constraint(
        "CHECK(renewal != 'fixed' OR renewal_months > 0)",
        "A further term takes at least one month. Enter 1 or more.",
    )
    _notice_length_positive = models.Constraint(
        "CHECK(notice_length >= 0)", "A notice period cannot be negative. Enter zero or more."
    )


class ServiceContractType(models.Model):
    """A type carries the usual terms."""

    _name = "service.contract.type"
    _inherit = ["service.contract.type", "service.contract.defaults"]


class ServiceContract(models.Model):
    """A contract begins with the usual terms of its type."""

    _name = "service.contract"
    _inherit = ["service.contract", "service.contract.defaults"]

    renewal = fields.Selection(tracking=True, **from_type("renewal"))
    renewal_months = fields.Integer(**from_type("renewal_months"))
    notice_length = fields.Integer(tracking=True, **from_type("notice_length"))
    notice_unit = fields.Selection(tracking=True, **from_type("notice_unit"))
    notice_rule = fields.Selection(tracking=True, **from_type("notice_rule"))
