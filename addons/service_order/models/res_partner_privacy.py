from odoo import models
from odoo.fields import Domain

from odoo.addons.service_contract.models.service_contract_document import ACTING
from odoo.addons.service_customer.tools.field_files import field_files


class ResPartner(models.Model):
    """What requests and visits know about a person."""

    _inherit = "res.partner"

    def _service_get_signed_visits(self):
        """Visits whose protocol this person signed: found by name, at the person's customers.

        :return: superuser service.visit
        """
        # A signature is no link to a contact; whoever asks has been judged.
        return self.env["service.visit"].sudo().search(self._service_get_signer_domain())

    def _service_get_signed_device_protocols(self):
        """:return: superuser service.device.protocol that this person signed, found as visits"""
        protocols = self.env["service.device.protocol"].sudo()  # sudo: as for visits
        return protocols.search(self._service_get_signer_domain())

    def _service_get_signer_domain(self):
        """What this person signed, of documents with `customer_id` and `signed_by`."""
        self.ensure_one()
        customers = self.commercial_partner_id | self.service_person_membership_ids.customer_id
        return (
            Domain("customer_id", "in", customers.ids)
            & Domain("signed_by", "=ilike", self.name or "")
            & Domain("signed_by", "!=", False)
        )

    def _service_get_answers(self):
        """:return: superuser service.answer that this person gave"""
        self.ensure_one()
        # Whoever asks has been judged.
        return self.env["service.answer"].sudo().search([("partner_id", "=", self.id)])

    def _service_get_signatures(self):
        """:return: superuser ir.attachment of the signatures that this person drew"""
        drawn = (self._service_get_signed_visits(), self._service_get_answers())
        files = self.env["ir.attachment"].sudo()  # sudo: as above
        return files.union(*(field_files(signed, "signature") for signed in drawn))

    def _service_get_reported_orders(self):
        """:return: superuser service.order reported by this person"""
        # Whoever asks has been judged.
        orders = self.env["service.order"].sudo().with_context(active_test=False)
        return orders.search([("reporter_id", "=", self.id)])

    def _service_forget_preview(self):
        # EXTENDS 'service_customer'
        sentences = super()._service_forget_preview()
        protocols = self._service_get_signed_device_protocols()
        if count := len(self._service_get_signed_visits()) + len(protocols):
            sentences.append(self.env._("Signatures on protocols that are deleted: %s.", count))
        if orders := self._service_get_reported_orders():
            sentences.append(
                self.env._("Requests that stay, reported by a removed person: %s.", len(orders))
            )
        return sentences

    def _service_forget_documents(self):
        # EXTENDS 'service_customer': the protocol stays signed, by nobody any more.
        super()._service_forget_documents()
        visits = self._service_get_signed_visits()
        answers = self._service_get_answers()
        self._service_get_signatures().with_context(service_document_acts=ACTING).unlink()
        visits.protocol_ids._forget_files()
        visits.invalidate_recordset(["signature"])
        protocols = self._service_get_signed_device_protocols()
        protocols._forget_signatures()
        answers.invalidate_recordset(["signature"])
        for signed in (visits, protocols):
            signed.write({"signed_by": self._service_forgotten_name()})
        # What was answered, when and to what stays: it is evidence.
        answers.write({"signed_by": self._service_forgotten_name(), "address": False})
        self._service_get_reported_orders().write({"email_from": False})

    def _service_export_sections(self):
        # EXTENDS 'service_customer'
        return {
            **super()._service_export_sections(),
            "requests": [
                {
                    "number": order.name,
                    "reported_on": order.date_reported,
                    "topic": order.topic_id.display_name or None,
                    "description": order.description or None,
                    "photos": order.photo_ids.mapped("name"),
                }
                for order in self._service_get_reported_orders()
            ],
            "signatures": [
                {"visit": visit.display_name, "signed_on": visit.signed_on}
                for visit in self._service_get_signed_visits()
            ]
            + [
                {"protocol": protocol.name, "signed_on": protocol.signed_on}
                for protocol in self._service_get_signed_device_protocols()
            ],
            "answers": [
                {
                    "number": answer.order_id.name,
                    "answered_on": answer.date,
                    "answer": answer.display_name,
                    "reason": answer.reason or None,
                    "from_address": answer.address or None,
                }
                for answer in self._service_get_answers()
            ],
        }

    def _service_export_files(self):
        # EXTENDS 'service_customer'
        visits = self._service_get_signed_visits()
        papers = field_files(visits.protocol_ids.with_env(self.env), "pdf")
        signed = self._service_get_signatures() | papers
        protocols = self._service_get_signed_device_protocols()
        signed |= protocols._get_signatures() | protocols._get_signed_papers()
        photos = self._service_get_reported_orders().photo_ids
        return super()._service_export_files() | photos | signed
