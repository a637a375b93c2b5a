from odoo import api, fields, models

CHANNELS = [
    ("both", "E-mail and in the application"),
    ("email", "E-mail only"),
    ("app", "In the application only"),
    ("none", "Not at all"),
]
#: What an e-mail is not left out of, for a kind of event that somebody has to know about.
MANDATORY_CHANNELS = ("both", "email")


class ServiceNotice(models.Model):
    """How a person wants to hear of one kind of event.

    Without a row people of customers who can log in get both an e-mail and an entry in the list of
    their panel, staff what their Odoo preferences say. Upper addons add kinds, and say with
    ``_service_notice`` which kind of event the messages on their documents tell of.
    """

    _name = "service.notice"
    _description = "Notification Preference"
    _order = "partner_id, kind"

    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user.partner_id,
    )
    kind = fields.Selection([("message", "Messages")], "About", required=True)
    channel = fields.Selection(CHANNELS, "How", required=True, default="both")

    _partner_kind_uniq = models.UniqueIndex(
        "(partner_id, kind)", "There is a choice for this kind already. Change that one."
    )

    @api.model
    def _mandatory_kinds(self):
        """Kinds of which somebody has to know: their e-mail cannot be left out."""
        return frozenset()

    @api.model
    def _channels_for(self, kind):
        """:return: dict ``{channel: label}`` of those that may be chosen for a kind of event"""
        channels = dict(self._fields["channel"]._description_selection(self.env))
        if kind in self._mandatory_kinds():
            return {channel: channels[channel] for channel in MANDATORY_CHANNELS}
        return channels

    @api.model
    def _why_no_less(self, kind):
        """:return: the sentence why some channels can't be chosen for a kind, or an empty text"""
        if kind in self._mandatory_kinds():
            return self.env._("An e-mail always comes: terms may run from it.")
        return ""

    @api.model
    def _kinds_for(self, roles):
        """Kinds of which a customer's person hears.

        :param set roles: technical names; empty for people without any
        :return: list of technical names, in the order in which they are shown
        """
        return ["message"]

    @api.model
    def _channels_of(self, partners, kind):
        """The choices that people have made.

        :return: dict ``{partner id: channel}``; who has not chosen is not in it
        """
        # sudo: whoever writes does not see how others want to be told.
        rows = self.sudo().search([("partner_id", "in", partners), ("kind", "=", kind)])
        valid = self._channels_for(kind)
        return {row.partner_id.id: row.channel if row.channel in valid else "both" for row in rows}

    @api.model
    def _apply(self, kind, recipients):
        """Let each recipient hear in the way chosen: the one gate of all that documents send.

        :param list recipients: as core describes them; see `_notify_get_recipients`
        :return: such a list; ``service_listed`` marks who also finds it in the application
        """
        chosen = self._channels_of([one["id"] for one in recipients if one["id"]], kind)
        told = []
        for one in recipients:
            outside = one["share"] and one["uid"]
            channel = chosen.get(one["id"], "both" if outside else None)
            if channel == "none":
                continue
            if channel:
                listed = channel in ("both", "app")
                notif = "inbox" if channel == "app" else "email"
                one = {**one, "notif": notif, "service_listed": listed}
            told.append(one)
        return told

    @api.model
    def _choose(self, partner, channels):
        """Keep what a person has chosen.

        :param partner: res.partner
        :param dict channels: ``{kind: channel}``; what is no choice is left as it was
        """
        # sudo: people of customers have no rights on the model; these rows are their own.
        rows = self.sudo().search([("partner_id", "=", partner.id)]).grouped("kind")
        for kind, channel in channels.items():
            if channel not in self._channels_for(kind):
                continue
            if kind in rows:
                rows[kind].channel = channel
            else:
                self.sudo().create(  # sudo: as above
                    {"partner_id": partner.id, "kind": kind, "channel": channel}
                )


class MailNotification(models.Model):
    """What a person finds in the application, beside or instead of an e-mail."""

    _inherit = "mail.notification"

    service_listed = fields.Boolean("In the Panel's List", readonly=True)

    _service_listed_partner = models.Index("(res_partner_id, id) WHERE service_listed")


class MailThread(models.AbstractModel):
    """Messages about documents reach people as these have chosen."""

    _inherit = "mail.thread"

    #: Kind of event that messages of the program on this document tell of; without one, people
    #: hear of the document as in core.
    _service_notice = ""

    def _service_notice_kind(self, message, msg_vals):
        """:return: of `service.notice`, or an empty text where nobody has a choice"""
        if not self or not self._service_notice:
            return ""
        said = (msg_vals or {}).get("message_type") or message.message_type
        if self.env.context.get("service_notice"):
            return self.env.context["service_notice"]
        is_answer = said in ("comment", "email", "email_outgoing")
        return "message" if is_answer else self._service_notice

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        # EXTENDS 'mail'
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        kind = self._service_notice_kind(message, msg_vals)
        return self.env["service.notice"]._apply(kind, recipients) if kind else recipients

    def _notify_thread_by_inbox(self, message, recipients_data, msg_vals=False, **kwargs):
        # EXTENDS 'mail': people outside have no inbox but their panel's list.
        outside = [one for one in recipients_data if one["share"] and one["notif"] == "inbox"]
        # sudo: telling people is the purpose.
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": message.author_id.id,
                    "mail_message_id": message.id,
                    "notification_status": "sent",
                    "notification_type": "inbox",
                    "res_partner_id": one["id"],
                    "service_listed": True,
                }
                for one in outside
            ]
        )
        others = [one for one in recipients_data if one not in outside]
        return super()._notify_thread_by_inbox(message, others, msg_vals=msg_vals, **kwargs)

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        # EXTENDS 'mail': an e-mail that is also in the list is unread there.
        result = super()._notify_thread_by_email(message, recipients_data, **kwargs)
        both = [
            one["id"]
            for one in recipients_data
            if one["notif"] == "email" and one.get("service_listed")
        ]
        if both:
            # sudo: as above.
            self.env["mail.notification"].sudo().search(
                [("mail_message_id", "=", message.id), ("res_partner_id", "in", both)]
            ).write({"is_read": False, "service_listed": True})
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_notice_ids = fields.One2many(
        "service.notice", "partner_id", "Notifications", groups="base.group_user"
    )


class ResUsers(models.Model):
    """Staff choose in their own preferences."""

    _inherit = "res.users"

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "service_notice_ids"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "service_notice_ids"]
