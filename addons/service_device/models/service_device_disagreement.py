from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL


class ServiceDeviceDisagreement(models.Model):
    """Where the stock and the register of devices say different things: a read model.

    Each row names the device or the serial number and can be settled: the stock follows the
    register, or the register follows the stock.
    """

    _name = "service.device.disagreement"
    _description = "Stock and Register Disagree"
    _auto = False
    _order = "kind, device_id, lot_id"
    _rec_name = "lot_id"
    _depends = {
        "service.device": ["active", "company_id", "lot_id", "model_id", "owner", "placement_id"],
        "service.device.placement": ["kind", "owner", "stock_location_id"],
        "stock.quant": ["company_id", "location_id", "lot_id", "product_id", "quantity"],
        "stock.location": ["usage"],
        "stock.lot": ["company_id", "name", "product_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["service_device_model_id"],
        "res.company": ["service_customer_devices_location_id"],
    }

    kind = fields.Selection(
        [
            ("elsewhere", "Stock says it is elsewhere"),
            ("gone", "Ours, but no longer in stock"),
            ("sold", "Not ours, but still in our stock"),
            ("unlinked", "Ours, but without stock serial number"),
            ("unregistered", "In stock, but not registered"),
            ("model", "Stock product of another model"),
        ],
        readonly=True,
    )
    device_id = fields.Many2one("service.device", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Stock Serial Number", readonly=True)
    quant_location_id = fields.Many2one(
        "stock.location", string="Stock Says", readonly=True, help="Where the stock has it."
    )
    placement_id = fields.Many2one("service.device.placement", readonly=True)
    status = fields.Selection(related="placement_id.status", string="Register Says")
    customer_id = fields.Many2one(related="placement_id.customer_id")
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH quant AS (
                SELECT DISTINCT ON (quant.lot_id) quant.lot_id, quant.location_id,
                       quant.product_id, quant.company_id
                  FROM stock_quant quant
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE quant.quantity > 0 AND quant.lot_id IS NOT NULL
                   AND location.usage IN ('internal', 'transit')
                 ORDER BY quant.lot_id, quant.id
            ), compared AS (
                SELECT device.id AS device_id,
                       COALESCE(device.lot_id, quant.lot_id) AS lot_id,
                       quant.location_id AS quant_location_id,
                       placement.id AS placement_id,
                       COALESCE(device.company_id, quant.company_id) AS company_id,
                       %(kind)s AS kind
                  FROM (SELECT * FROM service_device WHERE active) device
                  FULL JOIN quant ON quant.lot_id = device.lot_id
                  LEFT JOIN service_device_placement placement ON placement.id = device.placement_id
                  LEFT JOIN res_company company ON company.id = device.company_id
                  LEFT JOIN stock_lot lot ON lot.id = COALESCE(device.lot_id, quant.lot_id)
                  LEFT JOIN product_product product ON product.id = lot.product_id
                  LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE device.id IS NOT NULL
                    OR (template.service_device_model_id IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM service_device archived
                                         WHERE archived.lot_id = quant.lot_id))
            )
            SELECT COALESCE(device_id * 2, lot_id * 2 + 1) AS id, *
              FROM compared WHERE kind IS NOT NULL
            """,
            kind=self._sql_kind(),
        )

    def _sql_kind(self):
        """What is wrong with one device and its stock; NULL when they agree."""
        return SQL(
            """
            CASE
                WHEN device.id IS NULL THEN 'unregistered'
                WHEN template.service_device_model_id IS DISTINCT FROM device.model_id
                     AND device.lot_id IS NOT NULL THEN 'model'
                WHEN placement.owner != 'own' OR placement.kind = 'scrap' THEN
                    CASE WHEN quant.lot_id IS NOT NULL AND placement.kind != 'stock'
                         AND placement.kind != 'workshop' THEN 'sold' END
                WHEN device.lot_id IS NULL THEN 'unlinked'
                WHEN quant.lot_id IS NULL THEN 'gone'
                WHEN placement.kind != 'courier'
                     AND (placement.kind = 'customer') != (quant.location_id
                         = company.service_customer_devices_location_id)
                     THEN 'elsewhere'
                WHEN placement.kind IN ('stock', 'workshop')
                     AND placement.stock_location_id != quant.location_id
                     THEN 'elsewhere'
            END
            """
        )

    # --- settling ---

    def action_follow_register(self):
        """Bring the stock to where the register says the devices are."""
        self._settle(
            {
                "elsewhere": "_settle_move_stock",
                "gone": "_settle_count_in",
                "sold": "_settle_move_stock",
                "unlinked": "_settle_link_serial",
            }
        )

    def action_follow_stock(self):
        """Bring the register to what the stock says."""
        self._settle(
            {
                "elsewhere": "_settle_place",
                "sold": "_settle_place",
                "unregistered": "_settle_register",
                "unlinked": "_settle_link_serial",
                "model": "_settle_model",
            }
        )

    def _settle(self, ways):
        """Settle each row by the method for its kind; a row without one is said in words."""
        self.env["service.device"].check_access("create")
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for kind, rows in self.grouped("kind").items():
            if kind not in ways:
                raise UserError(
                    self.env._(
                        "“%s” cannot be settled this way: choose the other one, or correct the"
                        " device by hand.",
                        labels[kind],
                    )
                )
            getattr(rows, ways[kind])()
        self.env.invalidate_all()

    def _settle_move_stock(self):
        self.placement_id._move_stock(settle=True)

    def _settle_count_in(self):
        """Count the missing serial numbers in, where the register says they are."""
        # Serial numbers are never counted in blindly: the register knows where this one is, and
        # whoever settles may register devices; the stock follows as with every placement.
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        for row in self:
            placement = row.placement_id.sudo()
            target = placement._get_target_stock_location()
            if target:
                quants |= quants.create(
                    {
                        "product_id": row.lot_id.product_id.id,
                        "lot_id": row.lot_id.id,
                        "location_id": target.id,
                        "inventory_quantity": 1,
                    }
                )
        quants.action_apply_inventory()

    def _settle_place(self):
        """Record that the devices are where the stock has them."""
        self.env["service.device.placement"].create([row._prepare_placement_vals() for row in self])

    def _prepare_placement_vals(self):
        company = self.company_id
        vals = {
            "device_id": self.device_id.id,
            "date_start": fields.Datetime.now(),
            "owner": "own",
            "kind": "stock",
            "stock_location_id": self.quant_location_id.id,
        }
        if self.quant_location_id != company.service_customer_devices_location_id:
            return vals
        customer = self.placement_id.customer_id
        if not customer:
            raise UserError(
                self.env._(
                    "The stock says that %s is at a customer, but not at whose place."
                    " Install it from its own page.",
                    self.device_id.name,
                )
            )
        return vals | {
            "kind": "customer",
            "stock_location_id": False,
            "customer_id": customer.id,
            "location_id": self.placement_id.location_id.id,
        }

    def _settle_register(self):
        """Register the serial numbers as devices that are in stock."""
        self.env["service.device"].create(
            [
                {
                    "serial": row.lot_id.name,
                    "model_id": row.lot_id.product_id.service_device_model_id.id,
                    "lot_id": row.lot_id.id,
                    "company_id": row.company_id.id,
                    "placement_ids": [
                        Command.create(
                            {
                                "date_start": fields.Datetime.now(),
                                "kind": "stock",
                                "stock_location_id": row.quant_location_id.id,
                            }
                        )
                    ],
                }
                for row in self
            ]
        )

    def _settle_link_serial(self):
        """Join the devices to the stock serial numbers with the same number and model."""
        for device in self.device_id:
            lot = device._find_stock_serial()
            if not lot:
                raise UserError(
                    self.env._(
                        "There is no stock serial number %(serial)s of a product of the model"
                        " %(model)s. Receive it, or correct the device.",
                        serial=device.serial,
                        model=device.model_id.display_name,
                    )
                )
            device.lot_id = lot

    def _settle_model(self):
        """Correct the devices' model to that of the product under which the stock has them."""
        for row in self:
            model = row.lot_id.product_id.service_device_model_id
            if not model:
                raise UserError(
                    self.env._(
                        "The product “%s” has no device model. Set it on the product first.",
                        row.lot_id.product_id.display_name,
                    )
                )
            row.device_id.model_id = model
