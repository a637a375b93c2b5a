from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.load_entry import fold, nip_key

ADDRESS = ("street", "street2", "zip", "city", "country_id", "phone", "email")


class ServiceJoin(models.TransientModel):
    """Customers of one tax number become one customer with locations.

    Schools of a municipality or branches of a chain often have a card each in the accounting
    program, with the tax number of the whole. A person decides which are one; nothing is joined by
    itself. A joined card is archived, its contacts and its symbol go on to the location.
    """

    _name = "service.join"
    _description = "Join Customers as Locations"

    customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False), ('type', '!=', 'location')]",
        help="The customer that stays and gets the locations.",
    )
    vat = fields.Char(related="customer_id.vat")
    line_ids = fields.One2many("service.join.line", "join_id", string="Customers to Join")

    @api.model
    def default_get(self, fields_list):
        """EXTENDS base: propose what becomes of the chosen customers."""
        defaults = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner" and "line_ids" in fields_list:
            partners = self.env["res.partner"].browse(self.env.context.get("active_ids", []))
            defaults |= self._propose(partners)
        return defaults

    @api.model
    def _propose(self, partners):
        """Values of a proposal: who stays, and what becomes of the others.

        The one that has locations stays, else the oldest. A card of the same name is the customer
        itself; one whose name begins like a location's, or with its address, is that location.
        """
        partners = partners.filtered(lambda partner: not partner.parent_id).sorted("id")
        customer = partners.filtered("service_location_ids")[:1] or partners[:1]
        free = list(customer._get_service_subtrees().get(customer, ()))
        lines = []
        for card in partners - customer:
            location = next((place for place in free if _is_same_place(card, place)), None)
            if location:
                free.remove(location)
            same = fold(card.name) == fold(customer.name)
            lines.append(
                fields.Command.create(
                    {
                        "partner_id": card.id,
                        "target": "customer" if same else "existing" if location else "new",
                        "location_id": location.id if location and not same else False,
                    }
                )
            )
        return {"customer_id": customer.id, "line_ids": lines}

    def action_join_shared(self):
        """Join all customers that have the tax number of the chosen one, as it is proposed."""
        self.ensure_one()
        number = nip_key(self.customer_id.vat)
        partners = self.env["res.partner"].search(
            [("vat", "in", [number, f"PL{number}"]), ("parent_id", "=", False)]
        )
        if number and len(partners) > 1:
            self.line_ids = self._propose(partners)["line_ids"]
            self.action_join()

    def action_join(self):
        """Join the customers and open the one that stays."""
        self.ensure_one()
        cards = self.line_ids.partner_id
        if not cards:
            raise UserError(self.env._("Choose the customers to join."))
        obstacles = cards._service_get_join_obstacles(self.customer_id)
        if obstacles:
            raise UserError("\n".join(obstacles))
        for line in self.line_ids:
            line._get_target()._service_take_over(line.partner_id)
        self.customer_id._message_log(
            body=self.env._(
                "Joined into this customer: %s", ", ".join(cards.mapped("display_name"))
            )
        )
        return self.customer_id._get_records_action()


class ServiceJoinLine(models.TransientModel):
    """What becomes of one customer that is joined into another."""

    _name = "service.join.line"
    _description = "Customer to Join"

    join_id = fields.Many2one("service.join", required=True, index=True, ondelete="cascade")
    customer_id = fields.Many2one(related="join_id.customer_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Card",
        required=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False), ('type', '!=', 'location'), ('id', '!=', customer_id)]",
    )
    ref = fields.Char(related="partner_id.ref", string="Symbol")
    city = fields.Char(related="partner_id.city")
    target = fields.Selection(
        [
            ("new", "A new location"),
            ("existing", "An existing location"),
            ("customer", "The customer itself"),
        ],
        string="Becomes",
        required=True,
        default="new",
    )
    location_id = fields.Many2one(
        "res.partner",
        string="Location",
        ondelete="cascade",
        domain="[('type', '=', 'location'), ('commercial_partner_id', '=', customer_id)]",
        context={"partner_display_name_hide_company": True},
    )

    def _get_target(self):
        """The customer or the location that the card becomes; a new one is made here."""
        self.ensure_one()
        customer, card = self.join_id.customer_id, self.partner_id
        if self.target == "customer":
            return customer
        if self.target == "existing":
            if self.location_id.type != "location" or (
                self.location_id.commercial_partner_id != customer
            ):
                raise UserError(
                    self.env._("Choose a location of the customer for %s.", card.display_name)
                )
            return self.location_id
        vals = {"name": card.name, "type": "location", "parent_id": customer.id}
        return self.env["res.partner"].create(vals)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def action_open_service_shared_vat(self, domain=()):
        """Open customers that share a tax number, by number: the ones to join as locations.

        :param domain: narrows the customers that are looked at
        """
        groups = self._read_group(
            [*domain, ("vat", "!=", False), ("parent_id", "=", False), ("type", "!=", "location")],
            ["vat"],
            ["id:recordset"],
        )
        by_number = defaultdict(self.browse)
        for vat, partners in groups:
            by_number[vat.upper().removeprefix("PL")] |= partners
        shared = self.union(*(group for group in by_number.values() if len(group) > 1))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_shared_vat_action"
        )
        return dict(action, domain=[("id", "in", shared.ids)])

    def _service_get_join_obstacles(self, customer):
        """Why these customers can't become locations; overridden by addons with documents.

        :param customer: the one they would be joined into
        :return: list of sentences
        """
        return [
            self.env._(
                "%s has locations or people with roles of its own: move or end them first.",
                card.display_name,
            )
            for card in self
            if card.service_location_ids or card.service_membership_ids
        ]

    def _service_take_over(self, card):
        """Let this customer or location stand for another customer's card, which is archived.

        Its symbol and contacts come here, its address where there is none; the tax number they
        share is the customer's alone from then on. Addons that keep
        something by card extend this.
        """
        self.ensure_one()
        vals = {"ref": card.ref} if card.ref else {}
        if not self.street and not self.city:
            vals |= {name: card[name] for name in ADDRESS if card[name] and not self[name]}
            if "country_id" in vals:
                vals["country_id"] = card.country_id.id
        self.write(vals)
        card.child_ids.filtered(lambda child: child.type != "location").write(
            {"parent_id": self.id}
        )
        if nip_key(card.vat) == nip_key(self.commercial_partner_id.vat):
            # Else core calls the archived card a duplicate of the customer for ever.
            card.vat = False
        card._message_log(body=self.env._("Joined into %s.", self.display_name))
        card.action_archive()


def _is_same_place(card, place):
    names = fold(card.name), fold(place.name)
    begins = names[0].startswith(names[1]) or names[1].startswith(names[0])
    address = (fold(card.street), fold(card.city)) == (fold(place.street), fold(place.city))
    return begins or (address and bool(card.street))
