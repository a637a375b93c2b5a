import base64

from odoo.http import content_disposition, request, route

from .portal import ServicePortal


class ServiceProtocolPortal(ServicePortal):
    """Protocols of the visits of a request."""

    @route(
        "/my/service/<int:order_id>/protocol/<int:protocol_id>",
        type="http",
        auth="public",
        website=True,
        service_limit=(60, 60),
    )
    def portal_my_service_protocol(self, order_id, protocol_id, access_token=None, **kw):
        """Download a protocol; with a personal link to read the request also without a login."""
        order_sudo = self._service_record("service.order", order_id, access_token)
        protocol_sudo = order_sudo.visit_ids.protocol_ids.filtered(
            lambda protocol: protocol.id == protocol_id and protocol.pdf
        )
        if not protocol_sudo:
            raise request.not_found()
        return request.make_response(
            base64.b64decode(protocol_sudo.pdf),
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(protocol_sudo._get_file_name())),
            ],
        )
