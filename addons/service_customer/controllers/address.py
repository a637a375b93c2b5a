from werkzeug.exceptions import Forbidden

from odoo.http import request, route

from .portal import CustomerPortal


class ServiceAddressPortal(CustomerPortal):
    """The own account and the company's addresses: core lets each of a company's people rename the
    company, and add or archive addresses that then count for all; here the roles are asked."""

    @route()
    def portal_address(self, partner_id=None, **kwargs):
        # EXTENDS 'portal'
        self._check_new_address(partner_id)
        return super().portal_address(partner_id=partner_id, **kwargs)

    @route()
    def portal_address_submit(self, partner_id=None, **form_data):
        # EXTENDS 'portal'
        self._check_new_address(partner_id)
        return super().portal_address_submit(partner_id=partner_id, **form_data)

    def _check_new_address(self, partner_id):
        """:raise Forbidden: an address would be added by somebody who may not"""
        if not partner_id and not request.env.user._service_speaks_for_company():
            raise Forbidden()

    def _parse_form_data(self, form_data):
        # EXTENDS 'portal', which gives the company the name that a person types.
        address_values, extra_form_data = super()._parse_form_data(form_data)
        if not request.env.user._service_speaks_for_company():
            address_values.pop("company_name", None)
        return address_values, extra_form_data

    def _prepare_address_data(self, partner_sudo, **kwargs):
        # EXTENDS 'portal', which lists as superuser: who has no role any more sees only the own.
        values = super()._prepare_address_data(partner_sudo, **kwargs)
        if not request.env.user._is_service_person():
            return values
        partners = request.env["res.partner"]
        for name in ("billing_addresses", "delivery_addresses"):
            opened = set(partners.browse(values[name].ids)._filtered_access("read").ids)
            values[name] = values[name].filtered(lambda one, opened=opened: one.id in opened)
        return values
