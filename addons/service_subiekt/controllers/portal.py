from odoo.http import request

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class ServiceSaleStock(SaleStockPortal):
    """Delivery slips open as the page of their sale does."""

    def _stock_picking_check_access(self, picking_id, access_token=None):
        # EXTENDS 'sale_stock'
        # sudo: only to judge by the sale.
        picking = request.env["stock.picking"].sudo().browse(picking_id).exists()
        person = request.env.user._is_service_person()
        link = request.env["service.link"]._find(access_token)
        if not person and link._opens(picking.sale_id):
            return picking
        if link or person or self._is_token_shut(picking.sale_id):
            access_token = None
        return super()._stock_picking_check_access(picking_id, access_token=access_token)
