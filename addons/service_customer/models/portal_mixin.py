from odoo import fields, models

#: Context in which documents give away no token at all.
NO_TOKEN = ("", 0, "")


class TokenField(fields.Char):
    """A document's token; a page opened by a link, or a mail, never shows the lasting one.

    With ``service_link=(model, id, token)`` in the context the named document shows the token of
    the link and all others none. So whatever a template writes into a page ends with the link.
    """

    def convert_to_record(self, value, record):
        # EXTENDS 'base': what is read from a record; searching and storing don't come here.
        shown = record.env.context.get("service_link")
        if shown is None:
            return super().convert_to_record(value, record)
        model, res_id, token = shown
        return token if (model, res_id) == (record._name, record.id) else ""


class PortalMixin(models.AbstractModel):
    """Core's token of a document is the same for everybody and never ends: it is not given out."""

    _inherit = "portal.mixin"

    access_token = TokenField()

    def _portal_ensure_token(self):
        # EXTENDS 'portal'
        if self.env.context.get("service_link") is not None:
            return self.access_token
        return super()._portal_ensure_token()

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        # EXTENDS 'portal': the mail puts each recipient's own link here.
        if not getattr(self, "_service_link_writes", True):
            signup_partner, pid, share_token = False, None, False
        return super()._get_share_url(redirect, signup_partner, pid, share_token)
