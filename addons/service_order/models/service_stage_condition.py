from odoo import api, fields, models


class ServiceStageCondition(models.Model):
    """What has to be there before a person may move an order into a stage.

    It stops a person's move, never the recording of what has happened: then the order stays where
    it is and says what is missing.
    """

    _name = "service.stage.condition"
    _description = "Condition of a Stage"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("service.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("field", "Field Filled In"),
            ("reading", "Counters Read"),
            ("photo", "Photo Taken"),
            ("signature", "Signed by the Customer"),
            ("decision", "Customer Has Agreed"),
        ],
        string="What",
        required=True,
        default="field",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        "Field",
        ondelete="cascade",
        domain=[("model", "=", "service.order"), ("store", "=", True)],
    )

    _field_named = models.Constraint(
        "CHECK((kind = 'field') = (field_id IS NOT NULL))",
        "Choose the field that has to be filled in.",
    )
    _kind_uniq = models.UniqueIndex(
        "(stage_id, kind, COALESCE(field_id, 0))", "A stage asks for a thing only once."
    )

    @api.depends("kind", "field_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for condition in self:
            # sudo: what a field is called is no secret, but only administrators read the list.
            name = condition.field_id.sudo().field_description
            condition.display_name = name or kinds.get(condition.kind)

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "field":
            self.field_id = False

    @api.model
    def _missing(self, order, stage):
        """What an order still lacks for a stage.

        :return: the conditions that are not met
        """
        # sudo: every visit, reading and photo counts, whoever moves the order.
        order = order.sudo()
        return stage.condition_ids.filtered(
            lambda condition: not getattr(condition, f"_is_met_{condition.kind}")(order)
        )

    def _is_met_field(self, order):
        """A field is filled in."""
        return bool(order[self.field_id.sudo().name])  # sudo: see _compute_display_name

    def _is_met_reading(self, order):
        """The counters of the device were read since the request; a device without counters, and
        an order without a device, have none to read."""
        meters = order.device_id.meter_ids
        return not meters or bool(
            self.env["service.meter.reading"]
            .sudo()  # sudo: see _missing
            .search_count(
                [
                    ("meter_id", "in", meters.ids),
                    ("date", ">=", order.date_reported),
                    ("verdict", "!=", "rejected"),
                ],
                limit=1,
            )
        )

    def _is_met_photo(self, order):
        """Somebody has taken a photo: the reporter or a technician."""
        return bool(order.photo_ids or order.visit_ids.photo_ids)

    def _is_met_signature(self, order):
        """The customer has signed a visit."""
        return order.is_signed

    def _is_met_decision(self, order):
        """The customer has agreed."""
        return order.decision == "agreed"
