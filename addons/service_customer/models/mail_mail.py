import re
from html import escape, unescape
from urllib.parse import parse_qs, urlencode, urlsplit

from odoo import models
from odoo.tools import html2plaintext

HREF = re.compile(r"""(?P<start>\bhref=(?P<quote>["']))(?P<url>.*?)(?P=quote)""")
#: What core puts into links so that whoever has one comes in.
KEYS = ("access_token", "pid", "hash", "auth_signup_token", "auth_login")


class MailMail(models.Model):
    """Each recipient gets the own link to the document; what is stored of the mail has none."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS 'mail'
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        for document in self._service_get_documents():
            urls = [_leads_to(match, document) for match in HREF.finditer(self.body_html or "")]
            actions = {_get_action(url) for url in urls if url}
            if not actions:
                continue
            tokens = self._service_issue_links(document, actions)
            for email in emails:
                own = {action: tokens[action].get(email["partner_id"]) for action in tokens}
                email["body"] = HREF.sub(
                    lambda match, document=document, own=own: _put(match, document, own),
                    email["body"],
                )
                email["body_alternative"] = html2plaintext(email["body"])
        return emails

    def _service_issue_links(self, document, actions):
        """Make the links that this mail needs: of an action to those who may do it, else to read.

        :param document: the record to open
        :param actions: what the addresses in the mail ask for, see :func:`_get_action`
        :return: dict ``{action: {contact: token}}``
        """
        links, outside = self.env["service.link"], self._service_get_outside()
        tokens = {}
        readers = outside if "read" in actions else outside.browse()
        for action in actions - {"read"}:
            people = outside.filtered(
                lambda contact, action=action: document._service_may_act(action, contact)
            )
            tokens[action] = links._issue(document, people, action)
            readers |= outside - people
        return {**tokens, "read": links._issue(document, readers)}

    def _service_get_outside(self):
        """Recipients who get a link: staff open documents with their login. People from outside
        choose whom they write to, so their words give links only to those whom roles judge.

        :return: res.partner
        """
        outside = self.recipient_ids.filtered("partner_share")
        # sudo: mails are sent by whoever writes, and by the server itself.
        companies = self.env["res.company"].sudo()
        is_ours = companies.search_count([("partner_id", "=", self.author_id.id)], limit=1)
        if self.author_id.partner_share and not is_ours:
            outside = outside.filtered("service_has_membership")
        return outside

    def _service_get_documents(self):
        """Documents to which links of this mail may be made personal: those that it is about. A
        writer can put any address into a mail.

        :return: list of records
        """
        if not self.res_id or self.model not in self.env:
            return []
        # sudo: mails are sent by whoever writes, and by the server itself.
        record = self.env[self.model].sudo().browse(self.res_id).exists()
        if not record or not hasattr(record, "_service_link_documents"):
            return []
        return list(record._service_link_documents())


def _leads_to(match, document):
    """:return: parts of the address if the link leads to the document of our server, else None"""
    url = urlsplit(unescape(match["url"]))
    if url.netloc and url.netloc != urlsplit(document.get_base_url()).netloc:
        return None
    if url.path == "/mail/view":
        asked = parse_qs(url.query)
        named = asked.get("model") == [document._name]
        return url if named and asked.get("res_id") == [str(document.id)] else None
    page = document.access_url
    return url if url.path == page or url.path.startswith(f"{page}/") else None


def _get_action(url):
    """:return: what an address asks its link to allow: ``?do=accept``, else to read"""
    return parse_qs(url.query).get("do", ["read"])[0]


def _put(match, document, tokens):
    """:return: the link with the recipient's token in place of core's; without one, the login"""
    url = _leads_to(match, document)
    if not url:
        return match[0]
    token = tokens.get(_get_action(url)) or tokens["read"]
    base = document.get_base_url()
    params = {name: values for name, values in parse_qs(url.query).items() if name not in KEYS}
    page = url.path in ("/mail/view", document.access_url)
    if token and page and params.keys() <= {"model", "res_id", "do"}:
        address = f"{base}/service/l/{token}"
    else:
        if token:
            params["access_token"] = [token]
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        address = f"{base}{url.path}{query}{'#' if url.fragment else ''}{url.fragment}"
    return f"{match['start']}{escape(address)}{match['quote']}"
