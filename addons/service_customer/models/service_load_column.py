from odoo import api, fields, models


class ServiceLoadColumn(models.Model):
    """A column of a file that is loaded, and what it means."""

    _name = "service.load.column"
    _description = "Column of a File"
    _order = "load_id desc, position, id"
    _rec_name = "header"

    load_id = fields.Many2one("service.load", required=True, index=True, ondelete="cascade")
    position = fields.Integer(readonly=True)
    header = fields.Char(string="In the File", readonly=True)
    samples = fields.Char(string="For Example", readonly=True)
    target = fields.Selection(
        selection="_selection_target",
        string="Means",
        help="Leave it empty to skip the column.",
    )

    @api.model
    def _selection_target(self):
        """What columns of mapped files can mean."""
        return [
            (column.name, column.label)
            for name in self.env["service.load"]._get_kinds()
            if self.env[name]._is_mapped
            for column in self.env[name]._get_columns()
        ]
