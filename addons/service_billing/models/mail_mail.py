from html import escape, unescape
from urllib.parse import urlsplit

from odoo import models

from odoo.addons.service_customer.models.mail_mail import HREF

#: Where people with a login give readings; in a mail, each person's own link stands for it.
PAGE = "/my/readings"


class MailMail(models.Model):
    """A mail that asks for readings carries its reader's own link; what is stored has none."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS 'mail'
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if self.model != "service.reading.request":
            return emails
        # Superuser: mails are sent by whoever writes, and by the server itself.
        request = self.env[self.model].sudo().browse(self.res_id).exists()
        for email in emails if request else ():
            # Nobody but the person who is asked, whoever else was written to.
            if email["partner_id"] == request.partner_id:
                url = request._get_personal_url()
                for part in ("body", "body_alternative"):
                    email[part] = _put(email[part], request.get_base_url(), url)
        return emails


def _put(body, base, url):
    """:return: the text with ``url`` in place of the address of the page"""
    page = base + PAGE

    def put(match):
        href = unescape(match["url"])
        if urlsplit(href).path != PAGE:
            return match[0]
        return f"{match['start']}{escape(url)}{match['quote']}"

    return HREF.sub(put, body or "").replace(page, url)
