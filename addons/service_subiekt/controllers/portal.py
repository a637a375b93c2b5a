from odoo.http import request

from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class ServiceSaleStock(SaleStockPortal):
    """Offers and deliveries: of a customer person the roles are asked, at each of the customers."""

    def _prepare_quotations_domain(self, partner):
        # EXTENDS 'sale'
        return self._service_everywhere(super()._prepare_quotations_domain(partner))

    def _prepare_orders_domain(self, partner):
        # EXTENDS 'sale'
        return self._service_everywhere(super()._prepare_orders_domain(partner))

    def _stock_picking_check_access(self, picking_id, access_token=None):
        # EXTENDS 'sale_stock'
        user = request.env.user
        # sudo: only to judge the link of the sale.
        picking = request.env["stock.picking"].sudo().browse(picking_id).exists()
        link = request.env["service.link"]._find(access_token)
        if link and not user._is_service_person() and link._opens(picking.sale_id):
            return picking
        shut = user._is_public() and picking.sale_id._service_has_roles()
        token = None if link or shut or user._is_service_person() else access_token
        return super()._stock_picking_check_access(picking_id, access_token=token)
