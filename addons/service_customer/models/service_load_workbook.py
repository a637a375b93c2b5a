import base64

from odoo import models

from ..tools import workbook


class ServiceLoad(models.Model):
    """The workbooks of a first load: an empty one to fill in, and refused rows to correct."""

    _inherit = "service.load"

    def _compute_template_file(self):
        for load in self:
            pages = []
            for name in load._get_own_kinds():
                kind = self.env[name]
                columns = kind._get_columns()
                example = [column.example for column in columns]
                heads = self._get_heads(columns)
                pages.append(workbook.Page(kind._get_label(), heads, [example], {}))
            load.template_file = base64.b64encode(workbook.write(pages, self.env.company.name))

    def _compute_refused_file(self):
        for load in self:
            pages = [
                load._prepare_refused_page(self.env[name], rows)
                for name, rows in load.row_ids.filtered_domain([("state", "=", "refused")])
                .grouped("kind")
                .items()
            ]
            content = pages and workbook.write(pages, self.env.company.name)
            load.refused_file = base64.b64encode(content) if content else False

    def _prepare_refused_page(self, kind, rows):
        """Sheet of refused rows: as they were uploaded, with the reasons behind."""
        columns = self._get_told_columns(kind, rows)
        lines, wrong = [], {}
        for index, row in enumerate(rows):
            values, errors = row.values or {}, row.errors or {}
            reasons = [
                f"{column.label}: {errors[column.name]}"
                for column in columns
                if column.name in errors
            ]
            reasons += [errors[""]] if "" in errors else []
            lines.append([*(values.get(column.name, "") for column in columns), "\n".join(reasons)])
            for place, column in enumerate(columns):
                if column.name in errors:
                    wrong[index, place] = errors[column.name]
        heads = [*self._get_heads(columns), workbook.Head(self.env._("Reason"))]
        return workbook.Page(kind._get_label(), heads, lines, wrong)

    def _get_told_columns(self, kind, rows):
        """Columns of a file of refused rows; of a mapped file, those that say something."""
        columns = kind._get_columns()
        if kind._is_mapped:
            told = {name for row in rows for name in {*(row.values or {}), *(row.errors or {})}}
            columns = [column for column in columns if column.name in told]
        return columns

    def _get_heads(self, columns):
        return [
            workbook.Head(
                f"{column.label} *" if column.required else column.label,
                column.comment,
                column.required,
                tuple(column.choices.values()),
            )
            for column in columns
        ]
