from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.service_customer.tools.photo import MAX_BYTES, MAX_PHOTOS

from .device import ServiceDevicePortal

MAX_DESCRIPTION = 4000
#: The same words about the same device within this time are the same press of the button.
SAME_REPORT = timedelta(minutes=10)


class ServiceReportPortal(ServiceDevicePortal):
    """Reporting a fault: for one device, or for none."""

    @route(
        "/my/devices/<int:device_id>/report",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_report_device(self, device_id, **post):
        """Show the form for one device, or take the report and go to the new request."""
        device_sudo = self._service_record("service.device", device_id)
        if device_sudo.customer_id not in self._service_customers():
            raise request.not_found()
        return self._answer_report(device_sudo, post)

    @route(
        ["/my/service/new", "/my/service/new/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_report_choose(self, page=1, search="", **kw):
        """Choose the device the report is about; the only one is chosen at once."""
        if not self._service_customers():
            raise request.not_found()
        values = self._prepare_devices_values("/my/service/new", page, search)
        if not search and values["total"] == 1:
            return request.redirect(f"/my/devices/{values['devices'].id}/report")
        values["page_name"] = "service_choose"
        values["has_places"] = bool(self._get_places(request.env["service.device"]))
        return request.render("service_portal.portal_report_choose", values)

    @route(
        "/my/service/new/other",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_report_other(self, **post):
        """Show or take a report that concerns no single device."""
        # Whoever has only a list of devices has no place to report for beside them.
        if not self._service_customers() or not self._get_places(request.env["service.device"]):
            raise request.not_found()
        return self._answer_report(request.env["service.device"], post)

    # Form

    def _answer_report(self, device_sudo, post):
        """Answer a GET with the form, a POST with the new request or the form and what is wrong."""
        places = self._get_places(device_sudo)
        if request.httprequest.method != "POST":
            return self._render_report(device_sudo, places, {}, {})
        vals, errors = self._check_report(device_sudo, places, post)
        photos = self._check_photos(errors)
        if errors:
            return self._render_report(device_sudo, places, post, errors)
        order = self._find_same_report(vals)
        if not order:
            try:
                order = self._create_report(vals, photos)
            except UserError as error:
                return self._render_report(device_sudo, places, post, {"form": str(error)})
        return request.redirect(f"/my/service/{order.id}?reported=1")

    def _render_report(self, device_sudo, places, post, errors):
        open_orders = self._get_open_orders(device_sudo) if device_sudo else {}
        return request.render(
            "service_portal.portal_report",
            {
                **self._prepare_portal_layout_values(),
                **self._prepare_service_values(),
                "page_name": "service_report",
                "device": device_sudo,
                "open_order": open_orders.get(device_sudo),
                "topics": self._get_topics(device_sudo),
                "places": places,
                "post": post,
                "errors": errors,
                "max_photos": MAX_PHOTOS,
                "max_bytes": MAX_BYTES,
                "photo_rule": request.env._(
                    "Up to %(count)s photos, %(size)s MB each. The place and time stored in them"
                    " are removed.",
                    count=MAX_PHOTOS,
                    size=MAX_BYTES // 1024**2,
                ),
            },
        )

    def _get_topics(self, device_sudo):
        """:return: superuser topics to choose from for the device (none: for anything)."""
        # Topics are configuration without a customer: all people get the same list.
        return request.env["service.topic"].sudo()._search_for(device_sudo)

    def _get_places(self, device_sudo):
        """List where the current user may ask for help when no device is meant.

        :return: list of dicts ``key``, ``label``, ``customer`` and ``location`` (empty for the
            whole customer): only of the scope in which the person works with requests
        """
        if device_sudo:
            return []
        partners = request.env["res.partner"]
        customers = whole = self._service_customers()
        locations = Domain("commercial_partner_id", "in", customers.ids)
        if request.env.user._is_service_person():
            memberships = self._service_memberships()
            whole = memberships.filtered(lambda one: one.scope == "all").customer_id
            locations = Domain("commercial_partner_id", "in", whole.ids) | Domain(
                "id", "in", memberships.scope_location_ids.ids
            )
        locations = partners.search(
            locations & Domain("type", "=", "location"),
            order="commercial_partner_id, complete_name",
        )
        places = []
        for customer in customers:
            if customer.id in whole.ids:
                places.append((customer, partners, customer.name))
            for location in locations.filtered(
                lambda one, customer=customer: one.commercial_partner_id == customer
            ):
                path = location.service_location_path
                label = f"{customer.name}, {path}" if len(customers) > 1 else path
                places.append((customer, location, label))
        return [
            {
                "key": f"{customer.id}-{location.id or 0}",
                "label": label,
                "customer": customer,
                "location": location,
            }
            for customer, location, label in places
        ]

    # Checks

    def _check_report(self, device_sudo, places, post):
        """:return: tuple of values for the new order and dict of field -> sentence."""
        errors = {}
        description = (post.get("description") or "").replace("\0", "").strip()
        topics = self._get_topics(device_sudo)
        topic = topics.filtered(lambda one: str(one.id) == post.get("topic_id"))
        if not topic and not description:
            errors["description"] = request.env._(
                "Choose a subject or describe in a sentence what is wrong."
            )
        elif len(description) > MAX_DESCRIPTION:
            errors["description"] = request.env._(
                "The description is too long. Shorten it to %(limit)s characters.",
                limit=MAX_DESCRIPTION,
            )
        vals = {
            "topic_id": topic.id,
            "description": description,
            "reporter_id": request.env.user.partner_id.id,
            "source": "portal",
        }
        if device_sudo:
            vals.update(
                device_id=device_sudo.id,
                customer_id=device_sudo.customer_id.id,
                location_id=device_sudo.location_id.id,
            )
            return vals, errors
        place = next((one for one in places if one["key"] == post.get("place")), None)
        if place:
            vals.update(customer_id=place["customer"].id, location_id=place["location"].id)
        else:
            errors["place"] = request.env._("Choose the place where help is needed.")
        return vals, errors

    def _check_photos(self, errors):
        """Clean the uploaded photos; sentences about refused ones go to ``errors``.

        :return: list of JPEG contents
        """
        files = [one for one in request.httprequest.files.getlist("photos") if one.filename]
        if len(files) > MAX_PHOTOS:
            errors["photos"] = request.env._(
                "At most %(limit)s photos can be sent. Remove some and send the report again.",
                limit=MAX_PHOTOS,
            )
            return []
        photos, refused = [], []
        for file in files:
            photo, refusal = request.env["ir.attachment"]._service_clean_photo(file)
            photos.append(photo)
            refused.append(refusal)
        if any(refused):
            errors["photos"] = " ".join(filter(None, refused))
        return [photo for photo in photos if photo]

    # Creation

    def _find_same_report(self, vals):
        """:return: the order this person has just made with the same words, if any.

        A second press of the button, or a step back in the browser, makes no second request.
        """
        return request.env["service.order"].search(
            [
                ("reporter_id", "=", vals["reporter_id"]),
                ("customer_id", "=", vals["customer_id"]),
                ("device_id", "=", vals.get("device_id", False)),
                ("topic_id", "=", vals["topic_id"]),
                ("description", "=", vals["description"] or False),
                ("create_date", ">=", fields.Datetime.now() - SAME_REPORT),
            ],
            limit=1,
        )

    def _create_report(self, vals, photos):
        """Create the request with its photos; the order judges whether this person may.

        :return: the new order
        """
        names = [
            request.env._("Photo %(number)s.jpg", number=number + 1)
            for number in range(len(photos))
        ]
        return request.env["service.order"]._report(vals, list(zip(names, photos, strict=True)))
