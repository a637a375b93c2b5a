import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.service_billing.tools.annex import to_csv
from odoo.addons.service_customer.tools.spreadsheet import SpreadsheetError, read

#: What courier software calls our number and its own, in small letters.
OWN_HEADINGS = ("parcel", "paczka", "number", "numer", "reference", "referencja", "nr ref")
TRACKING_HEADINGS = (
    "tracking number",
    "tracking",
    "numer przesyłki",
    "nr przesyłki",
    "list przewozowy",
    "numer listu",
)


class ServiceParcelExchange(models.TransientModel):
    """Parcels to the courier's software as a file, and their tracking numbers back from it."""

    _name = "service.parcel.exchange"
    _description = "Parcels and Courier Software"

    file = fields.Binary(attachment=False)
    filename = fields.Char("File Name")
    send = fields.Boolean(
        "Mark as Sent", default=True, help="Parcels that get a number have left: send them."
    )
    result = fields.Text(readonly=True)

    # --- out ---

    def _make_file(self, parcels):
        """A file with one row for each parcel.

        :return: `service.parcel.exchange` record that holds it
        """
        table = [self._get_headings(), *(self._get_row(parcel) for parcel in parcels)]
        return self.create({"file": base64.b64encode(to_csv(table)), "filename": "parcels.csv"})

    def _get_headings(self):
        return [
            self.env._("Parcel"),
            self.env._("Carrier"),
            self.env._("Tracking Number"),
            self.env._("Company"),
            self.env._("Person"),
            self.env._("Street"),
            self.env._("Postal Code"),
            self.env._("City"),
            self.env._("Country"),
            self.env._("Telephone"),
            self.env._("E-mail"),
            self.env._("Weight (kg)"),
            self.env._("Content"),
            self.env._("Remarks"),
        ]

    def _get_row(self, parcel):
        return [
            parcel.name,
            parcel.carrier_id.name,
            parcel.tracking_number,
            parcel.partner_name,
            parcel.contact_name,
            ", ".join(filter(None, (parcel.street, parcel.street2))),
            parcel.zip,
            parcel.city,
            parcel.country_id.code,
            # Digits only: courier software takes neither a plus nor spaces.
            "".join(filter(str.isdigit, parcel.phone or "")),
            parcel.email,
            parcel.weight,
            parcel.content,
            parcel.note,
        ]

    # --- in ---

    def action_load(self):
        """Enter the tracking numbers of the file; a row that is wrong stops no other."""
        self.ensure_one()
        rows, own, tracking = self._read_file()
        parcels = self.env["service.parcel"]
        by_name = {
            parcel.name: parcel
            for parcel in parcels.search([("name", "in", [row.get(own) for _n, row in rows])])
        }
        problems = []
        for number, row in rows:
            problem = self._load_row(
                by_name.get(row.get(own), parcels), row.get(tracking), row.get(own)
            )
            if problem:
                problems.append(self.env._("Row %(row)s: %(problem)s", row=number, problem=problem))
        self.result = "\n".join(
            [
                self.env._("Tracking numbers entered: %s.", len(rows) - len(problems)),
                *problems,
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load Tracking Numbers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _read_file(self):
        """The rows below the headings, and the columns of both numbers.

        :return: (list of (number of the row, ``{column: text}``), column, column)
        """
        try:
            sheet = read(base64.b64decode(self.file or b""))[0]
        except (SpreadsheetError, IndexError) as error:
            raise UserError(
                self.env._("The file can't be read. Save it as XLSX or CSV, and load it again.")
            ) from error
        headings = [text.strip().casefold() for text in (sheet.rows[0][1] if sheet.rows else [])]
        own = self._find_column(headings, (*OWN_HEADINGS, self.env._("Parcel")))
        tracking = self._find_column(headings, (*TRACKING_HEADINGS, self.env._("Tracking Number")))
        if own is None or tracking is None:
            raise UserError(
                self.env._(
                    "The first row must name the columns “Parcel” and “Tracking Number”. Take the "
                    "file that you have exported here, and fill in the numbers."
                )
            )
        rows = [
            (number, {column: text.strip() for column, text in enumerate(texts)})
            for number, texts in sheet.rows[1:]
        ]
        return rows, own, tracking

    def _find_column(self, headings, names):
        wanted = {name.casefold() for name in names}
        return next((at for at, text in enumerate(headings) if text in wanted), None)

    def _load_row(self, parcel, number, name):
        """Enter one tracking number.

        :return: a sentence about what is wrong, or None
        """
        if not name:
            return self.env._("there is no number of a parcel.")
        if not parcel:
            return self.env._("there is no parcel %s here.", name)
        if not number:
            return self.env._("the parcel %s has no tracking number.", name)
        if parcel.tracking_number == number:
            return None
        if parcel.state not in ("draft", "sent") or parcel.tracking_number:
            return self.env._(
                "the parcel %(name)s has the tracking number %(number)s or has arrived already.",
                name=name,
                number=parcel.tracking_number or "–",
            )
        try:
            with self.env.cr.savepoint():
                parcel.tracking_number = number
                if self.send:
                    parcel.action_send()
        except UserError as error:
            return error.args[0]
        return None


class ServiceParcel(models.Model):
    """Parcels as a file for courier software."""

    _inherit = "service.parcel"

    def action_export(self):
        """Download these parcels as a file for courier software."""
        self.check_access("read")
        exchange = self.env["service.parcel.exchange"]._make_file(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{exchange._name}/{exchange.id}/file/parcels.csv?download=true",
            "target": "download",
        }
