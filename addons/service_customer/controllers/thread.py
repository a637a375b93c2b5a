from odoo.http import request

from odoo.addons.portal.controllers.thread import PortalThreadController

LINK_PARAMETERS = ("hash", "pid", "token")


class ServiceThreadController(PortalThreadController):
    """What the link to a document allows without a login: reading only, where the model says so."""

    @classmethod
    def _get_thread_with_access_for_post(cls, thread_model, thread_id, **kwargs):
        # EXTENDS 'mail'
        kwargs = cls._drop_link(thread_model, kwargs)
        return super()._get_thread_with_access_for_post(thread_model, thread_id, **kwargs)

    @classmethod
    def _get_message_with_access(cls, message_id, mode="read", **kwargs):
        # EXTENDS 'mail': reactions and changes are writing, too.
        if mode != "read":
            # sudo: only to learn on which kind of document the message is.
            message = request.env["mail.message"].sudo().browse(message_id).exists()
            kwargs = cls._drop_link(message.model, kwargs)
        return super()._get_message_with_access(message_id, mode=mode, **kwargs)

    @classmethod
    def _can_edit_message(cls, message, **kwargs):
        # EXTENDS 'portal'
        return super()._can_edit_message(message, **cls._drop_link(message.model, kwargs))

    @classmethod
    def _drop_link(cls, model_name, kwargs):
        """:return: ``kwargs``, without the link's parameters where links don't allow writing"""
        if not model_name or request.env[model_name]._service_link_writes:
            return kwargs
        return {name: value for name, value in kwargs.items() if name not in LINK_PARAMETERS}
