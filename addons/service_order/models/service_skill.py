from odoo import fields, models


class ServiceSkill(models.Model):
    """What a technician has to know for a kind of work: colour machines, networks, a maker."""

    _name = "service.skill"
    _description = "Skill"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_uniq = models.Constraint("UNIQUE(name)", "A skill of this name is there already.")


class ServiceTopic(models.Model):
    """What a topic asks of the technician."""

    _inherit = "service.topic"

    skill_ids = fields.Many2many(
        "service.skill", string="Skills", help="What a technician has to know for it."
    )

    def _get_skills(self):
        """Its skills and those of the topics above it."""
        return self._get_way().skill_ids


class ServiceTechnician(models.Model):
    """What a technician knows."""

    _inherit = "service.technician"

    skill_ids = fields.Many2many("service.skill", string="Skills")
