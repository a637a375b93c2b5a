from odoo import models


class ServiceDevice(models.Model):
    _inherit = "service.device"

    def _qr_target(self, user):
        """Bring a customer person who may see the device to its page in the panel.

        Strangers stay on the public page, which tells nothing about the customer.
        """
        # EXTENDS 'service_device'
        if user._is_portal() and self.with_user(user).has_access("read"):
            return {"type": "redirect", "url": f"/my/devices/{self.id}"}
        return super()._qr_target(user)

    def _portal_cover(self):
        """Say what the device's contract covers, in words for the customer.

        To be called on a superuser record whose reading has been checked: the customer's user
        needs to know whether a repair costs anything, without seeing the contract and its prices.

        :return: dict with ``contract`` (may be empty), ``covered``, ``partly``, ``payable`` (lists
            of labels) and ``fault_payable`` (whether the customer's fault makes it payable)
        """
        self.ensure_one()
        contract = self.contract_id
        rows = contract.type_id.coverage_ids
        labels = dict(rows._fields["item_kind"]._description_selection(self.env))
        words = {"full": [], "percent": [], "none": []}
        for row in rows:
            label = labels[row.item_kind]
            if row.mode == "percent":
                label = self.env._(
                    "%(item)s: %(percent)s%%", item=label, percent=f"{row.percent:g}"
                )
            words[row.mode].append(label)
        return {
            "contract": contract,
            "covered": words["full"],
            "partly": words["percent"],
            "payable": words["none"],
            "fault_payable": any(
                row.fault_rule == "customer" for row in rows if row.mode != "none"
            ),
        }
