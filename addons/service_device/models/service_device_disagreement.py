from odoo import fields, models
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
            ("double", "One serial number in stock twice"),
            ("company", "In the stock of another company"),
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
                       quant.product_id, quant.company_id,
                       SUM(quant.quantity) OVER (PARTITION BY quant.lot_id) AS pieces
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
                  LEFT JOIN stock_location shelf ON shelf.id = placement.stock_location_id
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
                WHEN quant.pieces > 1 THEN 'double'
                WHEN quant.company_id != device.company_id THEN 'company'
                WHEN placement.owner != 'own' OR placement.kind = 'scrap' THEN
                    CASE WHEN quant.lot_id IS NOT NULL
                         AND (placement.kind NOT IN ('stock', 'workshop') OR quant.location_id
                             = company.service_customer_devices_location_id) THEN 'sold' END
                WHEN device.lot_id IS NULL THEN 'unlinked'
                WHEN quant.lot_id IS NULL THEN
                    CASE WHEN shelf.usage IS DISTINCT FROM 'supplier' THEN 'gone' END
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
