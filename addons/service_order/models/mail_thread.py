from odoo import api, models

#: Values of the header Precedence with which programs answer or send to many.
MACHINE_PRECEDENCES = ("auto_reply", "bulk", "junk")


class MailThread(models.AbstractModel):
    """Answers of machines are no requests."""

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, *args, **kwargs):
        """EXTENDS mail: an absence note, or the like, makes no order; an existing one keeps it."""
        routes = super().message_route(message, message_dict, *args, **kwargs)
        if not self._is_automatic_answer(message):
            return routes
        return [route for route in routes if route[0] != "service.order" or route[1]]

    @api.model
    def _is_automatic_answer(self, message):
        """Whether a program has answered; what devices and other programs report is none.

        :param message: the `email.message.EmailMessage`
        """
        submitted = message.get("Auto-Submitted", "").strip().lower()
        precedence = message.get("Precedence", "").strip().lower()
        return (
            submitted.startswith("auto-replied")
            or precedence in MACHINE_PRECEDENCES
            or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
        )
