import base64
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.spreadsheet import SpreadsheetError, read
from ..tools.zip_code import normalise_zip

SHOWN = 30


@dataclass
class Range:
    """A range of postal codes; ``line`` is 0 when the region has it already."""

    line: int
    start: str
    end: str
    region: str

    def __str__(self):
        return f"{self.start} – {self.end}"

    def is_same(self, other):
        """Tell whether the other range says the same."""
        return (self.start, self.end, self.region.casefold()) == (
            other.start,
            other.end,
            other.region.casefold(),
        )


class ServiceRegionPaste(models.TransientModel):
    """Takes postal-code ranges from a spreadsheet, pasted or as a file: all of them or none.

    A row is ``from, to, region``, or ``code, region``. Rows that are there already change nothing.
    """

    _name = "service.region.paste"
    _description = "Paste Postal Code Ranges"

    text = fields.Text(
        string="Rows",
        help="Copy the rows in the spreadsheet and paste them here: from, to, region.",
    )
    file = fields.Binary(
        string="Spreadsheet", help="XLSX or CSV with the columns from, to, region."
    )
    file_name = fields.Char()
    country_id = fields.Many2one(
        "res.country",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.ref("base.pl", raise_if_not_found=False),
    )
    create_regions = fields.Boolean(
        string="Create Missing Regions", default=True, help="Regions are found by name or by code."
    )
    problems = fields.Text(compute="_compute_outcome")
    summary = fields.Char(compute="_compute_outcome")

    @api.depends("text", "file", "country_id", "create_regions")
    def _compute_outcome(self):
        for paste in self:
            # A form asks for the size of a file; here it is read.
            ranges, problems = paste.with_context(bin_size=False)._read_ranges()
            missing = paste._get_missing_names(ranges)
            paste.problems = "\n".join(problems[:SHOWN])
            paste.summary = bool(ranges) and self.env._(
                "New ranges: %(ranges)s. New regions: %(regions)s.",
                ranges=len(ranges),
                regions=", ".join(missing) or "–",
            )

    def action_import(self):
        """Create the ranges, and the regions they name.

        :raise UserError: a line is wrong, each is named; or there is nothing new
        """
        self.ensure_one()
        ranges, problems = self._read_ranges()
        if problems:
            raise UserError(
                self.env._("Nothing was taken over. Correct these lines:")
                + "\n"
                + "\n".join(problems[:SHOWN])
            )
        if not ranges:
            raise UserError(
                self.env._(
                    "There is no new range here. Paste rows of a spreadsheet: first postal code,"
                    " last postal code, region."
                )
            )
        missing = self._get_missing_names(ranges)
        self.env["service.region"].create([{"name": name} for name in missing])
        regions = self._get_regions()
        self.env["service.region.zip"].create(
            [
                {
                    "region_id": regions[item.region.casefold()].id,
                    "country_id": self.country_id.id,
                    "zip_from": item.start,
                    "zip_to": item.end,
                }
                for item in ranges
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_region_action"
        )
        return {**action, "target": "main"}

    def _get_missing_names(self, ranges):
        """Names of the regions that do not exist, each once, as first written."""
        known = self._get_regions()
        names = {item.region.casefold(): item.region for item in reversed(ranges)}
        return sorted(name for key, name in names.items() if key not in known)

    def _get_regions(self):
        """Regions by their name and code, in small letters."""
        regions = self.env["service.region"].search(Domain.TRUE)
        return {
            key.casefold(): region
            for region in regions
            for key in (region.code, region.name)
            if key
        }

    def _read_ranges(self):
        """Read what was pasted and uploaded.

        :return: tuple (list of the new `Range`, list of sentences about wrong lines)
        """
        try:
            rows = self._read_rows()
        except SpreadsheetError:
            return [], [
                self.env._(
                    "The file can't be read. Save it as XLSX or CSV, or paste its rows instead."
                )
            ]
        regions, known = self._get_regions(), self._get_known()
        new, problems = [], []
        for line, cells in rows:
            item, problem = self._read_range(line, cells, regions)
            if problem:
                problems.append(
                    self.env._("Line %(line)s: %(problem)s", line=line, problem=problem)
                )
            elif not any(item.is_same(other) for other in known[item.start]):
                known[item.start].append(item)
                new.append(item)
        return new, problems + self._find_overlaps(chain.from_iterable(known.values()))

    def _read_rows(self):
        """Rows as (line number, list of texts), without a heading and empty cells at the end."""
        sheets = read((self.text or "").encode())
        if self.file:
            sheets += read(base64.b64decode(self.file))
        rows = [row for sheet in sheets for row in sheet.rows]
        return [
            (line, [cell for cell in cells if cell])
            for line, cells in rows
            if line > 1 or any(char.isdigit() for char in "".join(cells))
        ]

    def _read_range(self, line, cells, regions):
        """Turn a row into a range.

        :return: tuple (`Range` or ``None``, sentence about what is wrong or ``None``)
        """
        if len(cells) == 1:
            cells = cells[0].split(maxsplit=2)
        if len(cells) == 2:
            cells = [cells[0], cells[0], cells[1]]
        if len(cells) != 3:
            return None, self.env._("expected first postal code, last postal code and region.")
        codes = [normalise_zip(code, self.country_id.code) for code in cells[:2]]
        for code, typed in zip(codes, cells, strict=False):
            if not code:
                return None, self.env._("“%s” is not a postal code.", typed)
        item = Range(line, *codes, cells[2])
        if item.start > item.end:
            return None, self.env._("the range %s ends before it begins.", item)
        region = regions.get(item.region.casefold())
        if not region and not self.create_regions:
            return None, self.env._("there is no region “%s”.", item.region)
        item.region = region.name if region else item.region
        return item, None

    def _get_known(self):
        """Ranges of the country that are there, also of archived regions and other companies.

        :return: dict ``{first postal code: list of Range}``
        """
        # No two ranges of a country may overlap, whoever may see them.
        records = self.env["service.region.zip"].sudo()
        known = defaultdict(list)
        for record in records.search([("country_id", "=", self.country_id.id)]):
            item = Range(0, record.zip_from, record.zip_to, record.region_id.name)
            known[item.start].append(item)
        return known

    def _find_overlaps(self, ranges):
        """Sentences about new ranges that overlap another one; both are named."""
        problems = []
        last = None
        for item in sorted(ranges, key=lambda item: (item.start, item.end)):
            if last and item.start <= last.end and (item.line or last.line):
                new, other = (item, last) if item.line > last.line else (last, item)
                problems.append(
                    self.env._(
                        "Line %(line)s: %(range)s (%(region)s) overlaps %(other)s"
                        " (%(other_region)s)%(where)s.",
                        line=new.line,
                        range=new,
                        region=new.region,
                        other=other,
                        other_region=other.region,
                        where=self.env._(" in line %s", other.line) if other.line else "",
                    )
                )
            if not last or item.end > last.end:
                last = item
        return problems
