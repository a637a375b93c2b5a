from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.tools import SQL


class ServiceCharge(models.Model):
    """The one door through which the program makes charges, each exactly once."""

    _inherit = "service.charge"

    @api.model
    def _take(self, vals_list):
        """Charge each thing exactly once, whatever is run again or at the same time.

        The key of each charge is taken first, by an insert that lets an existing key stand. A key
        already there gives its stored charge back unchanged. A key that another transaction has
        just taken, out of sight of this one, is a serialization failure: Odoo repeats the request,
        and then the charge is found.

        :param vals_list: values of ``service.charge``, each with its ``key``
        :return: the charges, one per item of ``vals_list`` and in its order
        :raise psycopg2.errors.SerializationFailure: when a key is taken but not visible yet
        """
        if not vals_list:
            return self.browse()
        # Superuser: what leads here (the settlement of an order, a billing period) has checked its
        # user; nobody needs the right to create charges by hand for that.
        charges_sudo = self.sudo()
        vals_list = [charges_sudo._prepare_taken_vals(vals) for vals in vals_list]
        charges_sudo._insert_free_keys(vals_list)
        ids = charges_sudo._find_keys({vals["key"] for vals in vals_list})
        return self.browse(ids[vals["key"]] for vals in vals_list)

    def _prepare_taken_vals(self, vals):
        """All column values of one charge: the given ones, defaults, payer's partner, unit."""
        if not vals.get("key"):
            raise ValueError("service.charge._take() needs a key in every dictionary")
        vals = self._add_missing_default_values(vals)
        partners = self.env["res.partner"]
        contract = self.env["service.contract"].browse(vals.get("contract_id") or ())
        if not vals.get("currency_id"):
            company = self.env["res.company"].browse(vals["company_id"])
            vals["currency_id"] = (contract or company).currency_id.id
        if not vals.get("partner_id"):
            vals["partner_id"] = contract._get_invoice_partner(
                partners.browse(vals.get("customer_id")),
                partners.browse(vals.get("location_id") or ()),
            ).id
        if not vals.get("uom_id") and vals.get("product_id"):
            vals["uom_id"] = self.env["product.product"].browse(vals["product_id"]).uom_id.id
        vals.update(create_uid=self.env.uid, write_uid=self.env.uid)
        vals.update(create_date=self.env.cr.now(), write_date=self.env.cr.now())
        return vals

    def _insert_free_keys(self, vals_list):
        """Insert the charges whose key is free, in one statement, and complete them as ``create``.

        Rows go in the order of their keys, so that two transactions never wait for each other.
        """
        computed = {"amount", "state", "move_id"}
        names = {name for vals in vals_list for name in vals} - computed
        names = sorted(n for n in names if self._fields[n].store and self._fields[n].column_type)
        rows = [
            tuple(
                self._fields[name].convert_to_column_insert(vals.get(name), self, vals)
                for name in names
            )
            for vals in sorted(vals_list, key=lambda vals: vals["key"])
        ]
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s ON CONFLICT (key) DO NOTHING RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(rows),
            )
        )
        charges = self.browse(id_ for [id_] in inserted)
        if not charges:
            return
        charges.modified(self._fields, create=True)
        for name in {"partner_id", "uom_id"} & set(names):
            # Said above: a payer that was chosen is not found anew.
            self.env.remove_to_compute(self._fields[name], charges)
        charges._forget_inverses(names)
        charges._validate_fields(names)

    def _forget_inverses(self, names):
        """Lists of charges that other records hold in memory do not know the new rows."""
        for field in (self._fields[name] for name in names):
            for inverse in self.pool.field_inverses[field] if field.type == "many2one" else ():
                self[field.name].invalidate_recordset([inverse.name])

    def _find_keys(self, keys):
        """Ids by key of charges that this transaction sees."""
        rows = self.env.execute_query(
            SQL("SELECT key, id FROM %s WHERE key IN %s", SQL.identifier(self._table), tuple(keys))
        )
        if len(rows) < len(keys):
            # PostgreSQL reports this by itself in Odoo's REPEATABLE READ transactions.
            raise SerializationFailure("a charge is being made by another transaction")
        return dict(rows)
