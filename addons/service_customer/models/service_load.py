from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = ("new", "changed", "unchanged", "refused", "chosen", "loaded")


class ServiceLoad(models.Model):
    """A load: a spreadsheet, seen before it is written; a first load or one of another purpose.

    The file is read and checked at once; every row becomes a `service.load.row` that says what
    would happen to it and what is wrong with which cell. Chosen rows are written in the background,
    batch by batch (see ``service_load_run``), with the rights of the one who made the load.
    """

    _name = "service.load"
    _description = "First Load"
    _order = "id desc"
    _rec_name = "filename"

    purpose = fields.Selection(
        [("first", "First Load")], required=True, default="first", index=True, readonly=True
    )
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(string="File Name", copy=False)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Checked"),
            ("loading", "Loading"),
            ("done", "Done"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
        readonly=True,
    )
    note = fields.Text(readonly=True, help="What was left out of the file, and why.")
    row_ids = fields.One2many("service.load.row", "load_id", string="Rows", readonly=True)
    row_count = fields.Integer(string="Number of Rows", compute="_compute_counts")
    new_count = fields.Integer(string="New", compute="_compute_counts")
    changed_count = fields.Integer(string="Changed", compute="_compute_counts")
    unchanged_count = fields.Integer(string="Unchanged", compute="_compute_counts")
    refused_count = fields.Integer(string="With Errors", compute="_compute_counts")
    chosen_count = fields.Integer(string="Waiting", compute="_compute_counts")
    loaded_count = fields.Integer(string="Loaded", compute="_compute_counts")
    progress = fields.Float(
        compute="_compute_counts", help="Share of the chosen rows that are done, in percent."
    )
    template_file = fields.Binary(compute="_compute_template_file")
    refused_file = fields.Binary(compute="_compute_refused_file")

    def _compute_counts(self):
        groups = self.env["service.load.row"]._read_group(
            [("load_id", "in", self.ids)], ["load_id", "state"], ["__count"]
        )
        counts = {(load.id, state): count for load, state, count in groups}
        for load in self:
            found = {state: counts.get((load.id, state), 0) for state in STATES}
            load.row_count = sum(found.values())
            for state in STATES:
                load[f"{state}_count"] = found[state]
            todo = found["chosen"] + found["loaded"]
            load.progress = 100 * found["loaded"] / todo if todo else 0

    @api.depends("filename", "purpose")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for load in self:
            labels = dict(load._fields["purpose"]._description_selection(self.env))
            load.display_name = load.filename or labels[load.purpose or "first"]

    @api.model
    def _get_kinds(self):
        """Models of the kinds of rows, in the order they are loaded; upper addons add theirs."""
        return ["service.load.customer", "service.load.location", "service.load.person"]

    def _get_own_kinds(self):
        """Models of the kinds of rows that a load of this purpose has, in the order of loading."""
        return [
            name
            for name in self._get_kinds()
            if self.env[name]._purpose == (self.purpose or "first")
        ]

    # ------------------------------------------------------------ actions

    def action_check(self):
        """Read the file and show what would happen to each row; nothing is written yet."""
        self.ensure_one()
        if self.state in ("loading", "done"):
            raise UserError(self.env._("This load has begun. Make a new one for another file."))
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        if self._knows_columns():
            self._check_file()
        return True

    def action_load(self):
        """Load all rows that are new or changed and have no error."""
        self.ensure_one()
        self.env["service.load.row"].search(
            [("load_id", "=", self.id), ("state", "in", ("new", "changed"))]
        )._choose()
        return True

    def action_open_rows(self):
        """Open the rows; the context may name the state to filter by."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_load_row_action"
        )
        filter_name = self.env.context.get("service_load_filter")
        return dict(
            action,
            domain=[("load_id", "=", self.id)],
            context={f"search_default_{filter_name}": 1} if filter_name else {},
        )

    def action_download_template(self):
        """Download an empty workbook to fill in."""
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        return self._download("template_file", f"{labels[self.purpose]}.xlsx")

    def action_download_refused(self):
        """Download the refused rows with reasons, to be corrected and loaded again."""
        return self._download("refused_file", self.env._("Rows to correct.xlsx"))

    def _download(self, name, filename):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{name}/{filename}?download=true",
            "target": "self",
        }

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }
