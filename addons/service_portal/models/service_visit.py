from odoo import models

#: What every browser shows as a picture and nothing else; an SVG can carry a script.
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")


class ServiceVisit(models.Model):
    _inherit = "service.visit"

    def _portal_photos(self):
        """Find what the technicians photographed, for the customer.

        To be called on superuser records whose reading has been checked.

        :return: superuser ``ir.attachment`` records, pictures only
        """
        return self.photo_ids.filtered(lambda photo: photo.mimetype in PICTURES)
