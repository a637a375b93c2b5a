from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Sheets of A3 that have to be added for each, so that an A3 page makes two.
MISSING_OF_A3 = {"once": 1, "twice": 0, "none": 2}


class ServiceDeviceModelMeter(models.Model):
    """How one counter of a device model counts."""

    _name = "service.device.model.meter"
    _description = "Meter of a Device Model"
    _order = "model_id, sequence, id"
    _rec_name = "type_id"

    model_id = fields.Many2one(
        "service.device.model", required=True, index=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "service.meter.type", "Meter", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="type_id.sequence", store=True, precompute=True)
    kind = fields.Selection(related="type_id.kind")
    a3 = fields.Selection(
        [("once", "Once"), ("twice", "Twice"), ("none", "Not at all")],
        "Counts A3",
        required=True,
        default="once",
        help="What an A3 page adds to this counter. The device's manual or a test print says it.",
    )
    digits = fields.Integer(
        help="How many digits the counter has: after its highest number it goes on from zero."
        " 0 when not known.",
    )
    monthly_pages = fields.Integer(
        "Usual Pages a Month",
        help="What a device of this model usually makes. New readings are compared with it until"
        " the device has a trend of its own. 0 when not known.",
    )

    _type_uniq = models.Constraint(
        "UNIQUE(model_id, type_id)", "This meter is already listed on this device model."
    )
    _digits_range = models.Constraint(
        "CHECK(digits BETWEEN 0 AND 9)", "A counter has up to 9 digits. Enter 0 if not known."
    )
    _monthly_pages_natural = models.Constraint(
        "CHECK(monthly_pages >= 0)", "The usual pages a month cannot be below zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """The devices of the models get the new meters."""
        lines = super().create(vals_list)
        lines.model_id._give_meters()
        return lines

    def write(self, vals):
        """A counter that has turned over keeps its number of digits: lives rest on it."""
        if "digits" in vals:
            self._check_never_turned_over(vals["digits"])
        if "type_id" in vals:
            self._check_never_turned_over(None)
        result = super().write(vals)
        if "type_id" in vals:
            self.model_id._give_meters()
        if {"type_id", "a3"} & vals.keys():
            self.model_id._compute_meters_anew()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_turned_over(self):
        """The digits of a counter that has turned over are not forgotten."""
        self._check_never_turned_over(None)

    def _check_never_turned_over(self, digits):
        """Refuse to change the digits on which the life of a counter rests.

        :param digits: what the counters shall have; None when nothing is said any more
        """
        for line in self.filtered(lambda line: line.digits and line.digits != digits):
            devices = [("device_id.model_id", "=", line.model_id.id)]
            self.env["service.meter"]._check_never_turned_over(line.type_id, devices)


class ServiceDeviceModel(models.Model):
    """A model says which counters its devices have, and how these count."""

    _inherit = "service.device.model"

    @api.constrains("meter_line_ids")
    def _check_computed_meters(self):
        """A computed meter needs its counters, and one answer to what A3 adds to them."""
        for model in self:
            types = model.meter_line_ids.type_id
            for meter_type in types.filtered(lambda meter_type: meter_type.kind == "computed"):
                lacking = meter_type.part_type_ids - types
                if lacking:
                    raise ValidationError(
                        self.env._(
                            "%(meter)s is computed from %(lacking)s, which %(model)s does not have."
                            " Add it to the meters of the model.",
                            meter=meter_type.name,
                            lacking=", ".join(lacking.mapped("name")),
                            model=model.display_name,
                        )
                    )
                model._meter_weights(meter_type)

    def _meter_weights(self, meter_type):
        """``{type of a counter: how many times its pages count}`` in a computed meter.

        Counters that share an A3 counter share its correction, so they must count A3 alike.

        :raises odoo.exceptions.ValidationError: they do not
        """
        self.ensure_one()
        lines = {line.type_id: line for line in self.meter_line_ids}
        weights = dict.fromkeys(meter_type.part_type_ids, 1)
        corrections = {}
        for part in meter_type.part_type_ids if meter_type.is_a4 else ():
            if part.a3_type_id in lines and part in lines:
                missing = MISSING_OF_A3[lines[part].a3]
                if corrections.setdefault(part.a3_type_id, missing) != missing:
                    raise ValidationError(
                        self.env._(
                            "The counters that make up %(meter)s on %(model)s have one A3 counter"
                            " together, so they must count A3 alike.",
                            meter=meter_type.name,
                            model=self.display_name,
                        )
                    )
        for a3_type, missing in corrections.items():
            if missing:
                weights[a3_type] = weights.get(a3_type, 0) + missing
        return weights
