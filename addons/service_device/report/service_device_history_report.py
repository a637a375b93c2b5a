from odoo import models


class ReportServiceDeviceHistory(models.AbstractModel):
    """Values of the printed history."""

    _name = "report.service_device.report_history"
    _description = "Printed Device History"

    def _get_report_values(self, docids, data=None):
        """The events of a choice, or all events of the printed devices.

        :param data: ``wizard_id`` of a dialog, or ``wizard``: a choice that was never saved
        """
        data = data or {}
        wizard = data.get("wizard") or self.env["service.device.history.print"]
        if data.get("wizard_id"):
            wizard = wizard.browse(int(data["wizard_id"])).exists()
        if not wizard:
            wizard = wizard.new({"device_ids": docids or data.get("device_ids", [])})
        events = self.env["service.device.event"]
        devices = wizard.device_ids._origin
        # sudo to show: devices and events were found under the reader's own rights.
        found = wizard._get_events().items()
        return {
            "docs": devices.sudo(),
            "wizard": wizard,
            "kinds": dict(events._fields["kind"]._description_selection(self.env)),
            "events": {device.sudo(): device_events.sudo() for device, device_events in found},
            "company": devices.sudo().company_id[:1] or self.env.company,
        }
