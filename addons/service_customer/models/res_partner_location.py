from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .res_partner import STAFF


class ResPartner(models.Model):
    """A place at a customer is a partner of its own type ``location``.

    Core treats the other types as the customer's addresses: it syncs addresses and tax numbers
    along them, lets portal users rename and archive them, and offers them for invoices and
    deliveries. None of this may happen to a location.
    """

    _inherit = "res.partner"

    type = fields.Selection(
        selection_add=[("location", "Location")], ondelete={"location": "set default"}
    )
    service_location_kind = fields.Selection(
        [("site", "Site"), ("building", "Building"), ("floor", "Floor"), ("room", "Room")],
        string="Kind of Location",
        default="site",
    )
    service_location_ids = fields.One2many(
        "res.partner", "parent_id", string="Locations", domain=[("type", "=", "location")]
    )
    service_location_count = fields.Integer(
        string="Number of Locations", compute="_compute_service_location_count"
    )
    # Core treats ``child_ids`` as the people and addresses of a contact: it copies tax data and
    # addresses to them and shows all in the form. Locations are neither.
    child_ids = fields.One2many(domain=[("active", "=", True), ("type", "!=", "location")])
    service_all_location_ids = fields.One2many(
        "res.partner",
        "commercial_partner_id",
        string="All Locations",
        domain=[("type", "=", "location")],
        groups=STAFF,
        help="The customer's locations of every level.",
    )

    @api.depends("service_location_ids", "service_all_location_ids")
    def _compute_service_location_count(self):
        customers = self.filtered(lambda partner: partner.commercial_partner_id == partner)
        # The count is a fact about the tree, as in _get_service_subtrees.
        counts = dict(
            self.sudo()._read_group(
                [("commercial_partner_id", "in", customers.ids), ("type", "=", "location")],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        subtrees = (self - customers)._get_service_subtrees()
        for partner in self:
            origin = partner._origin
            # The same fact for a place within a customer.
            below = (subtrees.get(origin, self.browse()) - origin).sudo()
            partner.service_location_count = counts.get(origin) or len(below.filtered("active"))

    @api.constrains("type", "parent_id", "is_company", "name")
    def _check_service_location(self):
        for location in self.filtered(lambda partner: partner.type == "location"):
            parent = location.parent_id
            if location.is_company or not (location.name or "").strip():
                raise ValidationError(
                    self.env._("A location needs a name and can't be a company itself.")
                )
            if not parent or (parent.type != "location" and parent.commercial_partner_id != parent):
                raise ValidationError(
                    self.env._(
                        "The location %s must lie in a customer or in another location. Choose what"
                        " it belongs to.",
                        location.name,
                    )
                )

    def _get_service_subtrees(self):
        """Find the locations below many partners with one query.

        :return: dict ``{partner: itself if it is a location, and all locations below it}``,
            archived ones included
        """
        roots = self._origin
        if not roots:
            return {}
        # Scopes and counts are facts about the tree, not about what the reader may open.
        tree = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                Domain("id", "child_of", roots.ids) & Domain("type", "=", "location"),
                ["parent_id", "active"],
            )
        )
        members = defaultdict(list)
        root_ids = set(roots.ids)
        for location in tree:
            node = location
            while node:
                if node.id in root_ids:
                    members[node.id].append(location.id)
                node = node.parent_id
        return {root: self.browse(members[root.id]) for root in roots}

    def _get_outermost_locations(self):
        """Those of these locations that lie in none of the others."""
        subtrees = self._get_service_subtrees()
        inner = self.browse().union(*(tree - root for root, tree in subtrees.items()))
        return self - inner

    def _get_service_nearest(self, name):
        """Value of a field, the place's own or that of the nearest place above that has one.

        :param name: name of the field, for example ``"service_calendar_id"``
        """
        self.ensure_one()
        partner = self
        while not partner[name] and partner.parent_id:
            partner = partner.parent_id
        return partner[name]

    def _get_service_invoice_partner(self):
        """Partner that gets the invoices for this place.

        :return: res.partner: the nearest recipient set on the way up, else the customer's invoice
            address
        """
        if recipient := self._get_service_nearest("service_invoice_partner_id"):
            return recipient
        customer = self.commercial_partner_id
        return self.browse(customer.address_get(["invoice"])["invoice"])

    def address_get(self, adr_pref=None):
        """EXTENDS base: a location is never anybody's address, its customer answers for it."""
        locations = self.filtered(lambda partner: partner.type == "location")
        partners = (self - locations) | locations.commercial_partner_id
        return super(ResPartner, partners).address_get(adr_pref)

    def _fields_sync(self, values):
        """EXTENDS base: nothing flows into a location or out of it."""
        if self.type == "location":
            return None
        if self.parent_id.type != "location":
            return super()._fields_sync(values)
        # A person at a location: tax data still come from the customer, the address is the own one.
        if values.get("parent_id"):
            # As in core: whoever may move the person need not be allowed to write the customer.
            self.sudo()._commercial_sync_from_company()
        return self._children_sync(values)

    def _commercial_sync_to_descendants(self, fields_to_sync=None):
        """EXTENDS base: people at the locations have the customer's tax data too."""
        for location in self.service_location_ids:
            location._commercial_sync_to_descendants(fields_to_sync)
        return super()._commercial_sync_to_descendants(fields_to_sync)

    def _handle_first_contact_creation(self):
        """EXTENDS base: the first location's address is not the customer's."""
        if self.type == "location" or self.parent_id.type == "location":
            return None
        return super()._handle_first_contact_creation()

    def _drop_commercial_vals(self, vals):
        """Leave out of ``vals`` what belongs to the customer: core pushes it down to all children.

        :raise ValidationError: a tax number other than the customer's is being typed
        """
        if vals.get("vat"):
            parent = self.browse(vals.get("parent_id")) or self[:1].parent_id
            if vals["vat"] != parent.commercial_partner_id.vat:
                raise ValidationError(
                    self.env._(
                        "A location has no tax number of its own. Enter it at the customer, or set"
                        " another invoice recipient for the location."
                    )
                )
        commercial = set(self._commercial_fields())
        return {name: value for name, value in vals.items() if name not in commercial}

    @api.model_create_multi
    def create(self, vals_list):
        """EXTENDS base: locations take no commercial values, and widen the scopes they join."""
        default_type = self.env.context.get("default_type")
        vals_list = [
            self._prepare_location_vals(vals)
            if vals.get("type", default_type) == "location"
            else vals
            for vals in vals_list
        ]
        partners = super().create(vals_list)
        locations = partners.filtered(lambda partner: partner.type == "location")
        self.env["service.membership"]._refresh_scopes(locations.commercial_partner_id)
        return partners

    def _prepare_location_vals(self, vals):
        """Values of a new location: those given, in the company of what it lies in.

        An address equal to the one it would have anyway (forms copy the customer's) is left empty,
        so that it follows when the customer moves.
        """
        parent = self.browse(vals.get("parent_id"))
        vals = {"company_id": parent.company_id.id, **self._drop_commercial_vals(vals)}
        names = self._address_fields()
        address = {name: vals[name] for name in names if vals.get(name)}
        if parent and address == parent._get_service_address()._get_set_address_values():
            vals = {name: value for name, value in vals.items() if name not in names}
        return vals

    def _get_set_address_values(self):
        """Address values of the partner that are not empty, as ``create`` takes them."""
        return {name: value for name, value in self._get_address_values().items() if value}

    def write(self, vals):
        """EXTENDS base: locations take no commercial values, stay locations of their customer."""
        locations = self.filtered(lambda partner: partner.type == "location")
        if "type" in vals:
            self._check_type_change(vals["type"])
        if locations and not vals.keys().isdisjoint(self._commercial_fields()):
            rest = self - locations
            if rest:
                rest.write(dict(vals))
            vals = locations._drop_commercial_vals(vals)
            return locations.write(vals) if vals else True
        if "company_id" in vals:
            # Core carries the company on to the children it knows.
            locations_below = self.with_context(active_test=False).service_location_ids
            if locations_below:
                locations_below.write({"company_id": vals["company_id"]})
        if vals.keys().isdisjoint(("parent_id", "is_company")):
            return super().write(vals)
        self._check_not_in_itself(vals.get("parent_id"))
        tree = self.browse().union(*self._get_service_subtrees().values())
        customers = {location: location.commercial_partner_id for location in tree}
        result = super().write(vals)
        self._check_same_customer(customers)
        self.env["service.membership"]._refresh_scopes(tree.commercial_partner_id)
        return result

    def _check_type_change(self, new_type):
        """Refuse to turn a location into something else, or something else into a location.

        :raise ValidationError: the type would change from or to location
        """
        for partner in self:
            if partner.type != new_type and "location" in (partner.type, new_type):
                raise ValidationError(
                    self.env._(
                        "%s can't be turned into a location or back: documents refer to it. Archive"
                        " it and create a new one.",
                        partner.display_name,
                    )
                )

    def _check_not_in_itself(self, parent_id):
        """Refuse to put a location into itself or into what lies in it.

        :param parent_id: id of what it is to lie in, if any
        :raise ValidationError: it would be its own ancestor
        """
        parent = self.browse(parent_id)
        above = parent
        while above:
            if above in self and above.type == "location":
                raise ValidationError(
                    self.env._(
                        "%(location)s can't be moved into %(parent)s, which is the same place or"
                        " lies in it. Choose a place outside of it.",
                        location=above.name,
                        parent=parent.service_location_path or parent.name,
                    )
                )
            above = above.parent_id

    def _check_same_customer(self, customers):
        """Refuse a move to another customer: documents of the place would change hands.

        :param customers: dict ``{location: customer before the move}``
        :raise ValidationError: a location has another customer now
        """
        for location, customer in customers.items():
            if location.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(location)s belongs to %(customer)s and can't be moved to another"
                        " customer. Archive it, create a new location there and move the devices.",
                        location=location.name,
                        customer=customer.name,
                    )
                )

    def action_open_service_locations(self):
        """Open the locations below this partner."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_location_action"
        )
        return dict(
            action,
            domain=[("id", "child_of", self.id), ("id", "!=", self.id), ("type", "=", "location")],
            context={
                "default_type": "location",
                "default_parent_id": self.id,
                "default_is_company": False,
                "service_one_customer": True,
            },
        )

    def action_move_service_locations(self):
        """Open the dialog that moves these locations with everything under them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_customer.service_location_move_action"
        )
        return dict(action, context={"active_model": self._name, "active_ids": self.ids})

    def get_formview_id(self, access_uid=None):
        """EXTENDS base: a location opens in its own form."""
        if len(self) == 1 and self.type == "location":
            return self.env.ref("service_customer.service_location_view_form").id
        return super().get_formview_id(access_uid=access_uid)
