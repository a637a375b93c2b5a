import base64
import hashlib
import io

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.drawing import read_drawing
from ..tools.signed_file import BYTE_RANGE, FileError, check_scan, check_signed
from .service_contract_template import LETTERS

#: Of a name that somebody types.
MAX_NAME = 128


class ServiceContractDocument(models.Model):
    """How the customer signs: drawn in the panel, on paper, or by a qualified signature."""

    _inherit = "service.contract.document"

    signed_how = fields.Selection(
        [
            ("drawn", "Drawn in the Customer Panel"),
            ("scan", "On Paper, Scanned"),
            ("qualified", "Electronic Signature in the PDF"),
        ],
        string="Signed",
        readonly=True,
        copy=False,
    )
    signed_by = fields.Char(readonly=True, copy=False)
    signed_partner_id = fields.Many2one(
        "res.partner", "Person", readonly=True, copy=False, index="btree_not_null"
    )
    signed_on = fields.Datetime(readonly=True, copy=False)
    signed_ip = fields.Char("From Address", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, max_width=1024, max_height=1024)
    signed_file = fields.Binary(readonly=True, copy=False, attachment=True)
    signed_sha256 = fields.Char("SHA-256 of the Signed File", readonly=True, copy=False)
    signed_note = fields.Char("What the File Proves", readonly=True, copy=False)
    refusal = fields.Char("Reason of the Refusal", readonly=True, copy=False)

    # ------------------------------------------------------------------ acts

    def action_sign(self):
        """Enter that the customer has signed: upload the scan or the signed PDF."""
        self.ensure_one()
        self._check_signable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed Document"),
            "res_model": "service.contract.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def action_send(self):
        """Write to the customer's decision makers; each gets a personal link to the document."""
        self.ensure_one()
        template = self.env.ref("service_contract.mail_template_document", False)
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template and template.id,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "force_email": True,
            },
        }

    def action_refuse(self):
        """Enter that the customer does not sign."""
        for document in self:
            document._refuse(self.env._("Entered by %s", self.env.user.name))

    def _decision_makers(self):
        """People of the customer who see this document and may sign it."""
        # sudo: whoever sends a document need not see all roles.
        rows = (
            self.env["service.membership"]
            .sudo()
            .search(
                [
                    ("customer_id", "=", self.customer_id.id),
                    ("role", "=", "decision"),
                    ("scope", "=", "all"),
                ]
            )
        )
        return rows.filtered("is_live").contact_id

    def _refuse(self, reason):
        """The customer does not sign, for a reason."""
        self._check_signable()
        self._acting().write({"state": "refused", "refusal": reason})
        self._tell(self.env._("Refused: %s", reason))

    def _refuse_in_panel(self, reason, person):
        """A decision maker does not sign.

        :param str reason: in the person's words
        :param person: res.partner
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write what should be different."))
        self._refuse(f"{person.name}: {reason[:500]}")

    def _sign_drawn(self, name, signature, person, address):
        """Sign by a drawn signature, as the customer panel does; who may, was checked there.

        :param str name: as the person writes it
        :param str signature: the picture, as base64
        :param person: res.partner
        :param str address: from which the request came
        """
        self._check_signable("documentary")
        name = str(name or "").strip()[:MAX_NAME]
        if not name:
            raise UserError(self.env._("Enter your name."))
        if not read_drawing(signature):
            raise UserError(self.env._("Draw your signature in the box."))
        document = self._acting()
        document.write(
            {
                "signed_how": "drawn",
                "signed_by": name,
                "signed_partner_id": person.id,
                "signed_on": fields.Datetime.now(),
                "signed_ip": address,
                "signature": signature,
            }
        )
        report = self.env["ir.actions.report"]
        page, _type = report._render_qweb_pdf("service_contract.action_report_signature", self.ids)
        merged = report._merge_pdfs([io.BytesIO(self._frozen_pdf()), io.BytesIO(page)])
        document._close(merged.getvalue())

    def _sign_file(self, data, name, moment):
        """Sign by a file that came back.

        :param bytes data: a scan, or a PDF with an electronic signature
        :param str name: who signed; empty: as the certificate says
        :param datetime moment: when
        """
        how, signer, note = self._check_file(data)
        name = (name or "").strip() or signer
        if not name:
            raise UserError(self.env._("Enter who signed."))
        if moment > fields.Datetime.now():
            raise UserError(self.env._("Nobody signs in the future. Correct the day."))
        document = self._acting()
        document.write(
            {"signed_how": how, "signed_by": name, "signed_on": moment, "signed_note": note}
        )
        document._close(data)

    def _close(self, data):
        """Keep the signed file; from now on nothing changes any more."""
        self.write(
            {
                "state": "signed",
                "signed_file": base64.b64encode(data),
                "signed_sha256": hashlib.sha256(data).hexdigest(),
            }
        )
        self._tell(self.env._("Signed by %s", self.signed_by))

    def _tell(self, words):
        """Tell whoever issued the document, and its contract."""
        self.message_post(body=words, partner_ids=self.issued_uid.partner_id.ids)
        note = f"{self.display_name}: {words}"
        self.contract_id.message_post(body=note)

    # ------------------------------------------------------------------ checks

    def _check_signable(self, form=None):
        """Refuse to sign what is not open for it, or not in this form.

        :param str form: the form that the act gives
        """
        self.ensure_one()
        self.lock_for_update()
        self._check_state("signed")
        if self.kind in LETTERS:
            raise UserError(
                self.env._("%s is a letter: the customer does not sign it.", self.display_name)
            )
        if form and form != self.form:
            raise UserError(
                self.env._(
                    "%s needs another form than a drawn signature: print and sign it, or sign the "
                    "PDF electronically.",
                    self.display_name,
                )
            )

    def _check_file(self, data):
        """What a file is that came back signed.

        :return: how it is signed, by whom and what it proves
        :raise UserError: it is nothing that this document accepts
        """
        self._check_signable()
        try:
            if self.form != "qualified" and not (
                data.startswith(b"%PDF-") and BYTE_RANGE.search(data)
            ):
                check_scan(data)
                return "scan", "", False
            signed = check_signed(data, self._frozen_pdf())
        except FileError as error:
            raise UserError(self._file_sentence(error.code))
        note = (
            self.env._("The file begins with the issued document, unchanged.")
            if signed.contains
            else self.env._("The file does not begin with the issued document: compare them.")
        )
        return "qualified", ", ".join(signed.signers), note

    def _file_sentence(self, code):
        sentences = {
            "empty": self.env._("The file is empty. Choose another one."),
            "big": self.env._("The file is larger than 20 MB. Scan with a lower resolution."),
            "kind": self.env._("Only PDF, JPG and PNG files are taken. Choose another file."),
            "unsigned": self.env._(
                "There is no electronic signature in this PDF. Sign the issued PDF with a "
                "qualified signature and upload that file."
            ),
            "changed": self.env._(
                "This PDF was changed after it was signed, or its signature does not cover all of "
                "it. Ask for the file as it was signed."
            ),
            "added": self.env._(
                "Something was added to this PDF after it was signed that is more than proof of "
                "the signature. Upload the file as the signing program first saved it, before "
                "anything was added, or sign the issued PDF again."
            ),
        }
        return sentences[code]

    def _frozen_pdf(self):
        """The bytes of the PDF as it was issued.

        :raise UserError: the file in the store is another one
        """
        data = base64.b64decode(self.with_context(bin_size=False).pdf or b"")
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise UserError(
                self.env._(
                    "The PDF of %s is not the one that was issued: its digest is another. Restore "
                    "it from a backup.",
                    self.display_name,
                )
            )
        return data
