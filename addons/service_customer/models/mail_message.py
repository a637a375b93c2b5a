from collections import defaultdict

from odoo import api, models


class MailMessage(models.Model):
    """Messages follow their document: a notification of the past opens nothing to customer people
    who lost their role, or were mentioned by mistake."""

    _inherit = "mail.message"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        # EXTENDS 'mail'
        query = super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if bypass_access or self.env.su or not self.env.user._is_service_person():
            return query
        messages = self.browse(query)
        return (messages - messages._service_get_foreign())._as_query(order)

    def _get_forbidden_access(self, operation):
        # EXTENDS 'mail'
        forbidden = super()._get_forbidden_access(operation)
        user = self.env.user
        if operation == "write" and not user._is_internal():
            # Core lets whoever was notified rewrite a message: the words of others stay theirs.
            # sudo: only the author is looked at.
            mine = self.sudo().filtered(lambda message: message.author_id == user.partner_id)
            forbidden |= self - mine.with_env(self.env)
        # Core also lets followers and recipients write: of these, too, the roles are asked.
        if user._is_service_person():
            forbidden |= (self - forbidden)._service_get_foreign()
        return forbidden

    def _service_get_foreign(self):
        """Messages on documents which the user's roles don't open.

        Documents of models that customer people don't see at all are left to core.
        """
        by_document = defaultdict(lambda: defaultdict(set))
        # sudo: only the place of a message is looked at, to judge it by the document.
        for message in self.sudo():
            if message.model in self.env and message.res_id:
                by_document[message.model][message.res_id].add(message.id)
        foreign = set()
        for model, documents in by_document.items():
            if not self.env["ir.model.access"].check(model, "read", False):
                continue
            allowed = self._filter_records_for_message_operation(model, list(documents), "read")
            for res_id in documents.keys() - set(allowed.ids):
                foreign |= documents[res_id]
        return self.browse(foreign)

    def _portal_message_format(self, properties_names, options=None):
        # EXTENDS 'portal': files end with the personal link by which they are shown, and whoever
        # only reads gets no key to delete them.
        vals_list = super()._portal_message_format(properties_names, options=options)
        token = (options or {}).get("token")
        link = self.env["service.link"]._find(token)
        for message, vals in zip(self, vals_list, strict=True):
            bare = message.model in self.env and not self.env[message.model]._service_link_writes
            for file in vals.get("attachment_ids") or ():
                if link:
                    file["raw_access_token"] = token
                if bare and self.env.user._is_public():
                    file.pop("ownership_token", None)
        return vals_list
