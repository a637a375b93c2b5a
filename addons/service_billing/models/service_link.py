from odoo import fields, models


class ServiceLink(models.Model):
    """A link by which a person gives the readings that are asked, and nothing else.

    Its document is the person: the page shows what waits for that person when it is opened, so
    that the link of an older mail is as good as the last one.
    """

    _inherit = "service.link"

    action = fields.Selection(
        selection_add=[("readings", "Give Readings")], ondelete={"readings": "cascade"}
    )

    def _opens(self, document, action="read"):
        """EXTENDS service_customer: it opens neither the contact nor its files or messages."""
        if self.action == "readings" and action != "readings":
            return False
        return super()._opens(document, action)

    def _may_renew(self):
        """EXTENDS service_customer: as long as readings wait for the person."""
        if self.action != "readings":
            return super()._may_renew()
        requests = self.env["service.reading.request"]
        return (
            self.state == "expired"
            and bool(self.contact_id.active and self.contact_id.email)
            and bool(requests._for_link(self))
        )

    def _mail_renewed(self):
        """EXTENDS service_customer: the mail that asks for readings brings the new link."""
        if self.action != "readings":
            return super()._mail_renewed()
        return self.env["service.reading.request"]._for_link(self)._send(by_mail=True)
