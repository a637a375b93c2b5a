from odoo import models


class ServiceDevicePlacement(models.Model):
    """A placement entered later tells whose the readings of its time were."""

    _inherit = "service.device.placement"

    def _effects(self):
        # EXTENDS service_device
        result = super()._effects()
        self._place_readings()
        return result

    def _place_readings(self):
        """Readings belong to the place where their device was."""
        # Superuser: no role may write on readings; this only keeps the copy of "where" right.
        reading_sets = self.env["service.meter.reading.set"].sudo()
        for placement in self:
            domain = [
                ("device_id", "=", placement.device_id.id),
                ("date", ">=", placement.date_start),
            ]
            if placement.date_end:
                domain.append(("date", "<", placement.date_end))
            place = {
                "customer_id": placement.customer_id.id,
                "location_id": placement.location_id.id,
            }
            taken = reading_sets.search(domain)
            taken.write(place)
            taken.reading_ids.write(place)

    def unlink(self):
        """What was read in a placement that never was, was read in the one before."""
        devices = self.device_id
        result = super().unlink()
        devices.placement_id._place_readings()
        return result
