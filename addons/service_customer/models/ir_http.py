from werkzeug.exceptions import TooManyRequests, abort

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """Limits on what strangers may ask of public routes.

    A route asks for one by a word of its own: ``@route(..., service_limit=(60, 60))`` lets each
    address call it 60 times in 60 seconds without login. People who are logged in are known and
    not limited. Behind a proxy the address is the visitor's only with Odoo's ``proxy_mode``.
    """

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        # EXTENDS 'http_routing'
        super()._pre_dispatch(rule, args)
        limit = rule.endpoint.routing.get("service_limit")
        if limit and (not request.env.uid or request.env.user._is_public()):
            cls._check_service_limit(rule.endpoint.routing["routes"][0], *limit)

    @classmethod
    def _check_service_limit(cls, name, limit, seconds):
        """:raise HTTPException: 429 in words, when the address has asked too often."""
        address = request.httprequest.remote_addr
        if request.env["service.rate.limit"]._take(name, address, limit, seconds):
            return
        if request.dispatcher.routing_type != "http":
            raise TooManyRequests(retry_after=seconds)
        response = request.render(
            "service_customer.too_many_requests", {"minutes": -(-seconds // 60)}, status=429
        )
        response.flatten()
        response.headers.update({"Retry-After": str(seconds), "Cache-Control": "no-store"})
        abort(response)
