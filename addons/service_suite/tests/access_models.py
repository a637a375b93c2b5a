import contextlib

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .access_matrix import OPERATIONS, Matrix

OURS = ("service_", "connector_subiekt")
#: Refusals are expected here, and not worth a line in the log each.
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")
MOST = 400


class ModelChecks:
    """Role × model × operation, as the web client and the API call them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix = Matrix()

    def _expect_none(self, findings):
        found = list(findings)
        if found:
            rest = [f"… and {len(found) - MOST} more"] if len(found) > MOST else []
            self.fail("\n".join([f"{len(found)} findings:", *found[:MOST], *rest]))

    # The registry

    def _our_modules(self):
        return {name for name in self.registry._init_modules if name.startswith(OURS)}

    def _models_to_judge(self):
        """Names of models of ours, those ours extend, and those that portal users may call."""
        ours = self._our_modules()
        group = self.env.ref("base.group_portal")
        for name, model in self.registry.items():
            if model._abstract:
                continue
            extended = any(set(field._modules) & ours for field in model._fields.values())
            if model._original_module in ours or extended:
                yield name
        accesses = self.env["ir.model.access"].search(
            [
                ("active", "=", True),
                ("perm_read", "=", True),
                ("group_id", "in", [False, *group.all_implied_ids.ids]),
            ]
        )
        yield from accesses.model_id.mapped("model")

    def test_every_model_has_an_entry(self):
        """A new model, or a core model that is opened to the portal, is judged by a person."""
        known = {*self.matrix.models, *self.matrix.infrastructure}
        known |= {key.split("/")[0] for key in known}
        missing = sorted((set(self._models_to_judge()) | set(self.records)) - known)
        self._expect_none(
            f"{name} is not in the matrix. Check who may do what with it, then add to models: in"
            f" {self._real_line(name)}"
            for name in missing
        )
        self._expect_none(
            f"{name}: the world of the test has no record of it; add one in access_world.py"
            for name in sorted(self.matrix.models)
            if name.startswith(("service.", "subiekt."))
            and not self.registry[name.split("/")[0]]._transient
            and name not in self.records
        )

    def _real_line(self, key):
        """The matrix line of a model as the rules are now, to be checked by whoever adds it."""
        cells = [self._real_cell(key, role) for role in self.matrix.staff]
        return f"matrix.yaml: {key}: [{', '.join(cells)}, {self._real_people(key)}]"

    def _real_cell(self, key, role):
        model = self.env[key.split("/")[0]].with_user(self.staff[role])
        rights = "".join(
            letter for letter, operation in OPERATIONS.items() if model.has_access(operation)
        )
        everything = self.env[model._name].union(*self.records.get(key, {}).values())
        seen = self._search(model, everything.ids) if rights else set()
        if "/" in key and not seen:
            return "."
        own = " own" if rights and seen != set(everything.ids) else ""
        return f"{rights or '.'}{own}"

    def _real_people(self, key):
        real, classes = {}, self.records.get(key, {})
        for role, user in self.people.items():
            model = self.env[key.split("/")[0]].with_user(user)
            seen = {name for name, rows in classes.items() if self._search(model, rows.ids)}
            if seen:
                real[role] = seen
        for name, pattern in self.matrix.patterns.items():
            there = {role: words & classes.keys() for role, words in pattern.items()}
            if real == {role: words for role, words in there.items() if words}:
                return name
        return str({role: " ".join(sorted(words)) for role, words in real.items()})

    # Reading

    def _search(self, model, ids):
        try:
            return set(call_kw(model, "search", [[("id", "in", ids)]], {}))
        except AccessError:
            return set()

    def _ways_to_read(self, model, ids):
        """Each way to learn of records: its name, and the ids or the number it tells."""
        domain = [("id", "in", ids)]
        ways = {
            "search": lambda: set(call_kw(model, "search", [domain], {})),
            "search_count": lambda: call_kw(model, "search_count", [domain], {}),
            "search_read": lambda: {
                row["id"] for row in call_kw(model, "search_read", [domain, ["display_name"]], {})
            },
            "web_search_read": lambda: {
                row["id"]
                for row in call_kw(model, "web_search_read", [domain, {"id": {}}], {})["records"]
            },
            "formatted_read_group": lambda: sum(
                row["__count"]
                for row in call_kw(model, "formatted_read_group", [domain, [], ["__count"]], {})
            ),
            "name_search": lambda: {
                row[0] for row in call_kw(model, "name_search", ["", domain], {"limit": None})
            },
        }
        for name, way in ways.items():
            try:
                yield name, way()
            except AccessError:
                yield name, set() if name != "search_count" else 0

    def _one_by_one(self, model, ids):
        """Ids of the records that open when asked for by their id, for each way to ask."""
        ways = {
            "read": lambda id_: call_kw(model, "read", [[id_], ["display_name"]], {}),
            "web_read": lambda id_: call_kw(model, "web_read", [[id_], {"display_name": {}}], {}),
            "export_data": lambda id_: call_kw(model, "export_data", [[id_], ["display_name"]], {}),
        }
        for name, way in ways.items():
            opened = set()
            for id_ in ids:
                # Some models of core tell the name of a foreign record as empty, not as refused.
                with contextlib.suppress(UserError):
                    opened |= {id_} if way(id_) else set()
            yield name, opened

    def _reading_findings(self, key, role, user, cell):
        classes = self.records.get(key, {})
        model = self.env[key.split("/")[0]].with_user(user)
        ids = sorted(id_ for rows in classes.values() for id_ in rows.ids)
        expected = {id_ for name, rows in classes.items() if cell.sees(name) for id_ in rows.ids}
        names = {id_: name for name, rows in classes.items() for id_ in rows.ids}
        for way, found in (*self._ways_to_read(model, ids), *self._one_by_one(model, ids)):
            if way == "export_data" and not model.env.user.has_group("base.group_allow_export"):
                found = found & expected
                if found:
                    yield f"{role}: {key}: exports without the right to"
            elif isinstance(found, int) or not found:
                if (found or 0) != len(expected):
                    yield f"{role}: {key}: {way} tells of {found or 0}, expected {len(expected)}"
            elif found != expected:
                more = sorted({names[id_] for id_ in found - expected})
                less = sorted({names[id_] for id_ in expected - found})
                yield f"{role}: {key}: {way} shows {more} too many, {less} too few"

    def _cells(self):
        for key in self.matrix.models:
            for role, user in self.people.items():
                yield key, role, user, self.matrix.people_cell(key, role)
            for role in self.matrix.staff:
                yield key, role, self.staff[role], self.matrix.staff_cell(key, role)

    @mute_logger(*QUIET)
    def test_who_reads_what(self):
        """Search, count, group, name search, read and export tell each role the same."""
        self._expect_none(
            finding for cell in self._cells() for finding in self._reading_findings(*cell)
        )

    @mute_logger(*QUIET)
    def test_rules_hold_where_core_opens_nothing_yet(self):
        """Payments, goods and prices: should an addon let the portal read them, the rules of the
        people with roles are there already."""
        names = {key: self.env["ir.model"]._get_id(key) for key in self.matrix.opened}
        self.env["ir.model.access"].create(
            [
                {
                    "name": name,
                    "model_id": model_id,
                    "group_id": self.env.ref("base.group_portal").id,
                    "perm_read": True,
                }
                for name, model_id in names.items()
            ]
        )
        for key, pattern in self.matrix.opened.items():
            for role in self.people.keys() - {"plain"}:
                model = self.env[key].with_user(self.people[role])
                classes = self.records[key]
                seen = {name for name, rows in classes.items() if self._search(model, rows.ids)}
                expected = self.matrix.patterns[pattern].get(role, frozenset()) & classes.keys()
                with self.subTest(role=role, model=key):
                    self.assertEqual(seen, expected)

    # Writing

    def _changing_findings(self, key, role, user, cell):
        model = self.env[key.split("/")[0]].with_user(user)
        if "/" not in key:
            yield from self._right_findings(key, role, model, cell)
        for name, rows in self.records.get(key, {}).items():
            own = cell.sees(name)
            for letter, operation in (("w", "write"), ("d", "unlink")):
                if letter in cell.rights and own:
                    continue
                if self._goes_through(model.browse(rows[:1].ids), operation):
                    yield f"{role}: {key}: {operation} of a record {name} goes through"

    def _right_findings(self, key, role, model, cell):
        # A customer person may be let to a model without any record to read.
        mine = {letter for letter, name in OPERATIONS.items() if model.has_access(name)}
        if role in self.people:
            mine.discard("r")
        expected = cell.rights - {"r"} if role in self.people else cell.rights
        if mine != expected:
            words = ["".join(sorted(rights)) or "nothing" for rights in (mine, expected)]
            yield f"{role}: {key}: may {words[0]}, expected {words[1]}"
        if "c" not in expected and self._goes_through(model, "create"):
            yield f"{role}: {key}: create goes through"

    def _goes_through(self, records, operation):
        """Try a change that should be refused, and undo it."""
        cr = self.env.cr
        with contextlib.suppress(Exception), cr.savepoint():
            if operation == "create":
                call_kw(records, "create", [{}], {})
            elif operation == "unlink":
                call_kw(records, "unlink", [records.ids], {})
            else:
                call_kw(records, "write", [records.ids, self._same_values(records)], {})
            records.env.flush_all()
            return True
        return False

    def _same_values(self, records):
        """A value of the record as it is, so that only the right to write is asked."""
        record = records.sudo()
        for name in ("name", "description", "note", "body", "value", "message", "comment"):
            field = record._fields.get(name)
            if field and field.store and field.type in ("char", "text", "html", "integer"):
                return {name: record[name]}
        return {}

    @mute_logger(*QUIET, "odoo.sql_db")
    def test_who_changes_what(self):
        """What a role may not create, write or delete is refused, record by record."""
        self._expect_none(
            finding for cell in self._cells() for finding in self._changing_findings(*cell)
        )

    # Fields

    @mute_logger(*QUIET)
    def test_fields_shown_to_customer_people(self):
        """A field of ours is shown outside only when somebody has said so; a hidden one is not
        learnt by searching, sorting, grouping or adding up either."""
        ours = self._our_modules()
        person = self.people["decision"]
        findings = []
        for name in sorted({key.split("/")[0] for key in self.matrix.models}):
            model = self.env[name].with_user(person)
            if not model.has_access("read"):
                continue
            shown = set(model.fields_get(attributes=[]))
            allowed = set((self.matrix.fields.get(name) or "").split())
            fields = {
                field.name
                for field in model._fields.values()
                if set(field._modules) & ours and name.split(".")[0] not in ("service", "subiekt")
            }
            findings += [
                f"{name}.{field} is readable by customer people: hide it or add it to fields:"
                for field in sorted(shown & fields - allowed)
            ]
            for field in sorted(set(model._fields) - shown):
                findings += self._hidden_findings(model, field)
        self._expect_none(findings)

    def _hidden_findings(self, model, name):
        field = model._fields[name]
        ways = {
            "order": ("search", [[]], {"order": name}),
            "group": ("formatted_read_group", [[], [name], ["__count"]], {}),
            "read": ("read", [[], [name]], {}),
            "export": ("export_data", [[], [name]], {}),
        }
        if name not in self.matrix.searchable:
            # A value that the search can't tell beforehand.
            value = {"many2one": 1, "one2many": 1, "many2many": 1, "boolean": True}
            value = value.get(field.type, "1" if field.type in ("char", "text", "html") else False)
            if field.required and field.type in ("selection", "reference"):
                value = "own"
            operator = "in" if field.type == "properties" else "="
            ways["search"] = ("search", [[(name, operator, value)]], {})
        if field.aggregator:
            ways["sum"] = ("formatted_read_group", [[], [], [f"{name}:{field.aggregator}"]], {})
        for way, (method, args, kwargs) in ways.items():
            try:
                call_kw(model, method, args, kwargs)
            except (UserError, ValueError, NotImplementedError, KeyError):
                continue
            yield f"{model._name}.{name} is hidden, but {way} uses it"

    @mute_logger(*QUIET)
    def test_crafted_domains_are_refused(self):
        """Operators that skip rules, and paths through what is hidden, do not work over RPC."""
        person = self.people["user"]
        for model, domain in (
            ("service.device", [("customer_id", "any!", [("credit", ">", 0)])]),
            ("service.device", [("contract_id.name", "!=", False)]),
            ("service.device", [("customer_id.credit", ">=", 0)]),
            ("service.order", [("line_ids.price_unit", ">", 0)]),
            ("service.visit", [("technician_id.user_id.login", "ilike", "a")]),
            ("res.partner", [("service_membership_ids.role", "=", "decision")]),
        ):
            with self.subTest(model=model, domain=domain):
                try:
                    call_kw(self.env[model].with_user(person), "search", [domain], {})
                except (AccessError, ValueError):
                    continue
                self.fail("This domain should be refused.")
