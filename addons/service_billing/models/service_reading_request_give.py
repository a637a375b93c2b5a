from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.day import local_day, start_of
from .service_reading_request import OPEN

#: For so many days the page of a link tells what came in.
THANKED_DAYS = 14


class ServiceReadingRequest(models.Model):
    """Readings that customers' people type into a page: by a link in a mail, or in their panel."""

    _inherit = "service.reading.request"

    def _get_personal_url(self):
        """The address of a new link for the person who is asked; the only moment it is known."""
        self.ensure_one()
        partner = self.partner_id
        links = self.env["service.link"].with_company(self.company_id)
        token = links._issue(partner, partner, "readings", company=self.company_id)[partner]
        return f"{self.get_base_url()}/service/readings/{token}"

    @api.model
    def _for_link(self, link, states=OPEN):
        """The requests that a link opens: those of its person, as far as the roles reach today.

        :param link: superuser ``service.link`` of the action ``readings``
        :return: superuser records
        """
        contact = link.contact_id
        # Superuser: visitors have no rights, the link and the person's roles judge.
        requests = self.sudo()
        user = requests.env["res.users"]._service_as_user(contact)
        domain = (
            Domain("partner_id", "=", contact.id)
            & Domain("company_id", "=", link.company_id.id)
            & Domain("state", "in", states)
            & Domain(requests._get_role_domain(user))
        )
        return requests.search(domain)._at_customer()._by_place()

    def _at_customer(self):
        """Those of these requests whose device is still where it was when it was asked for."""
        # Superuser: where a device is now is looked at to hide it, not to show it.
        return self.filtered(lambda one: one.sudo().device_id.customer_id == one.customer_id)

    @api.model
    def _get_role_domain(self, user):
        """What the roles of a person open; all of it to whom no role was ever given."""
        return user._service_narrow(
            "customer_id", "location_id", roles=("decision", "user"), device="device_id"
        )

    @api.model
    def _thanked_for_link(self, link):
        """The requests of a link's person that were answered lately."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=THANKED_DAYS)
        done = self._for_link(link, ("done",))
        return done.filtered(lambda request: request.date_done >= since)

    def _is_suspect(self):
        """Whether what was read remains to be explained."""
        self.ensure_one()
        return "suspect" in self.set_id.reading_ids.mapped("verdict")

    # ------------------------------------------------------------------ the form

    def _check_typed(self, typed):
        """Judge what was typed, counter by counter.

        :param dict typed: ``{meter id: text}``
        :return: ``({request: {meter: text}}, {meter id or request: sentence})``: devices of which
            all counters are there, and what is wrong; a device left empty is neither
        """
        sets = self.env["service.meter.reading.set"]
        given, errors = {}, {}
        for request in self:
            values = {
                meter: typed[meter.id].strip()
                for meter in request.meter_ids
                if (typed.get(meter.id) or "").strip()
            }
            for meter in request.meter_ids if values else ():
                if meter not in values:
                    errors[meter.id] = self.env._(
                        "Enter this counter, too: all of a device are read together."
                    )
                    continue
                try:
                    sets._parse_value(meter, values[meter])
                except ValidationError as error:
                    errors[meter.id] = str(error)
            if values and not any(meter.id in errors for meter in request.meter_ids):
                given[request] = values
        return given, errors

    def _moment_of(self, day):
        """When the counters were read, of which only the day is told: noon, as in a file.

        :param day: None for now
        :raise UserError: the day is ahead, or a reading of it does not count
        """
        today, zone = self.company_id._get_service_today(), self.company_id._get_service_tz()
        if not day or day == today:
            return fields.Datetime.now()
        # What the counters showed at somebody else's place is not this customer's to tell.
        since = max(self._starts_at(), self.device_id.placement_id.date_start)
        first = local_day(since, zone)
        if not first <= day <= today:
            raise UserError(
                self.env._(
                    "A reading of this device counts from %(first)s until today, %(today)s. "
                    "Correct the day, or read the counters again.",
                    first=format_date(self.env, first),
                    today=format_date(self.env, today),
                )
            )
        return max(start_of(day, zone) + timedelta(hours=12), since)

    def _give(self, given, photos, source, partner, day=None):
        """Take readings that were typed: all at once, or else each device by itself.

        :param dict given: ``{request: {meter: text}}``
        :param dict photos: ``{request: content of a cleaned JPEG}``
        :param str source: where they come from
        :param partner: who read the counters
        :param day: on which they were read; None for now
        :return: ``{request: sentence}`` of those that could not be taken
        """
        prepared, errors = {}, {}
        for request, values in given.items():
            try:
                moment = request._moment_of(day)
            except UserError as error:
                errors[request] = str(error)
                continue
            prepared[request] = {
                "device": request.device_id,
                "values": values,
                "date": moment,
                "source": source,
                "photos": request._store_photo(photos.get(request)),
                "partner": partner,
            }
        sets = self.env["service.meter.reading.set"]
        if not self._try_take(lambda: sets._take([*prepared.values()])):
            return errors
        for request, one in prepared.items():
            refusal = self._try_take(lambda one=one: sets._take([one]))
            if refusal:
                errors[request] = refusal
        return errors

    def _try_take(self, act):
        """:return: the sentence why it was refused, or None"""
        try:
            with self.env.cr.savepoint():
                act()
        except UserError as error:
            return str(error)
        return None

    def _store_photo(self, content):
        """A photo of this request's counters, to be kept with the readings."""
        # Superuser: who gives a reading has no right to files; the set takes this one over.
        files = self.env["ir.attachment"].sudo()
        if not content:
            return files
        name = self.env._("Counter %s.jpg", self.device_id.name)
        return files.create({"name": name, "raw": content, "mimetype": "image/jpeg"})
