from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.zip_code import normalise_zip


class ServiceRegionZip(models.Model):
    """Range of postal codes of a region, both ends included. No two ranges of a country overlap."""

    _name = "service.region.zip"
    _description = "Postal Code Range of a Service Region"
    _order = "country_id, zip_from, id"
    _rec_name = "zip_from"

    region_id = fields.Many2one("service.region", required=True, index=True, ondelete="cascade")
    country_id = fields.Many2one(
        "res.country",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("base.pl", raise_if_not_found=False),
    )
    zip_from = fields.Char(string="From", required=True, help="First postal code of the range.")
    zip_to = fields.Char(
        string="To",
        compute="_compute_zip_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Last postal code of the range, itself included.",
    )

    # Postal codes are compared byte by byte: a language's collation skips the hyphen.
    _lookup = models.Index('(country_id, zip_from COLLATE "C", zip_to COLLATE "C")')

    @api.depends("zip_from")
    def _compute_zip_to(self):
        for record in self:
            record.zip_to = record.zip_to or record.zip_from

    @api.depends("zip_from", "zip_to")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.zip_from} – {record.zip_to}"

    @api.constrains("country_id", "zip_from", "zip_to")
    def _check_range(self):
        for record in self:
            if record.zip_from > record.zip_to:
                raise ValidationError(
                    self.env._(
                        "The range %(range)s ends before it begins. Swap the two postal codes.",
                        range=record.display_name,
                    )
                )
        self._check_overlap()

    def _check_overlap(self):
        self.flush_model()
        # Two people who type at the same time do not see each other's range. The one who touches
        # the country's row second waits, is refused by the database, and Odoo repeats the request.
        self.env.execute_query(
            SQL(
                "UPDATE res_country SET write_date = write_date WHERE id IN %s RETURNING id",
                tuple(sorted(self.country_id.ids)) or (0,),
            )
        )
        overlap = self.env.execute_query(
            SQL(
                """
                SELECT mine.id, other.id
                  FROM service_region_zip AS mine
                  JOIN service_region_zip AS other
                    ON other.country_id = mine.country_id
                   AND other.id != mine.id
                   AND other.zip_from COLLATE "C" <= mine.zip_to
                   AND other.zip_to COLLATE "C" >= mine.zip_from
                 WHERE mine.id IN %s
                 LIMIT 1
                """,
                tuple(self.ids) or (0,),
            )
        )
        if overlap:
            # The other range may belong to a region of another company; still it must be named.
            mine, other = self.sudo().browse(overlap[0])
            raise ValidationError(
                self.env._(
                    "The postal codes %(range)s of region %(region)s overlap %(other_range)s of"
                    " region %(other_region)s. Change one of the two ranges.",
                    range=mine.display_name,
                    region=mine.region_id.name,
                    other_range=other.display_name,
                    other_region=other.region_id.name,
                )
            )

    def _normalise_vals(self, vals):
        """Return ``vals`` with postal codes in their comparable form.

        :raise ValidationError: a code has not the shape of its country
        """
        country = self.env["res.country"].browse(vals.get("country_id")) or self[:1].country_id
        for name in ("zip_from", "zip_to"):
            if not vals.get(name):
                continue
            code = normalise_zip(vals[name], country.code or "PL")
            if not code:
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is not a postal code. Type it as NN-NNN, for example 50-001.",
                        code=vals[name],
                    )
                )
            vals = dict(vals, **{name: code})
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: postal codes are stored in their comparable form."""
        ranges = super().create([self._normalise_vals(vals) for vals in vals_list])
        self.env["res.partner"]._service_refresh_regions(ranges.country_id)
        return ranges

    def write(self, vals):
        """EXTENDS base: addresses follow a changed range."""
        countries = self.country_id
        result = super().write(self._normalise_vals(vals))
        self.env["res.partner"]._service_refresh_regions(countries | self.country_id)
        return result

    def unlink(self):
        """EXTENDS base: addresses of a deleted range lose their region."""
        countries = self.country_id
        result = super().unlink()
        self.env["res.partner"]._service_refresh_regions(countries)
        return result
