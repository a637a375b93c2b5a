from odoo import api, models
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from .mail_mail import KEYS


class MailThread(models.AbstractModel):
    """A conversation opens to customer people as its document does: by role, not by a link."""

    _inherit = "mail.thread"

    #: Whether whoever holds the link to a document may also write on it without a login, as in
    #: core. The writing is then signed by the document's customer, so our documents say no: mails
    #: carry personal links to them, which open reading (see ``service.link``).
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
        # EXTENDS 'portal': for a logged-in customer person a valid link is not enough; a visitor
        # needs a personal one where roles decide.
        # sudo: only to judge the link.
        thread = self.sudo().browse(thread_id).exists()
        if self.env.user._is_service_person():
            hash = pid = token = None  # noqa: A001
        elif thread and (link := self.env["service.link"]._find(token)):
            if kwargs.get("mode", "read") == "read" and link._opens(thread):
                # Core compares what it is given with the token, and can't compare with none.
                thread._portal_ensure_token()
                return thread
            # A link to something else, or one that is over, is no token of core's either.
            token = None
        elif thread and self.env.user._is_public() and thread._service_has_roles():
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
        return [one for one in recipients if self._service_may_hear(one)]

    def _service_may_hear(self, recipient):
        """:return: whether a recipient, as core describes one, may open this document"""
        if recipient["uid"]:
            return self._service_may_follow(recipient["uid"])
        contact = self.env["res.partner"].browse(recipient["id"] or ())
        return not contact or self._service_opens_to(contact)

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

    # Links

    def _service_link_documents(self):
        """Documents to which a mail about this record carries each recipient's own link.

        :return: iterable of records; upper addons whose record is shown on another one's page
            return that
        """
        return self if not self._service_link_writes else self.browse()

    def _get_action_link_params(self, link_type, **kwargs):
        # EXTENDS 'mail': no key that is the same for everybody; the mail puts the personal link.
        if not self._service_link_writes:
            kwargs = {name: value for name, value in kwargs.items() if name not in KEYS}
        return super()._get_action_link_params(link_type, **kwargs)

    def _service_has_roles(self):
        """Tell whether roles say at the customer of this document who reads what."""
        if self._service_link_writes:
            return False
        name = "customer_id" if "customer_id" in self else "partner_id"
        # sudo: a fact about the customer, shown to nobody.
        return self.sudo()[name].commercial_partner_id.service_has_people

    def _service_opens_to(self, contact):
        """Tell whether a person may read this document, with an account or without.

        :param contact: res.partner
        :return: what the global rules say to people who have or had roles; True for others
        """
        self.ensure_one()
        # sudo: a fact about the person, shown to nobody.
        if not contact.sudo().service_has_membership:
            return True
        # sudo: rules are read as Odoo itself reads them.
        rules = self.env["ir.rule"].sudo()
        rules = rules.search(
            [("model_id.model", "=", self._name), ("global", "=", True), ("perm_read", "=", True)]
        )
        if not any("user._service_" in (rule.domain_force or "") for rule in rules):
            # Documents that nobody sees in the customer panel are left to core.
            return True
        companies = self.sudo().company_id if "company_id" in self else self.env.companies
        names = {
            "user": self.env["res.users"].sudo()._service_as_user(contact),
            "company_ids": companies.ids,
            "company_id": companies[:1].id,
        }
        domain = Domain.AND(safe_eval(rule.domain_force, names) for rule in rules)
        # sudo: the rules are in the domain.
        found = self.sudo().with_context(active_test=False)
        return bool(found.search_count(Domain("id", "=", self.id) & domain, limit=1))

    def _service_may_act(self, action, contact):
        """Tell whether a person may be given, and use, a link that allows more than reading.

        :param str action: of ``service.link``
        :param contact: res.partner
        :return: False; upper addons say for their actions who may
        """
        return False

    def _service_link_files(self, files):
        """Those of these files that a visitor with a link to this document finds on its page.

        :param files: superuser ir.attachment
        """
        # sudo: of the conversation, visitors read what is meant for outside.
        messages = self.env["mail.message"].sudo()
        domain = (
            Domain(self._fields["website_message_ids"].get_comodel_domain(self))
            & Domain("res_id", "=", self.id)
            & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
            & Domain("attachment_ids", "in", files.ids)
            & messages._get_search_domain_share()
        )
        return files & messages.search(domain).attachment_ids
