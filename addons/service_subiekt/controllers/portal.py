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
        # sudo: only to judge by the sale.
        sale = request.env["stock.picking"].sudo().browse(picking_id).exists().sale_id
        token = self._service_judge_token(sale, access_token)
        return super()._stock_picking_check_access(picking_id, token)
