from odoo import models

from .portal_mixin import NO_TOKEN


class MailRenderMixin(models.AbstractModel):
    """What is rendered for a mail stays in the conversation, too: no token goes in."""

    _inherit = "mail.render.mixin"

    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        # EXTENDS 'mail'
        if not getattr(self.env.get(model), "_service_link_writes", True):
            self = self.with_context(service_link=NO_TOKEN)
        return super()._render_template(template_src, model, res_ids, *args, **kwargs)
