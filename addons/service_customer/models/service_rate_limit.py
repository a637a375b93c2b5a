import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT


class ServiceRateLimit(models.Model):
    """One request of a stranger to a limited route; counted over all server processes.

    Rows live for a short time only: an address says something about a person.
    """

    _name = "service.rate.limit"
    _description = "Counted Request of a Stranger"

    name = fields.Char(required=True, readonly=True, help="What is counted: the limit's name.")
    address = fields.Char(required=True, readonly=True, help="Network address of the requester.")

    _name_address_date = models.Index("(name, address, create_date)")

    @api.model
    def _take(self, name, address, limit, seconds):
        """Count one request, unless as many as allowed came within the time.

        Counted in a transaction of its own: a request that fails or only reads counts too, and
        rows are only added, so that processes neither wait for each other nor collide. Requests
        of the very same instant may pass one another; a limit is no exact number.

        :param str name: what is counted together
        :param str address: who asks
        :param int limit: how many requests are allowed
        :param int seconds: within which time
        :return: whether this one is allowed
        """
        with self.env.registry.cursor() as cr:
            # sudo: strangers have no rights on what is counted about them.
            taken = self.with_env(self.env(cr=cr, su=True))
            since = fields.Datetime.now() - timedelta(seconds=seconds)
            domain = [
                ("name", "=", name),
                ("address", "=", self._network_of(address)),
                ("create_date", ">=", since),
            ]
            if taken.search_count(domain, limit=limit) >= limit:
                return False
            taken.create({"name": name, "address": self._network_of(address)})
            return True

    @api.autovacuum
    def _gc_old(self):
        """Forget who asked; no limit looks back a day, so a day is the least.

        :return: tuple of how many rows are gone, and whether there are more
        """
        # The vacuum's own reading; nobody is shown the parameter.
        parameters = self.env["ir.config_parameter"].sudo()
        days = max(1, int(parameters.get_param("service_customer.keep_address_days", 1)))
        before = fields.Datetime.now() - timedelta(days=days)
        old = self.search([("create_date", "<", before)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT

    @api.model
    def _network_of(self, address):
        """:return: the address, of IPv6 the network: one line of a provider has billions there."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return address or "unknown"
        if found.version == 4:
            return str(found)
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
