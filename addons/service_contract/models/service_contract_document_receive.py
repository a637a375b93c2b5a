import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_contract_document_sign import MAX_NAME

ACTIVITY = "service_contract.mail_activity_type_signed_file"


class ServiceContractDocument(models.Model):
    """A signed file that comes in through the customer panel waits for somebody who looks at it.

    A scan proves nothing by itself, and what is signed stays signed.
    """

    _inherit = "service.contract.document"

    received_file = fields.Binary("Sent File", readonly=True, copy=False, attachment=True)
    received_filename = fields.Char("Name of the Sent File", readonly=True, copy=False)
    received_name = fields.Char("Signed by, as Sent", readonly=True, copy=False)
    received_partner_id = fields.Many2one(
        "res.partner", "Sent by", readonly=True, copy=False, index="btree_not_null"
    )
    received_on = fields.Datetime("Sent", readonly=True, copy=False)

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return super()._service_portal_fields() | {"received_on"}

    def write(self, vals):
        """What is no longer open needs no look any more."""
        result = super().write(vals)
        if vals.get("state") in ("refused", "cancelled"):
            self.activity_unlink([ACTIVITY])
        return result

    def _receive(self, data, filename, name, person):
        """Take the signed file of a decision maker; who may, was checked before.

        :param bytes data: a scan, or a PDF with an electronic signature
        :param str filename: as the person's machine calls it
        :param str name: who signed; empty: as the certificate says
        :param person: res.partner who sends it
        :raise UserError: it is nothing that this document accepts
        """
        _how, signer, _note = self._check_file(data)
        name = str(name or "").strip()[:MAX_NAME] or signer
        if not name:
            raise UserError(self.env._("Enter who signed."))
        self._acting().write(
            {
                "received_file": base64.b64encode(data),
                "received_filename": str(filename or "")[-MAX_NAME:],
                "received_name": name,
                "received_partner_id": person.id,
                "received_on": fields.Datetime.now(),
            }
        )
        self._tell(
            self.env._(
                "%(person)s sent the file signed by %(name)s.", person=person.name, name=name
            )
        )
        self._ask_to_look()

    def _ask_to_look(self):
        """One activity for who issued the document, however many files come; else, or when that
        person is gone or may not enter signatures any more, for whoever looks after the contract.
        """
        contract, user = self.contract_id, self.issued_uid
        if not (user.active and self.with_user(user).has_access("write")):
            user = contract._watch_people()[contract] or user
        told = self.with_context(lang=user.lang)
        told.activity_unlink([ACTIVITY])
        told.activity_schedule(
            ACTIVITY,
            note=told.env._("Open the file, compare it with the document and press “Signed…”."),
            user_id=user.id,
        )

    def _received(self):
        """The file that waits, as bytes; empty when there is none."""
        return base64.b64decode(self.with_context(bin_size=False).received_file or b"")

    def _close(self, data):
        """EXTENDS: who sent the file, and that somebody has looked at it."""
        if self.received_on and not self.signed_partner_id:
            self.write({"signed_partner_id": self.received_partner_id.id})
        super()._close(data)
        self.activity_feedback([ACTIVITY])
