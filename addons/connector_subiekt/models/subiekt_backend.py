from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import epp

# how units are called in Subiekt -> Odoo's unit; a piece, a pack or a service is one of something
UNITS = {
    "uom.product_uom_unit": "szt usł op opak kpl zest para ryza",
    "uom.product_uom_hour": "godz h rbh rg",
    "uom.product_uom_day": "dni dzień doba",
    "uom.product_uom_minute": "min",
    "uom.product_uom_km": "km",
    "uom.product_uom_meter": "m mb",
    "uom.product_uom_kgm": "kg",
    "uom.product_uom_gram": "g",
    "uom.product_uom_ton": "t",
    "uom.product_uom_litre": "l",
    "uom.product_uom_square_meter": "m2",
}
UNIT_SYMBOLS = {"uom.product_uom_unit": "szt.", "uom.product_uom_hour": "godz."}


class SubiektBackend(models.Model):
    """A connection of one company with one program of the Subiekt family.

    Cards (partners, products, prices) belong to Subiekt and are read from it; documents go there
    when Subiekt is the one who issues invoices. Today both travel as EPP files.
    """

    _name = "subiekt.backend"
    _description = "Subiekt Connection"
    _inherit = ["mail.thread"]
    _order = "company_id, name"

    name = fields.Char(required=True, default="Subiekt GT")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    program = fields.Selection(
        [("gt", "Subiekt GT"), ("nexo", "Subiekt nexo"), ("123", "Subiekt 123")],
        required=True,
        default="gt",
        help="Only Subiekt GT has been tried; nexo reads the same files.",
    )
    transport = fields.Selection(
        [("epp", "EPP file")],
        required=True,
        default="epp",
        help="How data travel. EPP files are loaded by hand and give no reply.",
    )
    issuer = fields.Selection(
        [("odoo", "Odoo"), ("external", "Subiekt")],
        string="Invoices Issued By",
        required=True,
        default="odoo",
        tracking=True,
        help="One program issues the invoices of a company. With Odoo chosen, no sales document "
        "leaves for Subiekt.",
    )
    warehouse_code = fields.Char(
        default="MAG", size=3, required=True, help="Symbol of the warehouse in Subiekt."
    )
    default_price_level = fields.Char(
        default="Detaliczna",
        help="The price level that also becomes the sales price of products. "
        "Empty: sales prices are left alone.",
    )
    payment_form = fields.Char(
        default="przelew",
        help="Name of the deferred payment form on sent documents; it must exist in Subiekt.",
    )
    exchange_ids = fields.One2many("subiekt.exchange", "backend_id", string="Exchanges")
    binding_count = fields.Integer(compute="_compute_counts", string="Pairings")
    exchange_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts", string="Waiting for Manual Import")
    last_import_date = fields.Datetime(compute="_compute_counts", string="Last Import")

    _company_program_uniq = models.Constraint(
        "UNIQUE(company_id, program)", "The company already has a connection with this program."
    )

    def _compute_counts(self):
        bindings = dict(
            self.env["subiekt.binding"]._read_group(
                [("backend_id", "in", self.ids)], ["backend_id"], ["__count"]
            )
        )
        exchanges = self.env["subiekt.exchange"]._read_group(
            [("backend_id", "in", self.ids)],
            ["backend_id", "direction", "state"],
            ["__count", "create_date:max"],
        )
        for backend in self:
            own = [row[1:] for row in exchanges if row[0] == backend]
            backend.binding_count = bindings.get(backend, 0)
            backend.exchange_count = sum(count for _direction, _state, count, _date in own)
            backend.waiting_count = sum(
                count for _direction, state, count, _date in own if state == "waiting"
            )
            done = [
                date
                for direction, state, _count, date in own
                if (direction, state) == ("in", "done")
            ]
            backend.last_import_date = max(done, default=False)

    # ------------------------------------------------------------ actions

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """What was sent stays known: without it the same document could be sent twice."""
        # an archived connection keeps its documents
        exchanges = self.env["subiekt.exchange"].sudo()
        sent = exchanges.search(
            [("backend_id", "in", self.ids), ("direction", "=", "out")], limit=1
        )
        if sent:
            raise UserError(
                self.env._(
                    "Documents were sent over the connection %s, so it cannot be deleted. Archive "
                    "it instead.",
                    sent.backend_id.name,
                )
            )

    def action_import(self):
        """Open the import of a file for this connection."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_subiekt.subiekt_import_action"
        )
        return action | {"context": {"default_backend_id": self.id}}

    def action_open_exchanges(self):
        """Open everything exchanged with this program."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_subiekt.subiekt_exchange_action"
        )
        return action | {"domain": [("backend_id", "=", self.id)], "context": {}}

    def action_open_bindings(self):
        """Open the pairs of records and symbols."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_subiekt.subiekt_binding_action"
        )
        return action | {
            "domain": [("backend_id", "=", self.id)],
            "context": {"search_default_group_kind": 1},
        }

    # ------------------------------------------------------------ business

    def _for_company(self, company):
        """Return the connection of ``company`` (empty when there is none)."""
        return self.search([("company_id", "=", company.id)], limit=1)

    def _import_epp(self, data, filename):
        """Read an EPP file (``data``: bytes) and return its `subiekt.exchange`.

        A damaged file changes nothing and raises nothing: its exchange is refused and says on
        which line the damage is. One bad row fails alone, with a message on the exchange.
        """
        self.ensure_one()
        self.check_access("read")
        # Warehouse and accounting people import cards without having rights on partners, taxes
        # and price lists; what is written is bound to the company of this connection.
        backend = self.sudo().with_company(self.company_id)
        try:
            # two files at once would create the same cards twice
            backend.lock_for_update(allow_referencing=True)
        except UserError as error:
            raise UserError(
                self.env._("Another file is being imported for this connection. Try again soon.")
            ) from error
        exchange = backend.env["subiekt.exchange"]._receive(backend, data, filename)
        try:
            file = epp.read(data)
        except epp.EppError as error:
            exchange._refuse(error)
        else:
            exchange._process_file(file)
        return exchange.with_env(self.env)

    def _get_units(self):
        """Return Odoo's units by the name Subiekt has for them, in lower case, without dots."""
        units = {}
        for xmlid, names in UNITS.items():
            unit = self.env.ref(xmlid, raise_if_not_found=False)
            if unit:
                units |= dict.fromkeys(names.split(), unit)
        return units

    def _get_exempt_tax(self, use):
        """Return the tax of exempt sales or purchases (``use``) in the Polish chart, if any."""
        side = "vs" if use == "sale" else "vz"
        xmlid = f"account.{self.company_id.id}_{side}_kraj_zw"
        return self.env.ref(xmlid, raise_if_not_found=False) or self.env["account.tax"]

    def _unit_symbol(self, unit):
        """Return how a unit of Odoo is called in Subiekt."""
        xmlid = unit.get_external_id().get(unit.id)
        names = UNITS.get(xmlid)
        return UNIT_SYMBOLS.get(xmlid) or (names or epp.fit(unit.name, 10)).split(" ")[0]

    def _prepare_info(self):
        """Return the `epp.Info` of a file made here: our company as its sender."""
        self.ensure_one()
        company = self.company_id
        nip = epp.fit(company.vat, 20).removeprefix("PL")
        timezone = pytz.timezone(self.env.user.tz or "Europe/Warsaw")
        return epp.Info(
            version="1.11",
            program="Odoo",
            sender_code="ODOO",
            sender_short_name=epp.fit(company.name, 40),
            sender_long_name=epp.fit(company.name, 80),
            sender_city=epp.fit(company.city, 30),
            sender_zip=epp.fit(company.zip, 6),
            sender_street=epp.fit(company.street, 50),
            sender_nip=nip[:13],
            warehouse_code=epp.fit(self.warehouse_code, 3),
            made_by=epp.fit(self.env.user.name, 35),
            made_at=datetime.now(timezone).replace(tzinfo=None, microsecond=0),
            country="Polska",
            eu_prefix="PL",
            sender_eu_nip=nip,
            sender_is_eu=True,
        )
