from odoo import http
from odoo.http import request

from odoo.addons.service_customer.controllers.link import PAGE_HEADERS


class DeviceQrController(http.Controller):
    @http.route(
        "/service/d/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        service_limit=(60, 60),
    )
    def service_device_qr(self, token, **kwargs):
        """Answer whoever scans a device's QR code; who sees what is decided by the device."""
        # The token is the key to this one device; what is shown of it is `_qr_target`'s decision,
        # which asks the scanning user's own rights.
        device = request.env["service.device"].sudo()._find_by_qr_token(token)
        if not device:
            response = request.render("service_device.qr_unknown_page", status=404)
        else:
            target = device._qr_target(request.env.user)
            if target["type"] == "redirect":
                return request.redirect(target["url"])
            response = request.render(target["template"], target["values"])
        response.headers.update(PAGE_HEADERS)
        return response
