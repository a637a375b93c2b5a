from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # EXTENDS 'portal': the report form and the conversation, whose words are core's, speak the
        # reader's language in the browser too.
        return [*super()._get_translation_frontend_modules_name(), "mail", "service_portal"]
