from odoo import fields, models


class ServiceDevice(models.Model):
    """What was read where a device is ends the time in which moves can be entered later."""

    _inherit = "service.device"

    def _get_move_limits(self):
        # EXTENDS service_device: an accepted reading stays with whom it was taken
        limits = super()._get_move_limits()
        for device in self:
            dates = [meter.last_date for meter in device.meter_ids if meter.last_date]
            date = max(dates, default=None)
            if date:
                when = fields.Datetime.context_timestamp(device, date)
                reason = self.env._(
                    "The counters of %(device)s were read on %(date)s.",
                    device=device.name,
                    date=when.strftime("%d.%m.%Y %H:%M"),
                )
                limits[device] = max(limits.get(device, (date, reason)), (date, reason))
        return limits
