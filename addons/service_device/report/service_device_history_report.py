from odoo import models


class ReportServiceDeviceHistory(models.AbstractModel):
    """Values of the printed history."""

    _name = "report.service_device.report_history"
    _description = "Printed Device History"

    def _get_report_values(self, docids, data=None):
        """The events of a dialog's choice, or all events of the printed devices."""
        data = data or {}
        wizard = self.env["service.device.history.print"]
        if data.get("wizard_id"):
            wizard = wizard.browse(int(data["wizard_id"])).exists()
        if not wizard:
            wizard = wizard.new({"device_ids": docids or data.get("device_ids", [])})
        events = self.env["service.device.event"]
        return {
            "docs": wizard.device_ids,
            "wizard": wizard,
            "kinds": dict(events._fields["kind"]._description_selection(self.env)),
            "events": wizard._get_events(),
            "company": wizard.device_ids.company_id[:1] or self.env.company,
        }
