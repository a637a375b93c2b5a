from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.service_billing.controllers.reading import ReadingForm

from .portal import ServicePortal

REQUEST = "service.reading.request"
OPEN_DOMAIN = Domain("state", "in", ("waiting", "to_call"))


class ServiceReadingPortal(ReadingForm, ServicePortal):
    """Readings that the service waits for, of the devices that the person looks after."""

    @route()
    def home(self, **kw):
        # EXTENDS 'portal'
        response = super().home(**kw)
        response.qcontext["service_reading_count"] = len(self._get_reading_requests())
        return response

    @route("/my/readings", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_my_readings(self, done="", **post):
        """Ask for the readings of the person's devices in one form, or take them."""
        requests = self._get_reading_requests()
        person = request.env.user.partner_id
        values, is_done = self._answer_readings(requests, "/my/readings", "portal", person)
        if is_done:
            return request.redirect("/my/readings?done=1", 303)
        values |= {
            **self._prepare_portal_layout_values(),
            **self._prepare_service_values(),
            "page_name": "service_readings",
            "picture_url": "/web/image/service.device.model/",
            "done": bool(done),
            "thanked": self._get_reading_answers() if done else requests.browse(),
        }
        return request.render("service_portal.portal_my_readings", values)

    def _get_reading_requests(self):
        """:return: the open requests of devices that the person may see, place by place"""
        requests = request.env[REQUEST]
        if not request.env.user._is_portal():
            return requests
        # Superuser only to sort by the places' names, which not everybody reads.
        found = requests.search(OPEN_DOMAIN)._at_customer()
        return found.sudo()._by_place().with_env(requests.env)

    def _get_reading_answers(self):
        """:return: superuser requests that this person answered lately"""
        # Superuser: who answered is not for the panel; the person's own rights judge below.
        found = (
            request.env[REQUEST]
            .sudo()
            .search(
                Domain("state", "=", "done")
                & Domain("set_id.user_id", "=", request.env.uid)
                & Domain("date_done", ">=", "today -1d")
            )
        )
        # Superuser to show what was judged.
        return found.sudo(False)._filtered_access("read").sudo()._by_place()
