from odoo import api, models


class MailThread(models.AbstractModel):
    """A conversation opens to customer people as its document does: by role, not by a link."""

    _inherit = "mail.thread"

    #: Whether whoever holds the link to a document may also write on it without a login, as in
    #: core. The writing is then signed by the document's customer, so our documents say no.
    _service_link_writes = True
    #: Whether the conversation is the staff's own, although customers' people read the document.
    _service_staff_thread = False

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # EXTENDS 'mail': reading the staff's conversation needs the right to write, which no portal
        # user has.
        if self._service_staff_thread and not self.env.su and self.env.user._is_portal():
            message_operation = "write"
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # noqa: A002
        # EXTENDS 'portal': for a logged-in customer person a valid link is not enough.
        if self.env.user._is_service_person():
            hash = pid = token = None  # noqa: A001
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    def message_post(self, *, outgoing_email_to=False, **kwargs):
        """EXTENDS mail: people from outside don't choose to whose address our server writes."""
        if not self.env.su and not self.env.user._is_internal():
            outgoing_email_to = False
        return super().message_post(outgoing_email_to=outgoing_email_to, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        # EXTENDS 'mail': who may not open the document gets neither mail nor link nor notification,
        # even as a follower or when mentioned.
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self:
            return recipients
        return [one for one in recipients if not one["uid"] or self._service_may_follow(one["uid"])]

    def _service_may_follow(self, uid):
        """Tell whether a user may hear of this document.

        :param int uid: id of a `res.users`
        :return: False for customer people whose roles don't open it; documents that nobody sees in
            the customer panel are left to core
        """
        user = self.env["res.users"].browse(uid)
        if not user._is_service_person():
            return True
        # with_user: the person's own rules judge, whoever writes the message.
        document = self.with_user(user).with_context(allowed_company_ids=None)
        opened = document.env["ir.model.access"].check(self._name, "read", False)
        return not opened or document.has_access("read")
