from odoo.http import request

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class ServiceSaleStock(SaleStockPortal):
    """Delivery slips: for a customer person, the token of the sale is not enough."""

    def _stock_picking_check_access(self, picking_id, access_token=None):
        # EXTENDS 'sale_stock'
        if request.env.user._is_service_person():
            access_token = None
        return super()._stock_picking_check_access(picking_id, access_token=access_token)
