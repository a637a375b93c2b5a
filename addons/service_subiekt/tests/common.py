import base64

from odoo.addons.connector_subiekt import epp
from odoo.addons.connector_subiekt.epp.documents import STATUS_DONE
from odoo.addons.service_billing.tests.common import ServiceBillingCommon


class ServiceSubiektCommon(ServiceBillingCommon):
    """A company whose invoices are issued by its Subiekt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.env["subiekt.backend"].create(
            {"company_id": cls.company.id, "issuer": "external"}
        )

    def _sent(self, move):
        """The document that left for Subiekt, as a strict reader reads it."""
        return epp.read(base64.b64decode(move.subiekt_exchange_id.file))

    def _come_back(self, move, number="15/2026", gross=None):
        """Import what Subiekt exports after it has issued the invoice of a settlement."""
        file = self._sent(move)
        header = file.trade_documents[0].header
        header.status, header.full_number = STATUS_DONE, number
        if gross is not None:
            header.total_gross = gross
        return self.backend._import_epp(epp.write(file), "back.epp")
