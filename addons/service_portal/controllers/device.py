from collections import defaultdict

from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools.misc import format_date

from ..tools.usage import monthly_bars
from ..tools.words import describe_count
from .portal import OPEN_DOMAIN, ServicePortal


class ServiceDevicePortal(ServicePortal):
    """Pages of the customer's devices."""

    _history_shown = 10

    @route(
        ["/my/devices", "/my/devices/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_devices(self, page=1, search="", **kw):
        """List the devices the user may see, with their open requests."""
        values = self._prepare_devices_values("/my/devices", page, search)
        return request.render("service_portal.portal_my_devices", values)

    @route("/my/devices/<int:device_id>", type="http", auth="user", website=True)
    def portal_my_device(self, device_id, **kw):
        """Show one device, with the newest events of its history."""
        device_sudo = self._service_record("service.device", device_id)
        values = self._prepare_device_values(device_sudo)
        return request.render("service_portal.portal_my_device", values)

    @route(
        "/my/devices/<int:device_id>/resource/<int:resource_id>",
        type="http",
        auth="user",
        website=True,
    )
    def portal_device_resource(self, device_id, resource_id, **kw):
        """Download a manual or driver meant for customers, of a device the user may see."""
        device_sudo = self._service_record("service.device", device_id)
        resource_sudo = self._get_resources(device_sudo).filtered(lambda one: one.id == resource_id)
        if not resource_sudo.file:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(
            resource_sudo, "file", filename=resource_sudo.file_name or resource_sudo.name
        )
        return stream.get_response(as_attachment=True)

    # Values

    def _prepare_devices_values(self, url, page, search):
        """:return: values of a paged list of devices at ``url``, found by what the user typed."""
        devices, paging = self._get_page(
            "service.device",
            self._get_devices_search_domain(search),
            "customer_id, location_id, name",
            page,
            url,
            {"search": search} if search else None,
        )
        return {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_devices",
            # Display only: the devices were found under the user's own rights.
            "devices": devices.sudo(),
            "open_orders": self._get_open_orders(devices),
            "show_customer": len(devices.sudo().customer_id) > 1,
            "can_report": bool(self._service_customers()),
            "search": search,
            **paging,
            "default_url": url,
        }

    def _get_devices_search_domain(self, search):
        """:return: domain of devices that match each word typed in any of the visible names."""
        names = ("name", "serial", "inventory_number", "model_id", "location_id", "customer_id")
        return Domain.AND(
            Domain.OR(Domain(name, "ilike", word) for name in names)
            for word in self._get_words(search)
        )

    def _prepare_device_values(self, device_sudo):
        return {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_device",
            "device": device_sudo,
            "open_order": self._get_open_orders(device_sudo).get(device_sudo),
            "can_report": device_sudo.customer_id in self._service_customers(),
            "cover": device_sudo._portal_cover(),
            "see_contract": self._may_see_contract(device_sudo),
            "meters": self._get_meters(device_sudo),
            "resources": self._get_resources(device_sudo),
            "history": self._get_newest_events(device_sudo),
        }

    def _get_open_orders(self, devices):
        """:return: dict of superuser device -> its newest open order that the user may see."""
        orders = request.env["service.order"].search(
            Domain("device_id", "in", devices.ids) & Domain(OPEN_DOMAIN), order="date_reported, id"
        )
        # sudo to show: they were found under the user's own rights.
        return {order.device_id: order for order in orders.sudo()}

    def _may_see_contract(self, device_sudo):
        """:return: whether the user may read the contract itself (decision makers may)."""
        contract = device_sudo.contract_id.with_env(request.env)
        return bool(contract) and contract.has_access("read")

    def _get_resources(self, device_sudo):
        """:return: superuser resources of the device's model that are meant for customers."""
        return device_sudo.model_id.resource_ids.filtered(lambda one: one.audience == "customer")

    def _get_newest_events(self, device_sudo):
        """:return: superuser events for customers, the newest ones"""
        events = request.env["service.device.event"].search(
            [("device_id", "=", device_sudo.id), ("audience", "=", "customer")],
            limit=self._history_shown,
        )
        # sudo to show: they were found under the user's own rights.
        return events.sudo()

    def _get_meters(self, device_sudo):
        """:return: list of dicts ``meter`` (superuser record), ``bars`` (pages per month) and
        what they say: ``words``, ``most``."""
        meters = request.env["service.meter"].search([("device_id", "=", device_sudo.id)])
        today = fields.Date.context_today(device_sudo)
        rows = request.env["service.meter.reading"]._read_group(
            [
                ("meter_id", "in", meters.ids),
                ("verdict", "in", ("accepted", "reset", "rollover")),
                ("date", ">=", "today -10m =1d"),
            ],
            ["meter_id", "date:month"],
            ["usage:sum"],
        )
        pages = defaultdict(dict)
        for meter, month, count in rows:
            pages[meter.id][month.date()] = count
        result = []
        for meter in meters:
            bars = [(bar, self._describe_bar(bar)) for bar in monthly_bars(pages[meter.id], today)]
            words = request.env._("Pages per month: %s", ", ".join(words for _bar, words in bars))
            top = describe_count(request.env, max((bar.pages for bar, _words in bars), default=0))
            most = request.env._("up to %s", top)
            # sudo to show: the meters were found under the user's own rights.
            result.append({"meter": meter.sudo(), "bars": bars, "words": words, "most": most})
        return result

    def _describe_bar(self, bar):
        """:return: "October 2026: 4,210", for the tooltip of a bar."""
        month = format_date(request.env, bar.month, date_format="LLLL y")
        return f"{month}: {describe_count(request.env, bar.pages)}"
