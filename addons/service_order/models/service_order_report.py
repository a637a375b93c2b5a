from datetime import datetime, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html

from odoo.addons.service_meter.tools.rows import claim

from .service_stage import CLOSED_KINDS

OLDEST = datetime(2000, 1, 1)
REPORT_FIELDS = frozenset(
    {
        "company_id",
        "customer_id",
        "location_id",
        "device_id",
        "topic_id",
        "type_id",
        "description",
        "priority",
        "reporter_id",
        "source",
    }
)


class ServiceOrder(models.Model):
    """How requests come in, who hears about them, and what customers may read."""

    _inherit = "service.order"

    @api.model
    def _service_portal_fields(self):
        # EXTENDS 'service_customer'
        return frozenset(
            {
                "id",
                "name",
                "display_name",
                "create_date",
                "write_date",
                "access_url",
                "access_token",
                "access_warning",
                "company_id",
                "customer_id",
                "location_id",
                "device_id",
                "topic_id",
                "reporter_id",
                "description",
                "photo_ids",
                "source",
                "priority",
                "mode",
                "date_reported",
                "date_done",
                "stage_id",
                "stage_kind",
                "customer_stage_name",
                "next_visit_date",
                "visit_ids",
                "is_signed",
                "message_ids",
                "message_is_follower",
                "message_partner_ids",
                "website_message_ids",
            }
        )

    def _has_field_access(self, field, operation):
        # EXTENDS 'service_customer': a typed token could be guessed.
        if operation == "write" and field.name == "access_token" and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    @api.constrains("date_reported")
    def _check_date_reported(self):
        """A year typed wrongly would let promised times run for centuries."""
        latest = fields.Datetime.now() + timedelta(days=366)
        if any(not OLDEST < order.date_reported < latest for order in self):
            raise ValidationError(
                self.env._("The year in which this was reported cannot be right. Correct the date.")
            )

    @api.model
    def _report(self, vals, photos=()):
        """The one door for a new request, whatever the channel.

        Whoever reports must be able to see the order they make: a customer's person can't report
        for another customer or a location outside their scope.

        :param dict vals: some of `REPORT_FIELDS`; a device alone is enough, else a customer is
            needed. `source` says the channel
        :param photos: iterable of (file name, content as bytes), already checked by the caller
        :return: the new `service.order`
        :raise AccessError: the person may not report this
        :raise UserError: neither device nor customer is named
        """
        unknown = vals.keys() - REPORT_FIELDS
        if unknown:
            raise ValueError(f"_report takes no {', '.join(sorted(unknown))}")
        if not vals.get("device_id") and not vals.get("customer_id"):
            raise UserError(self.env._("Say which device or which customer the request is about."))
        user = self.env.user
        vals = dict(vals)
        if user._is_portal():
            vals["reporter_id"] = user.partner_id.id
        device = self.env["service.device"].browse(vals.get("device_id"))
        device.check_access("read")
        # sudo: customers may not read companies.
        company = device.sudo().company_id or self.env["res.company"].browse(vals.get("company_id"))
        vals["company_id"] = (company or self.env.company).id
        # sudo: customers can't create orders by themselves; the check below judges the result.
        order = self.sudo().with_context(mail_create_nosubscribe=True).create(vals)
        # sudo: only back to what the caller was; the reporter must see what they made.
        order.sudo(self.env.su).check_access("read")
        order._add_photos(photos)
        order._schedule_intake()
        # sudo: only back to what the caller was.
        return order.sudo(self.env.su)

    @api.model
    def _open_from(self, source, devices, topic, description):
        """The door for what the program finds by itself: an order for each device.

        Where one of the topic is open for a device, that is it, whoever has opened it.

        :param str source: a key of `SOURCES`
        :param description: what is to be done, in a sentence
        :return: {`service.device`: `service.order`}
        """
        # sudo: a lock is no right; whoever opens orders for the same devices at once goes first.
        claim(devices.sudo())
        known = self.search(
            [
                ("device_id", "in", devices.ids),
                ("topic_id", "=", topic.id),
                ("stage_kind", "not in", CLOSED_KINDS),
            ]
        )
        orders = {order.device_id: order for order in known}
        for device in devices - known.device_id:
            orders[device] = self._report(
                {
                    "device_id": device.id,
                    "topic_id": topic.id,
                    "description": description,
                    "source": source,
                }
            )
        return orders

    def _add_photos(self, photos):
        """Keep the reporter's photos with the order and show them in the conversation.

        :param photos: iterable of (file name, content as bytes)
        """
        self.ensure_one()
        vals_list = [
            {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
            for name, content in photos
        ]
        if not vals_list:
            return
        attachments = self.env["ir.attachment"].create(vals_list)
        self.photo_ids = attachments
        self.message_post(
            body=self.env._("Photos sent with the request"),
            author_id=self.reporter_id.id or None,
            attachment_ids=attachments.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _schedule_intake(self):
        """Put the request on the dispatchers' desk."""
        for order in self:
            order._put_on_desk(
                "service_order.mail_activity_type_intake",
                summary=order.topic_id.display_name or self.env._("New request"),
                note=plaintext2html(order.description) if order.description else Markup(),
            )

    def _put_on_desk(self, type_xmlid="", **vals):
        """An activity for the order's dispatcher; for all, while it has none.

        :param vals: of the activity
        """
        self.ensure_one()
        for user in self.user_id or self._get_dispatchers():
            self.activity_schedule(type_xmlid, user_id=user.id, **vals)

    def _get_dispatchers(self):
        """Users who take requests of this order's company in.

        :return: `res.users`: those appointed dispatchers, else all who have the right
        """
        self.ensure_one()
        # sudo: whoever reports need not see who has which rights.
        group = self.env.ref("service_customer.group_service_dispatcher").sudo()
        return (group.user_ids or group.all_user_ids).filtered(
            lambda user: self.company_id in user.company_ids
        )

    def _close_intake_activities(self):
        """The request was taken in: nobody else needs to look at it."""
        # sudo: the activity may be on a colleague's desk.
        self.sudo().activity_unlink(["service_order.mail_activity_type_intake"])

    def _subscribe_reporter(self):
        """Reporters follow their requests: they get the answers."""
        for order in self:
            order.message_subscribe(order.reporter_id.ids)

    def _mail_get_partner_fields(self, introspect_fields=False):
        # EXTENDS 'mail'
        return ["reporter_id"]

    def _track_template(self, changes):
        # EXTENDS 'mail': the message of the stage entered goes to the reporter.
        result = super()._track_template(changes)
        order = self[0]
        template = order.stage_id.mail_template_id
        if "stage_id" in changes and template and order.reporter_id:
            result["stage_id"] = (
                template,
                {
                    "auto_delete_keep_log": False,
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "email_layout_xmlid": "mail.mail_notification_light",
                },
            )
        return result

    def _get_customer_date(self, moment):
        """A moment as the reporter reads it, for messages.

        :param moment: naive UTC datetime
        :return: str in the reporter's language and time zone
        """
        self.ensure_one()
        reporter = self.reporter_id
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=reporter.tz or self.company_id._get_service_tz()),
            moment,
        )
        return local.strftime("%d.%m.%Y %H:%M")
