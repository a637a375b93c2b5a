from odoo.fields import Domain
from odoo.http import request, route

from .portal import OPEN_DOMAIN, ServicePortal


class ServiceOrderPortal(ServicePortal):
    """Pages of the customer's service requests."""

    @route(
        ["/my/service", "/my/service/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_service(self, page=1, filterby="open", search="", **kw):
        """List the requests the user may see, open ones first."""
        filters = self._get_order_filters()
        if filterby not in filters:
            filterby = "open"
        values = self._prepare_orders_values(page, filters, filterby, search)
        return request.render("service_portal.portal_my_service", values)

    @route(
        "/my/service/<int:order_id>",
        type="http",
        auth="public",
        website=True,
        service_limit=(60, 60),
    )
    def portal_my_service_order(self, order_id, access_token=None, reported=None, **kw):
        """Show one request; with the document's token also to its recipient without an account."""
        order_sudo = self._service_record("service.order", order_id, access_token)
        values = self._prepare_order_values(order_sudo, access_token, reported)
        return request.render("service_portal.portal_my_service_order", values)

    # Values

    def _get_order_filters(self):
        """:return: dict of filter key -> label and domain."""
        return {
            "open": {"label": request.env._("Open"), "domain": Domain(OPEN_DOMAIN)},
            "closed": {"label": request.env._("Closed"), "domain": ~Domain(OPEN_DOMAIN)},
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
        }

    def _prepare_orders_values(self, page, filters, filterby, search):
        orders, paging = self._get_page(
            "service.order",
            filters[filterby]["domain"] & self._get_orders_search_domain(search),
            "date_reported desc, id desc",
            page,
            "/my/service",
            {"filterby": filterby, **({"search": search} if search else {})},
        )
        customers = self._service_customers()
        return {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_orders",
            # Display only: the orders were found under the user's own rights.
            "orders": orders.sudo(),
            "filters": filters,
            "filterby": filterby,
            "search": search,
            **paging,
            "can_report": bool(customers),
            "many_customers": len(customers) > 1,
        }

    def _get_orders_search_domain(self, search):
        """:return: domain of orders that match each word typed in any of the visible texts."""
        names = ("name", "description", "device_id", "location_id", "topic_id")
        return Domain.AND(
            Domain.OR(Domain(name, "ilike", word) for name in names)
            for word in self._get_words(search)
        )

    def _prepare_order_values(self, order_sudo, access_token, reported):
        user = request.env.user
        photos = order_sudo.photo_ids
        visits = order_sudo.visit_ids.sorted("date_start", reverse=True)
        past_visits = visits.filtered(lambda visit: visit.state == "done")
        by_link = request.env["service.link"]._find(access_token)
        devices = order_sudo.device_id | order_sudo.further_device_ids.device_id
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_order",
            # Core's breadcrumbs of purchases and sales react to a value named "order".
            "service_order": order_sudo,
            "steps": order_sudo._portal_steps(),
            "visit": order_sudo._portal_visit(),
            "past_visits": past_visits,
            "parcels": order_sudo._portal_parcels(),
            "photos": photos,
            # Pictures end with the link by which they are shown, else after some weeks.
            "photo_token": lambda photo: (
                access_token if by_link else photo._get_raw_access_token()
            ),
            "query": f"?access_token={access_token}" if access_token else "",
            "reported": bool(reported),
            # The document's token opens reading only.
            "may_write": not user._is_public(),
            "devices": devices,
            "open_devices": devices.with_user(user).sudo(False)._filtered_access("read").ids,
            "notes": {row.device_id: row.note for row in order_sudo.further_device_ids},
        }
        return self._get_page_view_values(
            order_sudo, access_token, values, "my_service_history", False
        )
