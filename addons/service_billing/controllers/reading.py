from odoo import fields, http
from odoo.http import request

from odoo.addons.service_customer.controllers.link import PAGE_HEADERS, LinkController
from odoo.addons.service_customer.tools.photo import MAX_BYTES


class ReadingForm:
    """The form in which people of customers type what counters show; two doors lead to it."""

    def _answer_readings(self, requests, url, source, partner):
        """Show the form, or take what was typed into it.

        :param requests: ``service.reading.request`` records that the visitor may answer
        :param str url: of the page, to which the form goes
        :return: (values for the page, whether all that was typed is taken)
        """
        # Superuser: the day that it is with the company, for who sees these requests.
        company = requests.sudo().company_id[:1] or request.env.company
        today = company._get_service_today()
        values = {"url": url, "typed": {}, "errors": {}, "taken": 0, "day": today}
        if request.httprequest.method == "POST":
            values |= self._take_readings(requests, source, partner)
            requests = requests.filtered(lambda one: one.state in ("waiting", "to_call"))
        values |= {
            # Superuser: what is shown of the devices, to who may answer these requests.
            "requests": requests.sudo(),
            "first_day": min(requests.mapped("date_from"), default=today),
            "today": today,
            "photo_rule": request.env._(
                "JPEG, PNG or WebP, up to %s MB. The place and time stored in it are removed.",
                MAX_BYTES // 1024**2,
            ),
        }
        return values, bool(values["taken"]) and not values["errors"]

    def _take_readings(self, requests, source, partner):
        form = request.httprequest.form
        typed = {
            meter.id: form.get(f"meter_{meter.id}", "").replace("\0", "")[:40]
            for meter in requests.meter_ids
        }
        given, errors = requests._check_typed(typed)
        photos = self._get_photos(requests, given, errors)
        try:
            day = fields.Date.to_date(form.get("day") or None)
        except ValueError:
            day = None
            errors["form"] = request.env._("Enter the day on which the counters were read.")
            given.clear()
        refused = requests._give(given, photos, source, partner, day)
        errors |= {one.id: sentence for one, sentence in refused.items()}
        if not given and not errors and requests:
            errors["form"] = request.env._("Enter what the counters of at least one device show.")
        return ({"day": day} if day else {}) | {
            "typed": typed,
            "errors": errors,
            "taken": len(given) - len(refused),
            "lost_photos": bool(errors) and bool(photos.keys() & refused.keys()),
        }

    def _get_photos(self, requests, given, errors):
        """:return: ``{request: content of a JPEG}``; a device whose photo is refused has to wait"""
        photos = {}
        for one in requests:
            file = request.httprequest.files.get(f"photo_{one.id}")
            if not file or not file.filename:
                continue
            photo, refusal = request.env["ir.attachment"]._service_clean_photo(file)
            if refusal:
                errors[f"photo_{one.id}"] = refusal
                given.pop(one, None)
            elif one in given:
                photos[one] = photo
            else:
                errors[f"photo_{one.id}"] = request.env._(
                    "Enter the counters, then choose the photo again: it was not kept."
                )
        return photos


class ReadingLinkController(ReadingForm, LinkController):
    """Readings by the link of a mail, without a login."""

    @http.route(
        "/service/readings/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        # The address itself is the secret, nothing here rests on a session.
        csrf=False,
        service_limit=(60, 60),
    )
    def service_readings(self, token, done="", **kwargs):
        """Ask for the readings that wait for whoever holds a link in force, or take them."""
        link = request.env["service.link"]._find(token)
        if not self._opens_readings(link):
            return self._with_headers(self._render_end(link, token))
        link._log_use()
        requests = self._get_requests(link)
        url = f"/service/readings/{token}"
        values, is_done = self._answer_readings(requests, url, "link", link.contact_id)
        if is_done:
            return self._with_headers(request.redirect(f"{url}?done=1", 303))
        all_requests = request.env["service.reading.request"]
        values |= {
            "done": bool(done),
            "company": link.company_id,
            "picture_url": f"{url}/picture/",
            "thanked": all_requests._thanked_for_link(link),
        }
        return self._with_headers(request.render("service_billing.reading_page", values))

    @http.route(
        "/service/readings/<string:token>/picture/<int:model_id>/<any(reading_image,image_128):field>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
        service_limit=(600, 60),
    )
    def service_readings_picture(self, token, model_id, field, **kwargs):
        """The picture of a model whose counters a link asks for."""
        link = request.env["service.link"]._find(token)
        requests = self._get_requests(link) if self._opens_readings(link) else link.browse()
        models = requests.device_id.model_id if requests else request.env["service.device.model"]
        model = models.filtered(lambda one: one.id == model_id)
        if not model or not model[field]:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(model, field)
        return stream.get_response()

    def _opens_readings(self, link):
        return bool(link) and link._opens(link._get_document(), "readings")

    def _get_requests(self, link):
        """:return: superuser requests of the link's person, of a customer's person who is logged in
        only those that the own roles open, too"""
        requests = request.env["service.reading.request"]._for_link(link)
        user = request.env.user
        if user._is_service_person() and user.partner_id != link.contact_id:
            # Superuser to show, as everywhere here: the own rights have judged.
            requests = requests.with_user(user).sudo(False)._filtered_access("read").sudo()
        return requests

    def _get_target(self, link, token):
        # EXTENDS 'service_customer'
        if link.action == "readings":
            return f"/service/readings/{token}" if self._opens_readings(link) else ""
        return super()._get_target(link, token)

    def _with_headers(self, response):
        response.headers.update(PAGE_HEADERS)
        return response
