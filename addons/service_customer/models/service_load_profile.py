from odoo import api, fields, models

from ..tools.load_entry import digest, fold


class ServiceLoadProfile(models.Model):
    """What the columns of some program's files mean, kept by name and known again by their headers.

    ``header`` is the list of headers, ``targets`` the column of our kind that each one fills, or
    an empty text for what is left out.
    """

    _name = "service.load.profile"
    _description = "Kept Columns of Files"
    _order = "name, id"

    name = fields.Char(required=True)
    purpose = fields.Selection(
        selection=lambda self: self.env["service.load"]
        ._fields["purpose"]
        ._description_selection(self.env),
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    header = fields.Json(required=True, readonly=True)
    header_key = fields.Char(required=True, readonly=True)
    targets = fields.Json(required=True, readonly=True)
    words = fields.Char(string="Columns", compute="_compute_words")
    load_ids = fields.One2many("service.load", "profile_id", string="Files", readonly=True)

    _header_uniq = models.UniqueIndex(
        "(company_id, purpose, header_key)",
        "The columns of such files are kept already. Change those.",
    )

    @api.depends("header", "targets")
    @api.depends_context("lang")
    def _compute_words(self):
        labels = dict(self.env["service.load.column"]._selection_target())
        for profile in self:
            pairs = zip(profile.header or (), profile.targets or (), strict=True)
            profile.words = "; ".join(
                f"{header} → {labels[target]}" for header, target in pairs if target in labels
            )

    @api.model
    def _find(self, purpose, company, headers):
        """For each of these headers (lists of texts) its profile or an empty one, in one query."""
        keys = [_get_key(header) for header in headers]
        profiles = self.search(
            [
                ("purpose", "=", purpose),
                ("company_id", "=", company.id),
                ("header_key", "in", keys),
            ]
        )
        found = {profile.header_key: profile for profile in profiles}
        return [found.get(key, self.browse()) for key in keys]

    @api.model
    def _keep(self, name, purpose, company, header, targets):
        """Keep what the columns of a header mean; what was kept of the same header is replaced."""
        (profile,) = self._find(purpose, company, [header])
        vals = {"name": name, "header": header, "targets": targets}
        if profile:
            profile.write(vals)
            return profile
        keys = {"purpose": purpose, "company_id": company.id, "header_key": _get_key(header)}
        return self.create(vals | keys)


def _get_key(header):
    """Names a header; empty cells behind the last word are no part of it."""
    words = [*map(fold, header)]
    while words and not words[-1]:
        words.pop()
    return digest("header", dict(enumerate(words)))
