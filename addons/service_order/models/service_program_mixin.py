from odoo import api, models
from odoo.exceptions import AccessError


class ServiceProgramMixin(models.AbstractModel):
    """Records whose read-only fields the program alone writes.

    To Odoo "read-only" is a hint for the form: over the API everybody who may write the record
    writes these fields, too.
    """

    _name = "service.program.mixin"
    _description = "Read-Only Fields Are the Program's"

    def _has_field_access(self, field, operation):
        # EXTENDS 'base'
        if not super()._has_field_access(field, operation):
            return False
        return self.env.su or operation == "read" or not self._is_program_field(field)

    @api.model
    def _is_program_field(self, field):
        """Whether a field follows from what people do, and is typed by nobody.

        The number is not among them: it is given while a record is made, with its maker's rights;
        see `write`.
        """
        return field.readonly and field.store and field.name not in {"name", *models.MAGIC_COLUMNS}

    def write(self, vals):
        # EXTENDS 'base': papers, mails and invoices name a record by its number.
        if "name" in vals and self._fields["name"].readonly and not self.env.su:
            raise AccessError(self.env._("%s keeps its number.", self[:1].name))
        return super().write(vals)
