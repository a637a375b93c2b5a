from odoo import api, models

from odoo.addons.service_contract.models.service_contract_document import ACTING
from odoo.addons.service_customer.models.service_retention import Kind

PROTOCOL, ANSWER = "service.visit.protocol", "service.answer"
DEVICE_PROTOCOL = "service.device.protocol"


class ServiceRetention(models.AbstractModel):
    _inherit = "service.retention"

    @api.model
    def _get_kinds(self):
        """EXTENDS service_customer: photos of closed requests and of visits, signatures
        and the protocols that show them.

        That a protocol was signed, by whom and when, is not forgotten with the picture.
        """
        photos, signatures = "service_keep_photo_months", "service_keep_signature_months"
        return [
            *super()._get_kinds(),
            Kind(photos, "service.order", "photo_ids", "date_done"),
            Kind(photos, "service.visit", "photo_ids", "finished_on"),
            Kind(photos, "service.device.protocol", "photo_ids", "date"),
            Kind(
                photos, "service.visit.check", "photo_ids", "visit_id.finished_on", log="visit_id"
            ),
            Kind(signatures, "service.visit", "signature", "signed_on"),
            Kind(signatures, PROTOCOL, "pdf", "create_date", log="visit_id"),
            Kind(signatures, ANSWER, "signature", "date", log="order_id"),
            Kind(signatures, DEVICE_PROTOCOL, "signature", "signed_on"),
        ]

    @api.model
    def _get_files(self, kind, documents):
        # EXTENDS 'service_customer': these are kept against everybody else.
        files = super()._get_files(kind, documents)
        if (kind.model, kind.field) == (DEVICE_PROTOCOL, "signature"):
            files |= documents._get_signed_papers()
        kept = kind.model in (PROTOCOL, ANSWER)
        return files.with_context(service_document_acts=ACTING) if kept else files

    @api.model
    def _forget(self, kind, company, documents):
        # EXTENDS 'service_customer': what was sent with messages goes with the file.
        if kind.model == PROTOCOL:
            documents._get_copies().unlink()
        return super()._forget(kind, company, documents)
