from datetime import timedelta

from markupsafe import Markup, escape

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.mail import email_re

from .res_partner import STAFF

ADMINISTRATOR = "service_customer.group_service_administrator"
#: Emptied on the contact of a person who is forgotten.
PERSONAL = ("email", "phone", "function", "website", "comment", "ref", "barcode", "image_1920")
#: A person below a company has the company's address and tax number: these stay.
OWN = ("street", "street2", "zip", "city", "vat", "company_registry")


class ResPartner(models.Model):
    """Forgetting a person: what says who it was goes, what the company did stays.

    Upper addons extend :meth:`_service_check_forget` with reasons against it,
    :meth:`_service_forget_preview` with sentences about theirs, :meth:`_service_forget_documents`
    with the change itself.
    """

    _inherit = "res.partner"

    service_forgotten_on = fields.Datetime(
        string="Personal Data Removed",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="The person asked to be forgotten; nothing here says any more who it was.",
    )

    def _service_check_administrator(self):
        """:raise AccessError: the current user may not work with somebody's data as a whole"""
        if not self.env.su and not self.env.user.has_group(ADMINISTRATOR):
            raise AccessError(
                self.env._("Only an administrator of the service exports or removes personal data.")
            )

    def _service_check_person(self):
        """:raise UserError: this contact is no person: a company, a location, our own company"""
        self.ensure_one()
        # Whether it is one of our companies is a fact, whichever the user works in.
        ours = self.env["res.company"].sudo().search_count([("partner_id", "=", self.id)])
        if ours or self.is_company or self.type == "location":
            raise UserError(
                self.env._("%s is not a person. Choose the contact of a person.", self.display_name)
            )

    def _service_check_forget(self):
        """:raise UserError: a sentence why this person can't be forgotten"""
        self._service_check_administrator()
        self._service_check_person()
        # Whether somebody works here is a fact; accounts are not shown.
        users = self.sudo().with_context(active_test=False).user_ids
        system = self.env.ref("base.user_root") | self.env.ref("base.public_user")
        if users & system or users.filtered(lambda user: user.active and not user.share):
            raise UserError(
                self.env._(
                    "%s works here. Archive the user account first, then remove the personal data.",
                    self.display_name,
                )
            )
        if self.service_forgotten_on:
            raise UserError(
                self.env._("The personal data of %s is removed already.", self.display_name)
            )

    def _service_forget_refusal(self):
        """:return: the sentence why this person can't be forgotten, or an empty string"""
        try:
            self._service_check_forget()
        except UserError as refusal:
            return str(refusal)
        return ""

    def _service_get_bare_customers(self):
        """Customers that would be left without a decision maker if this person went.

        :return: res.partner
        """
        self.ensure_one()
        rows = self.env["service.membership"]
        decided = self.service_person_membership_ids._get_decided_customers()
        # Whether anybody decides is a fact about the customer, whoever asks.
        others = rows.sudo().search(
            rows._get_live_domain()
            & Domain("role", "=", "decision")
            & Domain("customer_id", "in", decided.ids)
            & Domain("contact_id", "!=", self.id)
        )
        return decided - others.customer_id

    def _service_forget_preview(self):
        """What will change, in sentences; upper addons add theirs.

        :return: list of str
        """
        self.ensure_one()
        # The administrator sees what goes; accounts and messages need more rights than that.
        person = self.sudo().with_context(active_test=False)
        users = person.user_ids
        sentences = [
            self.env._("The name becomes “%s”.", self._service_forgotten_name()),
            self.env._(
                "E-mail, telephone, position, notes and photo are emptied; the contact is archived."
            ),
        ]
        if users:
            sentences.append(
                self.env._(
                    "The account %s is closed, with its API keys, signature and login history.",
                    ", ".join(users.mapped("login")),
                )
            )
        counted = [
            (self.env._("Roles that end: %s."), len(self._service_unended_roles())),
            (
                self.env._("Messages that keep their text, without name and address: %s."),
                person.env["mail.message"].search_count(self._service_messages_domain()),
            ),
            (
                self.env._("Files on the contact that are deleted: %s."),
                len(self._service_own_files()),
            ),
        ]
        return sentences + [sentence % count for sentence, count in counted if count]

    def _service_forget(self, confirmed=False):
        """Remove from the database who this person is.

        Invoices and charges stay as they are. Whoever wrote a message is no longer told.

        :param bool confirmed: the person may be a customer's last decision maker
        :raise UserError: a sentence why not
        """
        self.ensure_one()
        self._service_check_forget()
        bare = self._service_get_bare_customers()
        if bare and not confirmed:
            raise UserError(
                self.env._(
                    "%(person)s is the last decision maker of %(customers)s. Give somebody else"
                    " the role, or confirm that nobody decides there.",
                    person=self.display_name,
                    customers=", ".join(bare.mapped("name")),
                )
            )
        # Judged above; the rest touches accounts, messages and logs that no role may write.
        person = self.sudo().with_context(tracking_disable=True, active_test=False)
        person._service_forget_account()
        person._service_forget_messages()
        person._service_forget_documents()
        person._service_forget_contact()
        person._service_end_roles()
        note = self.env._("Personal data removed by %s.", self.env.user.name)
        person._message_log(body=note)
        self.env.flush_all()

    def _service_forgotten_name(self):
        return self.env._("Removed person %s", self.id)

    def _service_unended_roles(self):
        # Judged before; the roles of one person are only counted or ended here.
        rows = self.env["service.membership"].sudo()
        return rows.search(Domain("contact_id", "=", self.id) & rows._get_unended_domain())

    def _service_messages_domain(self):
        """Domain of what the person wrote, here or by e-mail."""
        domain = Domain("author_id", "=", self.id)
        if self.email_normalized:
            domain |= Domain("email_from", "ilike", self.email_normalized)
        return domain

    def _service_own_files(self):
        """Files on the contact itself; its photo is a field."""
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        # Files are shown to who may read the contact; here they are only counted or deleted.
        return self.env["ir.attachment"].sudo().search(domain)

    def _service_forget_account(self):
        """Close the accounts for good, and forget where they were used."""
        users = self.user_ids
        users.filtered("share")._service_close()
        users.api_key_ids.unlink()
        for user in users:
            user.write({"login": f"removed-{user.id}", "password": "", "signature": False})
        for name in ("res.device.log", "res.users.log"):
            field = "user_id" if name == "res.device.log" else "create_uid"
            self.env[name].search([(field, "in", users.ids)]).unlink()

    def _service_forget_messages(self):
        """Messages keep their text; their author is the contact, which says nothing any more."""
        messages = self.env["mail.message"].search(self._service_messages_domain())
        messages.write({"email_from": False, "reply_to": False})
        own = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        self.env["mail.tracking.value"].search([("mail_message_id", "in", own.ids)]).unlink()
        self.env["mail.followers"].search([("partner_id", "=", self.id)]).unlink()
        self._service_forget_mails()
        self._service_forget_in_logs()

    def _service_forget_mails(self):
        """Letters to this person alone, sent or waiting, are of use to nobody any more."""
        to_person = Domain("recipient_ids", "in", self.ids)
        if self.email_normalized:
            to_person |= Domain("email_to", "ilike", self.email_normalized)
        mails = self.env["mail.mail"].search(to_person)
        mails.filtered(lambda mail: mail.recipient_ids <= self).unlink()

    def _service_forget_in_logs(self):
        """The notes that Odoo and we made about the person lose the name and the address, too.

        In notes on the contact itself every address goes: the person may have had others before.
        """
        customers = self.service_person_membership_ids.customer_id
        forgotten = escape(self._service_forgotten_name())
        made = [
            ("model", "=", self._name),
            ("message_type", "not in", ("comment", "email", "email_outgoing")),
        ]
        for words in filter(None, (self.name, self.email, self.email_normalized)):
            about = [("res_id", "in", (customers | self).ids), ("body", "ilike", words)]
            for log in self.env["mail.message"].search(made + about):
                log.body = Markup(log.body.replace(escape(words), forgotten))
        own = [("res_id", "=", self.id), ("body", "ilike", "@")]
        for log in self.env["mail.message"].search(made + own):
            # Only words change, and these are escaped: the markup of the note stays as it is.
            log.body = Markup(email_re.sub(lambda _address: str(forgotten), str(log.body)))

    def _service_forget_documents(self):
        """Forget the person on other documents: a hook for upper addons, as superuser."""

    def _service_forget_contact(self):
        """Empty the contact and archive it."""
        self._service_own_files().unlink()
        names = PERSONAL if self.parent_id else PERSONAL + OWN
        # Core looks for open accounts here, and closed ones are none.
        self.with_context(active_test=True).write(
            {
                **dict.fromkeys(names, False),
                "name": self._service_forgotten_name(),
                "active": False,
                "service_forgotten_on": fields.Datetime.now(),
            }
        )

    def _service_end_roles(self):
        """Roles end with yesterday; those that began later never were."""
        yesterday = fields.Date.context_today(self) - timedelta(days=1)
        rows = self._service_unended_roles()
        fresh = rows.filtered(lambda row: row.date_from > yesterday)
        (rows - fresh).write({"date_to": yesterday})
        fresh.unlink()
