import re
from collections import defaultdict

from odoo import models
from odoo.fields import Command, Domain

from ..tools.load_entry import Column, Entry, fold

SEPARATORS = re.compile(r"[,;\n]")


class ServiceLoadPerson(models.AbstractModel):
    """People of the first load, with their roles at a customer; one row per person and customer.

    A row is the person with its e-mail address, whose name must be the same; without one, the
    customer's only person of that name. Roles are added or changed, never taken away, and nobody is
    invited to the customer panel.
    """

    _name = "service.load.person"
    _description = "People in the First Load"
    _inherit = ["service.load.kind"]

    def _get_label(self):
        return self.env._("People")

    def _get_columns(self):
        text = self._parse_text
        return [
            Column(
                "customer",
                self.env._("Customer"),
                "ODRA-LOG",
                self.env._("Symbol, tax number or name of the customer."),
                required=True,
            ),
            Column(
                "name", self.env._("First and last name"), "Anna Nowak", required=True, parse=text
            ),
            Column(
                "email", self.env._("E-mail"), "anna.nowak@odra.example", parse=self._parse_email
            ),
            Column("phone", self.env._("Phone"), "600 555 411", parse=text),
            Column("function", self.env._("Job position"), "Specjalista", parse=text),
            self._get_roles_column(),
            Column(
                "locations",
                self.env._("Only at locations"),
                comment=self.env._(
                    "Empty: the whole customer. Else symbols or paths of locations, with semicolons"
                    " between, like “Branch / Building A; Warehouse”."
                ),
            ),
            Column("date_from", self.env._("Since"), parse=self._parse_date),
            Column("date_to", self.env._("Until"), parse=self._parse_date),
        ]

    def _get_roles_column(self):
        roles = self._get_choices("service.membership", "role")
        return Column(
            "roles",
            self.env._("Roles"),
            roles["user"],
            self.env._("One or several with commas between: %s", ", ".join(roles.values())),
            parse=lambda words, _texts: [
                self._parse_choice(word.strip(), roles)
                for word in SEPARATORS.split(words)
                if word.strip()
            ],
            choices=roles,
        )

    # ------------------------------------------------------------ finding

    def _link(self, entries, file):
        self.env["service.load.customer"]._link_customers(entries, file)
        find = self.env["service.load.location"]._find_locations(entries, file)
        for entry in entries:
            names = [name for name in re.split(r"[;\n]", entry.texts.get("locations", "")) if name]
            customer = entry.links.get("customer")
            entry.links["locations"] = found = [find(customer, name) for name in names]
            if customer and not all(found):
                name = names[found.index(None)].strip()
                entry.refuse("locations", self.env._("The customer has no location “%s”.", name))
            if any(isinstance(place, Entry) and place.errors for place in found):
                entry.refuse("locations", self.env._("A row of the locations has errors."))

    def _match(self, entries, file):
        by_email, by_name = self._search_people(entries)
        first = {}
        for entry in file.get(self._name) or ():
            first.setdefault(_email(entry), entry)
        for entry in entries:
            twin = first.get(_email(entry)) if _email(entry) else None
            if twin not in (None, entry):
                # One person at two customers: the second row finds whom the first has created.
                entry.depth = 1
                if fold(twin.texts.get("name")) != fold(entry.texts.get("name")):
                    self._refuse_email(entry, twin.texts.get("name"))
            if not entry.errors and not entry.record:
                email = entry.vals.get("email")
                entry.record = self._choose(entry, by_email.get(email, []), by_name)

    def _search_people(self, entries):
        customers = [entry.links.get("customer") for entry in entries]
        ids = {
            customer.id for customer in customers if customer and not isinstance(customer, Entry)
        }
        emails = {email for entry in entries if (email := entry.vals.get("email"))}
        by_email, by_name = defaultdict(list), defaultdict(list)
        people = self.env["res.partner"].search_fetch(
            (Domain("is_company", "=", False) & Domain("type", "!=", "location"))
            & (
                Domain("email_normalized", "in", list(emails))
                | Domain("commercial_partner_id", "in", list(ids))
            ),
            ["email_normalized", "name", "commercial_partner_id"],
            order="id",
        )
        for person in people:
            by_email[person.email_normalized].append(person)
            by_name[person.commercial_partner_id, fold(person.name)].append(person)
        return by_email, by_name

    def _choose(self, entry, same_email, by_name):
        """The person a row stands for, or None; refuses the row where that is not sure."""
        name = fold(entry.texts["name"])
        if same_email:
            found = [person for person in same_email if fold(person.name) == name]
            if not found:
                self._refuse_email(entry, same_email[0].name)
        else:
            found = by_name.get((entry.links["customer"], name), [])
        if len(found) > 1:
            entry.refuse("name", self.env._("Several people have this name and e-mail address."))
        return found[0] if found else None

    def _refuse_email(self, entry, name):
        sentence = self.env._("This e-mail address belongs to %s. Correct it or the name.", name)
        entry.refuse("email", sentence)

    def _get_identity(self, entry):
        customer, name = entry.links.get("customer"), fold(entry.texts.get("name"))
        who = entry.record or (_email(entry), name)
        return customer and (customer, who)

    # ------------------------------------------------------------ values

    def _prepare_vals(self, entry):
        own = ("name", "email", "phone", "function")
        return {name: value for name, value in entry.vals.items() if name in own}

    def _prepare_create_vals(self, entry):
        customer = entry.links["customer"]
        address = customer._convert_fields_to_values(customer._address_fields())
        own = self._prepare_vals(entry)
        # Core would write the language afterwards, one by one.
        common = {"lang": customer.lang, "vat": customer.vat, "parent_id": customer.id}
        return {**address, **common, **own}

    def _differs(self, record, name, value):
        if name == "email":
            return record.email_normalized != value
        return super()._differs(record, name, value)

    # ------------------------------------------------------------ roles

    def _compare(self, entries):
        super()._compare(entries)
        existing = self._search_memberships(entries)
        for entry in entries:
            if not all(
                self._is_kept(existing, entry, role) for role in entry.vals.get("roles", ())
            ):
                entry.changed["roles"] = entry.vals["roles"]

    def _is_kept(self, existing, entry, role):
        membership = existing.get((entry.record, entry.links.get("customer"), role))
        return membership and not self._prepare_role_changes(membership, entry)

    def _write(self, entries):
        new = [entry for entry in entries if not entry.record]
        counts = super()._write(entries)
        self._share_commercial_values(new)
        existing = self._search_memberships(entries)
        vals_list = []
        for entry in entries:
            customer = entry.links["customer"]
            for role in dict.fromkeys(entry.vals.get("roles", ())):
                key = (entry.record, customer, role)
                if membership := existing.get(key):
                    if vals := self._prepare_role_changes(membership, entry):
                        membership.write(vals)
                else:
                    ids = {"contact_id": entry.record.id, "customer_id": customer.id, "role": role}
                    vals_list.append(ids | self._prepare_role_vals(entry))
        self.env["service.membership"].create(vals_list)
        return counts

    def _share_commercial_values(self, entries):
        """Give new people what core shares in a company, many at once: it would go one by one."""
        groups = defaultdict(self.env["res.partner"].browse)
        for entry in entries:
            # As in core: whoever makes a person need not see the customer's credit limit.
            customer = entry.links["customer"].sudo()
            names = [name for name in customer._commercial_fields() if customer[name]]
            names = tuple(name for name in names if entry.record.sudo()[name] != customer[name])
            vals = customer._convert_fields_to_values(names)
            groups[tuple(sorted(vals.items()))] |= entry.record
        for items, people in groups.items():
            if items:
                # As above: the values are the customer's.
                people.sudo().write(dict(items))

    def _search_memberships(self, entries):
        """``{(person, customer, role): service.membership}`` of the people of these rows."""
        ids = [entry.record.id for entry in entries if entry.record]
        memberships = self.env["service.membership"].search([("contact_id", "in", ids)])
        return {(row.contact_id, row.customer_id, row.role): row for row in memberships}

    def _prepare_role_vals(self, entry):
        """Values that the row states of each of its roles."""
        vals = {name: entry.vals[name] for name in ("date_from", "date_to") if name in entry.vals}
        if places := entry.links.get("locations"):
            ids = [place.id for place in places if not isinstance(place, Entry)]
            vals |= {"scope": "locations", "location_ids": [Command.set(ids)]}
        return vals

    def _prepare_role_changes(self, membership, entry):
        """Those of the values that the membership has not yet."""
        vals = self._prepare_role_vals(entry)
        if set(vals.get("location_ids", [Command.set([])])[0][2]) == set(
            membership.location_ids.ids
        ):
            vals.pop("location_ids", None)
        return {
            name: value
            for name, value in vals.items()
            if name == "location_ids" or membership[name] != value
        }


def _email(entry):
    return entry.texts.get("email", "").lower()
