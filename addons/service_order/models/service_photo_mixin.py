from odoo import api, models


class ServicePhotoMixin(models.AbstractModel):
    """Records whose photos are shown to others: on the protocol, in the customer panel.

    A file gets there only by who may see it; Odoo asks that of no field of files.
    """

    _name = "service.photo.mixin"
    _description = "With Photos That Others See"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'base'
        records = super().create(vals_list)
        given = "default_photo_ids" in self.env.context or any("photo_ids" in v for v in vals_list)
        if given and not self.env.su:
            records._check_photos(self.env["ir.attachment"])
        return records

    def write(self, vals):
        # EXTENDS 'base'
        if self.env.su or "photo_ids" not in vals:
            return super().write(vals)
        known = self.sudo().photo_ids  # sudo: also those that others have put there
        result = super().write(vals)
        self._check_photos(known)
        return result

    def _check_photos(self, known):
        """Refuse files that the user may not see.

        :param known: `ir.attachment` records that were there before
        :raise AccessError: one of the others is foreign
        """
        added = self.sudo().photo_ids - known  # sudo: without it, foreign files are left out
        added.sudo(False).check_access("read")
