from odoo import models

from ..tools.labels import PAPERS, Label, make_pdf, make_zpl


class ServiceDevice(models.Model):
    """Labels: number, model, serial, telephone and the QR code, unless the customer wants none."""

    _inherit = "service.device"

    def _make_labels(self):
        """What stands on the labels of these devices.

        :return: list of `Label`, in the order of the devices
        """
        labels = []
        for device in self:
            company = device.company_id
            lines = (
                device.model_id.display_name,
                f"S/N {device.serial}",
                company.phone and self.env._("Service: %s", company.phone),
                company.name,
            )
            url = "" if device.customer_id.service_qr_off else device.qr_url
            labels.append(Label(url, device.name, tuple(line for line in lines if line)))
        return labels

    def _make_label_pdf(self, paper, skip=0):
        """:param str paper: key of `PAPERS`
        :param int skip: labels of the first sheet that are used up already
        :return: bytes of the PDF
        """
        return make_pdf(self._make_labels(), PAPERS[paper], skip)

    def _make_label_zpl(self, paper):
        """:param str paper: key of a roll in `PAPERS`
        :return: ZPL text
        """
        return make_zpl(self._make_labels(), PAPERS[paper])

    def action_print_labels(self):
        """Open the dialog that prints labels of these devices."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_device.service_device_label_print_action"
        )
        return action | {"context": {"default_device_ids": self.ids}}
