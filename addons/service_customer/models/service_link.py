import hashlib
import secrets
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq
from odoo.tools.constants import GC_UNLINK_LIMIT

#: Characters of a token: 256 random bits.
TOKEN_LENGTH = 43
#: Requests of one visit (page, PDF, pictures) are one use.
VISIT = timedelta(minutes=5)
#: How often the person may ask for the next link with an expired one, and within how many seconds.
RENEWALS = (2, 3600)


class ServiceLink(models.Model):
    """A link that opens one document to one person for some days without a login.

    Each mail carries a link of its own for each recipient. Only a digest of the token is kept, so
    nobody finds a working link here. Whoever forwards a link lets others read until it expires or
    is revoked. A person who has or had roles is judged by them on every use; see
    ``mail.thread._service_opens_to``. Upper addons add further actions with ``selection_add``.
    """

    _name = "service.link"
    _description = "Link to a Document"
    _order = "id desc"

    name = fields.Char("Document", required=True, readonly=True)
    contact_id = fields.Many2one(
        "res.partner", "Person", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", required=True, readonly=True
    )
    action = fields.Selection(
        [("read", "Read")],
        string="Opens",
        required=True,
        readonly=True,
        default="read",
        help="What the link allows. Every link opens reading, too.",
    )
    token_hash = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    date_end = fields.Datetime("Expires", required=True, readonly=True, index=True)
    revoked_on = fields.Datetime("Revoked", readonly=True)
    revoked_uid = fields.Many2one("res.users", "Revoked by", readonly=True, ondelete="set null")
    use_count = fields.Integer("Visits", readonly=True)
    last_used_on = fields.Datetime("Last Visit", readonly=True)
    state = fields.Selection(
        [("active", "In force"), ("expired", "Expired"), ("revoked", "Revoked")],
        string="Status",
        compute="_compute_state",
    )

    _token_hash_uniq = models.UniqueIndex("(token_hash)")
    _document = models.Index("(res_model, res_id)")

    @api.depends("date_end", "revoked_on")
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            expired = link.date_end and link.date_end <= now
            link.state = "revoked" if link.revoked_on else "expired" if expired else "active"

    # Staff

    def action_revoke(self):
        """Make these links open nothing from now on."""
        # Whoever may see a link may end it; nobody may change anything else about it.
        self.check_access("read")
        # sudo: see above.
        alive = self.sudo().filtered(lambda link: link.state == "active")
        alive.write({"revoked_on": fields.Datetime.now(), "revoked_uid": self.env.uid})

    def action_open_document(self):
        """Open the document, under the user's own rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # Giving out

    @api.model
    def _issue(self, document, contacts, action="read", company=None):
        """Make a link for each of these people; the only moment at which the tokens are known.

        :param document: the record to open
        :param contacts: res.partner
        :param str action: what the links allow
        :param company: res.company; the document's, if it has one, when not given
        :return: dict ``{contact: token}``
        """
        # sudo: mails are sent by whoever writes, and by the server itself.
        document = document.sudo()
        if not company and "company_id" in document:
            company = document.company_id
        company = company or self.env.company
        tokens = {contact: secrets.token_urlsafe(32) for contact in contacts}
        # sudo: nobody makes links by hand.
        self.sudo().create(
            [
                {
                    "name": document.display_name,
                    "contact_id": contact.id,
                    "company_id": company.id,
                    "res_model": document._name,
                    "res_id": document.id,
                    "action": action,
                    "token_hash": self._digest(token),
                    "date_end": fields.Datetime.now() + timedelta(days=company.service_link_days),
                }
                for contact, token in tokens.items()
            ]
        )
        return tokens

    @api.model
    def _digest(self, token):
        # The token is long and random: nothing slower than this is needed.
        return hashlib.sha256(token.encode()).hexdigest()

    # Use

    @api.model
    def _find(self, token):
        """The link with this token, in force or not; judge it with :meth:`_opens`.

        :return: superuser record, empty when there is none
        """
        # sudo: visitors see no links; who has the token has been given this one.
        links = self.sudo()
        if not isinstance(token, str) or len(token) != TOKEN_LENGTH:
            return links
        digest = self._digest(token)
        link = links.search([("token_hash", "=", digest)], limit=1)
        return link if link and consteq(link.token_hash, digest) else links

    def _get_document(self):
        """:return: the document as superuser; empty when it is gone"""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.env["mail.thread"]
        # sudo: the link is what judges here.
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _opens(self, document, action="read"):
        """Tell whether the link allows this now.

        :param document: the record asked for
        :param str action: what is to be done with it
        """
        # sudo: whoever holds a link needs no rights on the document.
        return (
            len(self) == 1
            and self.state == "active"
            and self.contact_id.active
            and action in ("read", self.action)
            and (document._name, document.id) == (self.res_model, self.res_id)
            and bool(document.sudo().exists())  # sudo: see above
            and document._service_opens_to(self.contact_id)
        )

    def _log_use(self):
        """Count a visit; requests at the same moment don't wait for each other."""
        now = fields.Datetime.now()
        if self.last_used_on and self.last_used_on > now - VISIT:
            return
        for link in self.try_lock_for_update():
            link.write({"last_used_on": now, "use_count": link.use_count + 1})

    # The next link

    def _may_renew(self):
        """Tell whether an expired link may be replaced by a new one, mailed to the same person."""
        document = self._get_document()
        return (
            self.state == "expired"
            and bool(self.contact_id.active and self.contact_id.email and document)
            and document._service_opens_to(self.contact_id)
        )

    def _renew(self):
        """Mail the person a new link in place of the expired one.

        :raise UserError: this link is not replaced, or was replaced a moment ago
        """
        self.ensure_one()
        if not self._may_renew():
            raise UserError(self.env._("This link can't be renewed. Log in, or call us."))
        if not self.env["service.rate.limit"]._take("service.link", f"link {self.id}", *RENEWALS):
            raise UserError(self.env._("A new link was sent a moment ago. Look into your mailbox."))
        self._mail_renewed()

    def _mail_renewed(self):
        """Mail the person the next link; upper addons do so for actions of theirs."""
        contact = self.contact_id
        document = self._get_document().with_context(lang=contact.lang)
        body = Markup('<p>{text}</p><p><a href="{url}">{name}</a></p>').format(
            text=document.env._("Here is the new link you asked for."),
            url=self._get_renewed_url(document),
            name=document.display_name,
        )
        document.message_notify(
            partner_ids=contact.ids,
            author_id=self.company_id.partner_id.id,
            subject=document.display_name,
            body=body,
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_renewed_url(self, document):
        """:return: the address in the mail, which becomes the person's own link when it is sent"""
        return document._notify_get_action_link("view")

    @api.autovacuum
    def _gc_old(self):
        """Forget links that ended long ago, and with them who used them.

        :return: tuple of how many rows are gone, and whether there are more
        """
        # The vacuum's own reading; nobody is shown the parameter.
        parameters = self.env["ir.config_parameter"].sudo()
        days = max(1, int(parameters.get_param("service_customer.keep_link_days", 365)))
        before = fields.Datetime.now() - timedelta(days=days)
        domain = Domain("date_end", "<", before) | Domain("revoked_on", "<", before)
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
