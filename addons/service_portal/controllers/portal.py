from werkzeug.exceptions import abort

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager as portal_pager

from ..tools.words import describe, describe_count, describe_span

#: Roles that work with devices and requests; the accounting contact has the invoices.
SERVICE_ROLES = ("decision", "user")
#: What is left of an order that waits for settlement is not the customer's to wait for.
CLOSED_KINDS = ("to_settle", "done", "cancelled")
OPEN_DOMAIN = [("stage_kind", "not in", CLOSED_KINDS)]
#: The service waits for the customer, so these stand first.
AWAITING_KINDS = ("to_accept", "waiting_customer")
#: How many open requests the home page shows.
HOME_ORDERS = 3


class ServicePortal(CustomerPortal):
    """What all pages of the customer panel share, and its part of the home page."""

    _service_items_per_page = 20

    # Home

    def _prepare_home_portal_values(self, counters):
        # EXTENDS 'portal'
        values = super()._prepare_home_portal_values(counters)
        if "service_device_count" in counters:
            values["service_device_count"] = self._count("service.device")
        if "service_order_count" in counters:
            values["service_order_count"] = self._count("service.order")
        if "service_people_count" in counters:
            decisions = request.env["service.membership"]._get_own_decisions()
            managed = decisions._get_managed(decisions).filtered("active")
            values["service_people_count"] = len(managed.contact_id)
        return values

    @route()
    def home(self, **kw):
        # EXTENDS 'portal'
        response = super().home(**kw)
        response.qcontext["service_hides_invoices"] = self._is_without_invoices()
        decisions = request.env["service.membership"]._get_own_decisions()
        response.qcontext["service_manages_people"] = bool(decisions)
        customers = self._service_customers()
        if customers:
            orders = self._get_home_orders()
            # Names of stages and topics are configuration the person has no list of: the orders
            # themselves were found under the person's own rights.
            response.qcontext.update(
                self._prepare_service_values(),
                service_customers=customers,
                many_customers=len(customers) > 1,
                service_orders=orders[:HOME_ORDERS].sudo(),
                service_more_orders=len(orders) > HOME_ORDERS,
            )
        return response

    def _get_home_orders(self):
        """:return: open orders for the home page, what waits for the customer first; one more than
        is shown, to tell whether there are more"""
        orders = request.env["service.order"]
        awaiting = Domain("stage_kind", "in", AWAITING_KINDS)
        limit = HOME_ORDERS + 1
        found = orders.search(awaiting, limit=limit, order="id desc")
        others = Domain(OPEN_DOMAIN) & ~awaiting
        return (found | orders.search(others, limit=limit, order="id desc"))[:limit]

    def _is_without_invoices(self):
        """:return: whether the user is a customer's person without the accounting role anywhere.

        Core always shows its card of invoices, which for such a person would lead to nothing.
        """
        user = request.env.user
        if not user._is_service_person():
            return False
        # Customer people have no access to memberships; these are about themselves only.
        memberships = request.env["service.membership"].sudo()
        return not memberships.search_count(user._service_live_domain(["accounting"]), limit=1)

    # Shared

    def _count(self, model):
        """:return: number of records the user may see, 0 for those without access to the model."""
        records = request.env[model]
        return records.search_count([]) if records.has_access("read") else 0

    def _service_customers(self):
        """:return: customers in whose name the current user may report a request.

        A person with memberships is judged by them alone; another portal user stands for the own
        company, as long as that is a customer with devices or requests.
        """
        user, partners = request.env.user, request.env["res.partner"]
        if not user._is_portal():
            return partners
        if user._is_service_person():
            return self._service_memberships().customer_id.with_env(request.env)
        if self._count("service.device") or self._count("service.order"):
            return user.commercial_partner_id.with_env(request.env)
        return partners

    def _service_memberships(self):
        """:return: superuser memberships in force with which the user works on requests."""
        # Customer people have no access to memberships; these are about themselves only.
        memberships = request.env["service.membership"].sudo()
        return memberships.search(request.env.user._service_live_domain(SERVICE_ROLES))

    def _prepare_service_values(self):
        """:return: values every template of the panel uses."""
        return {
            "moment": lambda value: describe(request.env, value),
            "grouped": lambda value: describe_count(request.env, value),
            "span": lambda start, stop: describe_span(request.env, start, stop),
        }

    def _get_page(self, model_name, domain, order, page, url, url_args=None, step=None):
        """One page of the records that the person may see.

        :param int step: records a page; the panel's usual number when empty
        :return: the records, and core's pager with the ``total``
        """
        records = request.env[model_name]
        step = step or self._service_items_per_page
        total = records.search_count(domain)
        pager = portal_pager(url=url, url_args=url_args, total=total, page=page, step=step)
        found = records.search(domain, order=order, limit=step, offset=max(pager["offset"], 0))
        return found, {"total": total, "pager": pager}

    def _get_words(self, search):
        """:return: the words of a search; PostgreSQL knows no text with a zero byte in it"""
        return search.replace("\0", " ").split()[:8]

    def _try(self, act):
        """Do something as a whole or not at all.

        :return: the sentence why it was refused, or None
        """
        try:
            with request.env.cr.savepoint():
                act()
        except UserError as error:
            return str(error)
        return None

    def _service_record(self, model, record_id, access_token=None):
        """Find a record for a page of the panel.

        :return: superuser record, its reading checked
        :raise HTTPException: anonymous people are sent to the login and back; for others a foreign
            record is not found, just as one that does not exist
        """
        try:
            return self._document_check_access(model, record_id, access_token)
        except (AccessError, MissingError):
            if request.env.user._is_public():
                path = request.httprequest.full_path.rstrip("?")
                abort(request.redirect_query("/web/login", {"redirect": path}))
            raise request.not_found() from None
