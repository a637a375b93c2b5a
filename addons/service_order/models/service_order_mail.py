import io
import re
from pathlib import PurePath

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import html2plaintext

from odoo.addons.service_customer.tools.photo import PhotoError, clean_photo
from odoo.addons.service_device.models.service_device_scan import QR_PATH, SCANNED_NAMES

MAX_DESCRIPTION = 4000
#: What may hold the number of a device. The pattern never goes back: a mail of a million letters,
#: which anybody can send, is read as fast as any other.
WORDS = re.compile(r"[\w/.-]{5,}")
#: More numbers than this in one mail are a table somebody forwarded.
MOST_NUMBERS = 200
#: Smaller pictures are logos in signatures.
SMALLEST_PHOTO = 20_000


class ServiceOrder(models.Model):
    """Requests by e-mail: who writes, about which device, with which photos."""

    _inherit = "service.order"
    _primary_email = "email_from"

    email_from = fields.Char(
        "Sender", readonly=True, copy=False, help="The address from which the request was mailed."
    )

    email_key = fields.Char("Message-Id", readonly=True, copy=False, groups=fields.NO_ACCESS)

    _email_key_uniq = models.UniqueIndex("(company_id, email_key) WHERE email_key IS NOT NULL")

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """EXTENDS mail: an order out of a mail, on the dispatchers' desk.

        A sender without a customer of ours still gets an order: by the device that the mail names,
        else for a new contact made of the address, for somebody to sort out.
        """
        custom_values = custom_values or {}
        company = self.env["res.company"].browse(custom_values.get("company_id"))
        self = self.with_company(company or self.env.company)
        key = msg_dict.get("message_id")
        mailed = [("company_id", "=", self.env.company.id), ("email_key", "=", key)]
        # It was sent to two of our addresses.
        if key and (known := self.search(mailed, limit=1)):
            return known
        subject = msg_dict.get("subject") or ""
        text = html2plaintext(msg_dict.get("body") or "", include_references=False).strip()
        vals = self._complete(
            {
                **custom_values,
                **self._read_sender(msg_dict, f"{subject}\n{text}"),
                "company_id": self.env.company.id,
                "source": "email",
                "description": f"{subject}\n\n{text}".strip()[:MAX_DESCRIPTION],
            }
        )
        self._clean_mailed_photos(msg_dict)
        vals["email_key"] = key
        try:
            with self.env.cr.savepoint():
                order = super().message_new(msg_dict, vals)
        except UniqueViolation:
            # It was delivered twice at this moment: Odoo repeats this one, and finds the first.
            raise ConcurrencyError("This e-mail is being delivered by somebody else.")
        order._schedule_intake()
        return order

    def message_update(self, msg_dict, update_vals=None):
        """EXTENDS mail: photos of an answer come in like those of a request."""
        self._clean_mailed_photos(msg_dict)
        return super().message_update(msg_dict, update_vals=update_vals)

    @api.model
    def _read_sender(self, msg_dict, text):
        """Whose request a mail is, and about which device.

        :param dict msg_dict: the mail as core has read it
        :param str text: in which devices may be named
        :return: dict of values
        """
        author = self.env["res.partner"].browse(msg_dict.get("author_id"))
        devices = self._find_named_devices(text)
        if author.user_ids.filtered(lambda user: user._is_internal()):
            # Staff forward what customers wrote; they are no reporters.
            return self._about(devices) or {"customer_id": self.env.company.partner_id.id}
        if author:
            customers = author._service_live_memberships(("decision", "user")).customer_id
            customers = customers or author.commercial_partner_id
            own = devices.filtered(
                lambda device: device.customer_id in customers and device._service_opens_to(author)
            )
            whose = author.commercial_partner_id & customers or customers[:1]
            place = author.id if author.type == "location" else False
            return {
                "customer_id": whose.id,
                "location_id": place,
                "reporter_id": not place and author.id,
                **self._about(own),
            }
        # Whoever knows a number need not be who they say: no reporter, so nobody is told of it.
        return self._about(devices) or self._about_stranger(msg_dict)

    @api.model
    def _about(self, devices):
        """Values of an order about the first of these devices, empty without one.

        Others of the same customer are further devices of the order.
        """
        device = devices.filtered("customer_id")[:1]
        if not device:
            return {}
        further = (devices - device).filtered(lambda other: other.customer_id == device.customer_id)
        return {
            "device_id": device.id,
            "customer_id": device.customer_id.id,
            "location_id": device.location_id.id,
            "further_device_ids": [Command.create({"device_id": other.id}) for other in further],
        }

    @api.model
    def _about_stranger(self, msg_dict):
        """Values of an order of somebody unknown: a new contact is made of the address."""
        stranger = self.env["mail.thread"]._partner_find_from_emails_single(
            [msg_dict.get("email_from") or ""], no_create=False
        )
        # A mail without an address is nobody's: it waits at our own company.
        customer = stranger or self.env.company.partner_id
        return {"customer_id": customer.id, "reporter_id": stranger.id}

    @api.model
    def _find_named_devices(self, text):
        """Devices whose number, serial, inventory number or QR address stands in a text.

        :param str text: of a mail
        :return: `service.device`, in the order in which they are named
        """
        devices = self.env["service.device"]
        found = devices.union(
            *(devices._find_by_qr_token(token) for token in QR_PATH.findall(text))
        )
        words = self._find_numbers(text)
        places = {word.upper(): place for place, word in enumerate(words)}
        for name in SCANNED_NAMES:
            for known in devices._find_by_word(name, words).values():
                # A number that several devices carry says nothing.
                found |= known if len(known) == 1 else devices
        return found.sorted(
            lambda device: min(
                (places.get((device[name] or "").upper(), -1) for name in SCANNED_NAMES),
                key=lambda place: (place < 0, place),
            )
        )

    @api.model
    def _find_numbers(self, text):
        """Words that may be the number of a device: five letters and digits, one of them a digit.

        :return: list of str, each once
        """
        words = (word.strip("/.-") for word in WORDS.findall(text))
        numbers = (word for word in words if len(word) >= 5 and any(map(str.isdigit, word)))
        return list(dict.fromkeys(numbers))[:MOST_NUMBERS]

    @api.model
    def _clean_mailed_photos(self, msg_dict):
        """Draw mailed pictures anew, without the place and time stored in them."""
        cleaned = []
        for file in msg_dict.get("attachments") or ():
            content = file.content if isinstance(file.content, bytes) else b""
            try:
                photo = clean_photo(io.BytesIO(content))
            except PhotoError:
                # No picture that we know: it is kept as it came.
                cleaned.append(file)
            else:
                name = f"{PurePath(file.fname or 'photo').stem}.jpg"
                cleaned.append(file._replace(fname=name, content=photo))
        msg_dict["attachments"] = cleaned

    def _message_post_after_hook(self, message, msg_vals):
        # EXTENDS 'mail': pictures that came by mail are photos of the order.
        result = super()._message_post_after_hook(message, msg_vals)
        if message.message_type == "email":
            photos = message.attachment_ids.filtered(
                lambda file: (
                    file.mimetype.startswith("image/") and file.file_size >= SMALLEST_PHOTO
                )
            )
            # sudo: customers write on orders that they may only read.
            self.sudo().photo_ids |= photos
        return result
