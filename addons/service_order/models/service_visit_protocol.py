import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_process

from odoo.addons.service_contract.models.service_contract_document import ACTING
from odoo.addons.service_customer.tools.field_files import field_files
from odoo.addons.service_meter.tools.repeat import alone, in_words

#: The photos on the paper are a reminder; large ones are in the panel.
PHOTO_SIZE = (480, 480)
PHOTO_COUNT = 8
PICTURES = ("image/jpeg", "image/png", "image/webp")


class ServiceVisitProtocol(models.Model):
    """The service protocol of a visit as it was sent: neither changed nor deleted.

    A visit has one; when the customer signs later than the visit was finished, another one with
    the signature follows.
    """

    _name = "service.visit.protocol"
    _description = "Service Protocol"
    _order = "id desc"

    visit_id = fields.Many2one(
        "service.visit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="visit_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    name = fields.Char("Number", required=True, readonly=True)
    is_signed = fields.Boolean("Signed", readonly=True)
    pdf = fields.Binary("PDF", readonly=True, attachment=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)

    _name_company_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "A service protocol of this number is there already."
    )
    _visit_signed_uniq = models.Constraint(
        "UNIQUE(visit_id, is_signed)", "The service protocol of this visit is there already."
    )

    def _get_file_name(self):
        """:return: str, name of the file for people"""
        self.ensure_one()
        number = self.name.replace("/", "-")
        return self.env._("Service Protocol %s", number) + ".pdf"

    def _describe(self):
        """:return: str, which file it is, for the evidence of an answer that was given about it"""
        self.ensure_one()
        return f"{self._get_file_name()}, SHA-256: {self.sha256}"

    def _copy_for(self, document):
        """A copy of the file that a message on a document brings.

        :param document: a record with messages
        :return: `ir.attachment`
        """
        self.ensure_one()
        named = self.with_context(lang=self.visit_id._get_protocol_lang())
        return self.env["ir.attachment"].create(
            {
                "name": named._get_file_name(),
                "raw": base64.b64decode(self.pdf),
                "res_model": document._name,
                "res_id": document.id,
            }
        )

    def _get_files(self):
        """:return: `ir.attachment`: the files themselves"""
        return field_files(self, "pdf")

    def _get_copies(self):
        """:return: `ir.attachment`: what messages brought, the same to the letter"""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "in", ("service.visit", "service.order")),
                ("res_id", "in", [*self.visit_id.ids, *self.order_id.ids]),
                ("checksum", "in", self._get_files().mapped("checksum")),
            ]
        )

    def _forget_files(self):
        """Delete the files, as they show a person's signature; numbers and hashes stay."""
        files = self._get_files()
        self._get_copies().unlink()
        files.with_context(service_document_acts=ACTING).unlink()
        self.invalidate_recordset(["pdf"])


class ServiceVisit(models.Model):
    """The service protocol: made, sent and kept once a visit is over."""

    _inherit = "service.visit"

    protocol_ids = fields.One2many("service.visit.protocol", "visit_id", string="Protocols")

    def action_finish(self):
        # EXTENDS 'service_order': the customer gets the protocol at once.
        # sudo: whoever finishes the visit need not read its order.
        visits = self.sudo()
        known = visits.protocol_ids
        before = {order: order.stage_id for order in visits.order_id}
        result = super().action_finish()
        asking = visits.order_id.filtered(
            lambda order: order.stage_id != before[order] and order._asks_by_mail()
        )
        for protocol in visits.with_context(service_asking_order_ids=asking.ids).protocol_ids:
            if protocol not in known:
                with alone(self.env, protocol.visit_id._leave_protocol):
                    protocol.visit_id._send_protocol(protocol)
        return result

    def _close(self):
        # EXTENDS 'service_order': made before the order moves on, as its next message brings it.
        super()._close()
        for visit in self:
            with alone(self.env, visit._leave_protocol):
                visit._make_protocol()

    def _stamp_signature(self):
        # EXTENDS 'service_order': who signs after the visit gets the signed protocol, too.
        super()._stamp_signature()
        self.filtered(lambda visit: visit.signature and visit.state == "done")._issue_protocols()

    def action_open_protocol(self):
        """Open the protocol: what was sent, or before that how it will look.

        :raise UserError: the file was removed with the personal data in it
        """
        self.ensure_one()
        protocol = self.protocol_ids[:1]
        if not protocol:
            return self.env.ref("service_order.action_report_visit").report_action(self)
        if not protocol.pdf:
            raise UserError(
                self.env._(
                    "The file of the protocol %s was deleted together with the personal data in "
                    "it.",
                    protocol.name,
                )
            )
        name = protocol._get_file_name()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{protocol._name}/{protocol.id}/pdf?filename={name}",
            "target": "new",
        }

    def action_issue_protocol(self):
        """Make and send protocols that could not be made when the visits were finished."""
        self._check_may_work()
        self._check_state("done")
        for visit in self:
            visit._issue_protocol()

    def _issue_protocols(self):
        """Make and send protocols; one that fails is left to the dispatchers, the visit is over.

        A conflict with another transaction is not caught: then all is repeated.
        """
        for visit in self:
            with alone(self.env, visit._leave_protocol):
                visit._issue_protocol()

    def _leave_protocol(self, error):
        """Tell the dispatchers that a protocol is still to be made."""
        self.ensure_one()
        note = self.env._(
            "The protocol of %(visit)s was not made: %(problem)s Make it from the visit.",
            visit=self.display_name,
            problem=in_words(error),
        )
        # sudo: whoever finished the visit need not have a right to tasks of others.
        order = self.order_id.sudo()
        order._message_log(body=note)
        order._put_on_desk("mail.mail_activity_data_warning", note=note)

    def _issue_protocol(self):
        """Make the protocol of one visit and send it, unless that was done already."""
        if protocol := self._make_protocol():
            self._send_protocol(protocol)

    def _make_protocol(self):
        """Freeze the protocol as the visit stands.

        :return: superuser `service.visit.protocol`, none when it is there already
        """
        self.ensure_one()
        # sudo: the file is the program's; technicians need no right to all that is printed on it.
        visit = self.sudo()
        # Two protocols of an order made at once would have the same number.
        visit.order_id.lock_for_update()
        if visit.protocol_ids.filtered(lambda each: each.is_signed == bool(visit.signature)):
            return visit.protocol_ids.browse()
        count = visit.env["service.visit.protocol"].search_count(
            [("order_id", "=", visit.order_id.id)]
        )
        content, _type = visit.env["ir.actions.report"]._render_qweb_pdf(
            "service_order.action_report_visit", visit.ids
        )
        acting = visit.protocol_ids.with_context(service_document_acts=ACTING)
        return acting.create(
            {
                "visit_id": visit.id,
                "name": f"{visit.order_id.name}/{count + 1}",
                "is_signed": bool(visit.signature),
                "pdf": base64.b64encode(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )

    def _send_protocol(self, protocol):
        """E-mail a protocol; who may not read the visit gets nothing, see `mail.thread`.

        :param protocol: superuser `service.visit.protocol`
        """
        # sudo: the message goes out whoever finished the visit.
        visit = self.sudo()
        visit._log_unsent(protocol)
        visit.message_post_with_source(
            self.env.ref("service_order.mail_template_visit_protocol"),
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="mail.mail_notification_light",
            attachment_ids=protocol._copy_for(visit).ids,
        )

    def _log_unsent(self, protocol):
        """Say on the order that a protocol goes to nobody by e-mail."""
        # Whoever is asked to accept the work gets it with the question.
        people = self.with_context(service_asking_order_ids=())._get_protocol_recipients()
        if any(self._service_opens_to(person) for person in people):
            return
        self.order_id._message_log(
            body=self.env._(
                "The protocol %s goes to nobody by e-mail: neither the reporter nor a contact on "
                "site has an address and may see the visit. Print it, or name a reporter.",
                protocol.name,
            )
        )

    def _get_protocol_recipients(self):
        """Who is to get the protocol: the reporter and the contact on site.

        :return: `res.partner`
        """
        self.ensure_one()
        people = self.reporter_id | self.location_id.service_contact_id
        if self.order_id.id in self.env.context.get("service_asking_order_ids", ()):
            # It comes with the question whether the work is accepted.
            people -= self.reporter_id
        return people.filtered("email")

    # ------------------------------------------------------------------ what stands on it

    def _get_protocol_lang(self):
        self.ensure_one()
        return self.customer_id.lang or self.company_id._get_service_lang()

    def _for_protocol(self):
        """The visit as the paper shows it: in the customer's language and the company's time."""
        self.ensure_one()
        # sudo: the paper shows the same whoever prints it; reading the visit was checked.
        visit = self.sudo()
        zone = visit.company_id._get_service_tz()
        return visit.with_context(lang=visit._get_protocol_lang(), tz=zone)

    def _get_protocol_technicians(self):
        """:return: str, who was there"""
        return self.technician_name

    def _get_protocol_lines(self):
        """What was used on the visit."""
        return self.line_ids.filtered(lambda line: line.state != "draft")

    def _get_protocol_shows_prices(self):
        """Whether the paper names prices; who may not see them does not print them, either."""
        may_see = self.env.user.has_group("service_order.group_service_prices")
        return self.company_id.service_protocol_prices and (self.env.su or may_see)

    def _get_protocol_photos(self):
        """:return: list of base64 JPEG or PNG, small"""
        photos = (self.photo_ids | self.check_ids.photo_ids).filtered(
            lambda photo: photo.mimetype in PICTURES
        )[:PHOTO_COUNT]
        small = (image_process(photo.raw, size=PHOTO_SIZE, quality=75) for photo in photos)
        return [base64.b64encode(content) for content in small]


class ServiceOrder(models.Model):
    """One e-mail asks to accept the work and brings its protocol."""

    _inherit = "service.order"

    def _asks_by_mail(self):
        """Whether the reporter is asked for acceptance as the order enters its stage."""
        self.ensure_one()
        told = not self.env.context.get("tracking_disable") and self.stage_id.mail_template_id
        return self.stage_kind == "to_accept" and told and bool(self.reporter_id.email)

    def _track_template(self, changes):
        # EXTENDS 'service_order'
        result = super()._track_template(changes)
        order = self[0].sudo()  # sudo: the file is made by the program, whoever moves the order
        if "stage_id" in result and order.stage_kind == "to_accept":
            done = order.visit_ids.filtered(lambda visit: visit.state == "done")
            protocol = done.sorted("finished_on")[-1:].protocol_ids[:1]
            if protocol.pdf:
                template, options = result["stage_id"]
                files = protocol._copy_for(order)
                result["stage_id"] = (template, {**options, "attachment_ids": files.ids})
        return result


class IrAttachment(models.Model):
    """The files of protocols stay as they were sent, and drawn signatures as they came."""

    _inherit = "ir.attachment"

    @api.model
    def _service_kept_models(self):
        # EXTENDS 'service_contract'
        return super()._service_kept_models() | {"service.visit.protocol", "service.answer"}


class IrActionsReport(models.Model):
    """Customers print what is finished."""

    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        # EXTENDS 'base': what a technician writes during a visit is not yet for the customer.
        if report.model == "service.visit" and self.env.user._is_portal() and not self.env.su:
            visits = self.env["service.visit"].browse(docids)
            if any(state != "done" for state in visits.mapped("state")):
                raise UserError(
                    self.env._("The protocol is there once the visit is finished. Look again then.")
                )
        return super()._get_rendering_context(report, docids, data)
