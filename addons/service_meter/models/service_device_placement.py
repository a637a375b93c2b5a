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
        if not self:
            return
        # Superuser: no role may write on readings; this only keeps the copy of "where" right.
        reading_sets = self.env["service.meter.reading.set"].sudo()
        since = min(self.mapped("date_start"))
        taken = reading_sets.search(
            [("device_id", "in", self.device_id.ids), ("date", ">=", since)]
        )
        of_device = taken.grouped("device_id")
        for placement in self:
            theirs = of_device.get(placement.device_id, reading_sets).filtered(
                lambda taken, place=placement: place.date_start <= taken.date
                and not (place.date_end and place.date_end <= taken.date)
            )
            place = {
                "customer_id": placement.customer_id.id,
                "location_id": placement.location_id.id,
            }
            theirs.write(place)
            theirs.reading_ids.write(place)

    def unlink(self):
        """What was read in a placement that never was, was read in the one before."""
        devices = self.device_id
        result = super().unlink()
        devices.placement_id._place_readings()
        return result
