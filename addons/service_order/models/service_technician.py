from odoo import api, fields, models


class ServiceTechnician(models.Model):
    """A person who drives out: their user, van, regions and working time.

    The van is a stock location of the technician's own; what lies in it is not reserved for
    deliveries because it stands beside the warehouse's stock, not inside it.
    """

    _name = "service.technician"
    _description = "Technician"
    _order = "name, id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="The account the technician signs in with.",
    )
    name = fields.Char(related="user_id.name", store=True)
    active = fields.Boolean(default=True)
    color = fields.Integer(help="Colour in the calendar of visits.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    van_location_id = fields.Many2one(
        "stock.location",
        string="Van Stock",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Where the technician's parts lie. Left empty, a location is made when saving.",
    )
    resource_id = fields.Many2one(
        "resource.resource",
        string="Working Time",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Carries the working hours and absences. Left empty, one is made when saving.",
    )
    region_ids = fields.Many2many("service.region", string="Regions")
    start_partner_id = fields.Many2one(
        "res.partner",
        string="Start Place",
        ondelete="set null",
        help="Where the day starts: the address from which the first drive is reckoned.",
    )
    visit_ids = fields.One2many("service.visit", "technician_id", string="Visits")
    open_visit_count = fields.Integer("Visits to Come", compute="_compute_open_visit_count")

    _user_company_unique = models.Constraint(
        "UNIQUE(user_id, company_id)",
        "This user is already a technician of the company. Open the existing technician.",
    )

    def _compute_open_visit_count(self):
        counts = dict(
            self.env["service.visit"]._read_group(
                [("technician_id", "in", self.ids), ("state", "in", ("planned", "in_progress"))],
                ["technician_id"],
                ["__count"],
            )
        )
        for technician in self:
            technician.open_visit_count = counts.get(technician, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A technician without van or working time gets both."""
        technicians = super().create(vals_list)
        for technician in technicians:
            if not technician.van_location_id:
                technician.van_location_id = technician._create_van()
            if not technician.resource_id:
                technician.resource_id = technician._create_resource()
        technicians._set_first_screen()
        return technicians

    def _set_first_screen(self):
        """Technicians start the day with their visits; who chose or plans otherwise does not."""
        action = self.env.ref("service_order.service_visit_action_mine")
        planners = "service_customer.group_service_dispatcher"
        # sudo: who appoints technicians need not administer users.
        for user in self.user_id.sudo():
            if not user.action_id and not user.has_group(planners):
                user.action_id = action.id

    def _create_van(self):
        """Make the van's stock location beside the warehouse's stock.

        :return: `stock.location`
        """
        self.ensure_one()
        # sudo: who appoints technicians need not administer warehouses.
        sudo = self.sudo()
        warehouse = sudo.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return sudo.env["stock.location"].create(
            {
                "name": self.env._("Van: %(technician)s", technician=self.name),
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company_id.id,
            }
        )

    def _create_resource(self):
        """Make the resource that carries the technician's working time.

        :return: `resource.resource`
        """
        self.ensure_one()
        # sudo: resources are kept by administrators of working time.
        return (
            self.env["resource.resource"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "user_id": self.user_id.id,
                    "company_id": self.company_id.id,
                    "tz": self.user_id.tz or self.company_id._get_service_tz(),
                }
            )
        )

    def action_view_visits(self):
        """Open the visits of this technician."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("service_order.service_visit_action")
        return action | {"domain": [("technician_id", "=", self.id)], "context": {}}

    def action_view_van(self):
        """Open what lies in the van, as the inventory app shows stock."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.van_location_id.display_name,
            "res_model": "stock.quant",
            "views": [(False, "list")],
            "domain": [("location_id", "child_of", self.van_location_id.ids)],
        }

    @api.model
    def _get_default_stock_location(self, company):
        """Where parts are taken from when no technician's van is meant: the main stock.

        :param company: `res.company`
        :return: `stock.location`, empty when the company has no warehouse
        """
        # sudo: only the location's id is used, and every employee may see locations.
        return (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", company.id)], limit=1)
            .lot_stock_id.sudo(False)
        )
