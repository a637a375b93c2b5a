"""The rules of ``test_repo.py`` can fail: each is shown a small addon that breaks it."""

import textwrap

import pytest

from house import idioms, references, shape, table, tidiness, translations
from house.sources import House, find_core

MANIFEST = {
    "name": "Sample",
    "summary": "A sample",
    "version": "19.0.1.0.0",
    "author": "Service Suite",
    "category": "Services",
    "license": "LGPL-3",
    "depends": ["service_base"],
}
MODEL = '''
from odoo import fields, models


class Thing(models.Model):
    """A thing."""

    _name = "service.thing"
    _description = "Thing"

'''
PO = 'msgid ""\nmsgstr "Language: pl\\n"\n\n'


@pytest.fixture
def make(tmp_path):
    """Return a function that writes an addon and gives (addon, house).

    Beside the samples stand ``base`` (which every addon has) and ``service_base``, the one addon
    that the samples depend on, and ``stranger``, on which nobody depends.
    """
    _write(tmp_path, "base", {"depends": []}, {})
    neighbours = {
        "service_base": ["base"],
        "stranger": ["base"],
    }
    for name, depends in neighbours.items():
        files = {
            "models/thing.py": MODEL.replace("service.thing", f"{name}.record"),
            "data/data.xml": '<odoo><record id="one" model="x"/></odoo>',
        }
        _write(tmp_path, name, {"depends": depends, "data": ["data/data.xml"]}, files)

    def write(files=None, manifest=None, name="sample"):
        _write(tmp_path, name, {**MANIFEST, **(manifest or {})}, files or {})
        house = House(tmp_path)
        return house.own[name], house

    return write


def _write(folder, name, manifest, files):
    files = {"__manifest__.py": repr(manifest), **files}
    for path, text in files.items():
        target = folder / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")


def _xml(body, path="views/views.xml"):
    return {"files": {path: f"<odoo>{body}</odoo>"}, "manifest": {"data": [path]}}


def _python(body):
    return {"files": {"models/thing.py": MODEL + textwrap.indent(textwrap.dedent(body), "    ")}}


def _view(arch):
    return _xml(f'<record id="v" model="ir.ui.view"><field name="arch">{arch}</field></record>')


def _po(**terms):
    entries = "".join(f'msgid "{term}"\nmsgstr "{text}"\n\n' for term, text in terms.items())
    return {"files": {"i18n/pl.po": PO + entries}}


BROKEN = [
    # (rule, the sample, words of the finding)
    (references.check_references, _python('_inherit = "stranger.record"'), "stranger.record"),
    (references.check_references, _python('_inherits = {"stranger.record": "x"}'), "stranger.rec"),
    (references.check_references, _python('x = fields.Many2one("stranger.record")'), "stranger."),
    (
        references.check_references,
        _python('x = fields.Many2many(comodel_name="stranger.record")'),
        "stranger.record",
    ),
    (
        references.check_references,
        _python('x: "Stranger" = fields.One2many("stranger.record", "y")'),
        "stranger.record",
    ),
    (references.check_references, _python('x = fields.Char(groups="stranger.one")'), "stranger."),
    (
        references.check_references,
        _python('def f(self):\n    return self.env["stranger.record"]'),
        "stranger.record",
    ),
    (
        references.check_references,
        _python('def f(self):\n    return self.env.ref("stranger.one")'),
        "stranger.one",
    ),
    (
        references.check_references,
        _python('def f(self):\n    return self.env.user.has_group("service_base.none")'),
        "service_base.none does not exist",
    ),
    (
        references.check_references,
        _python('def f(self):\n    return {"res_model": "stranger.record"}'),
        "stranger.record",
    ),
    (references.check_references, _xml('<record id="a" model="stranger.record"/>'), "stranger.re"),
    (references.check_references, _xml('<record id="stranger.one" model="x"/>'), "stranger.one"),
    (references.check_references, _xml('<menuitem id="m" parent="stranger.one"/>'), "stranger.one"),
    (references.check_references, _xml('<menuitem id="m" action="nothing"/>'), "sample.nothing"),
    (references.check_references, _xml('<template id="t" inherit_id="stranger.one"/>'), "stranger"),
    (
        references.check_references,
        _view('<form><field name="x" groups="!stranger.one"/></form>'),
        "stranger.one",
    ),
    (
        references.check_references,
        _view('<form><button name="%(stranger.one)d"/></form>'),
        "stranger.one",
    ),
    (
        references.check_references,
        _xml('<record id="a" model="service_base.record"><field name="x" ref="gone"/></record>'),
        "sample.gone does not exist",
    ),
    (
        references.check_references,
        _xml(
            '<record id="a" model="service_base.record">'
            '<field name="x" eval="[(4, ref(\'stranger.one\'))]"/></record>'
        ),
        "stranger.one",
    ),
    (
        references.check_references,
        _xml('<template id="t"><t t-call="stranger.one"/></template>'),
        "stranger.one",
    ),
    (
        references.check_references,
        _xml(
            '<record id="v" model="service_base.record"/><record id="w" model="ir.ui.view">'
            '<field name="model">stranger.record</field></record>'
        ),
        "stranger.record",
    ),
    (
        references.check_references,
        {
            "files": {
                "security/ir.model.access.csv": (
                    "id,model_id:id,group_id:id\na,model_service_none,stranger.one\n"
                )
            },
            "manifest": {"data": ["security/ir.model.access.csv"]},
        },
        "model_service_none does not exist",
    ),
    (
        references.check_references,
        {"files": {"static/src/a.js": 'import { x } from "@stranger/x";'}},
        "stranger",
    ),
    (
        references.check_references,
        {"manifest": {"assets": {"web.assets": ["stranger/static/src/**"]}}},
        "stranger",
    ),
    (references.check_access, _python("x = fields.Char()"), "service.thing has no row"),
    (references.check_access, _python("_auto = False"), "service.thing has no row"),
    (idioms.check_python_idioms, _python("_sql_constraints = []"), "_sql_constraints"),
    (idioms.check_python_idioms, _python("def name_get(self):\n    pass"), "name_get"),
    (idioms.check_python_idioms, _python("def f(self):\n    self.read_group([])"), "read_group"),
    (idioms.check_python_idioms, _python("def f(self):\n    return self._cr"), "_cr"),
    (idioms.check_python_idioms, _python("def f(self):\n    return self._uid"), "_uid"),
    (idioms.check_python_idioms, _python("def f(self):\n    self.toggle_active()"), "toggle"),
    (idioms.check_python_idioms, _python('x = fields.Char(states={"a": []})'), "states="),
    (idioms.check_python_idioms, _python('x = fields.Many2one("a", auto_join=1)'), "auto_join"),
    (idioms.check_python_idioms, _python('x = fields.Float(group_operator="a")'), "group_operator"),
    (
        idioms.check_python_idioms,
        _python("def f(self):\n    self._check_recursion()"),
        "_has_cycle",
    ),
    (idioms.check_python_idioms, _python('def f(self):\n    return {"groups_id": 1}'), "groups_id"),
    (
        idioms.check_python_idioms,
        _python('@http.route("/", type="json")\ndef f(self):\n    ...'),
        "json",
    ),
    (idioms.check_python_idioms, _python("@api.multi\ndef f(self):\n    ..."), "api.multi"),
    (
        idioms.check_python_idioms,
        _python("@api.model\ndef create(self, v):\n    ..."),
        "takes a list",
    ),
    (
        idioms.check_python_idioms,
        {"files": {"a.py": "from odoo.osv import expression"}},
        "odoo.osv",
    ),
    (idioms.check_python_idioms, {"files": {"a.py": "from odoo import _, api"}}, "self.env._"),
    (idioms.check_reasons, _python("def f(self):\n    return self.sudo()"), "sudo()"),
    (idioms.check_reasons, _python("def f(self):\n    # quick\n    return self.sudo()"), "sudo()"),
    (idioms.check_reasons, _python("def f(self):\n    return round(self.amount, 2)"), "round()"),
    (idioms.check_reasons, _python("def f(self):\n    self.env.cr.commit()"), "commit()"),
    (idioms.check_xml_idioms, _view("<tree/>"), "<list>"),
    (idioms.check_xml_idioms, _view('<form><field name="x" attrs="{}"/></form>'), "attrs"),
    (idioms.check_xml_idioms, _view('<form><button states="draft"/></form>'), "states"),
    (idioms.check_xml_idioms, _view('<form><div class="a oe_chatter"/></form>'), "<chatter/>"),
    (idioms.check_xml_idioms, _view('<search><group expand="0"/></search>'), "search view"),
    (idioms.check_xml_idioms, _view('<kanban><t t-name="kanban-box"/></kanban>'), "card"),
    (idioms.check_xml_idioms, _xml('<template id="t"><t t-esc="a"/></template>'), "t-out"),
    (
        idioms.check_xml_idioms,
        _xml('<record id="a" model="res.users"><field name="groups_id"/></record>'),
        "group_ids",
    ),
    (
        idioms.check_xml_idioms,
        _xml('<record id="a" model="ir.cron"><field name="numbercall">1</field></record>'),
        "numbercall",
    ),
    (
        idioms.check_xml_idioms,
        _xml('<record id="a" model="x"><field name="view_mode">tree,form</field></record>'),
        "tree is list",
    ),
    (
        idioms.check_javascript_idioms,
        {"files": {"static/src/a.js": "/** @odoo-module **/"}},
        "drop the header",
    ),
    (
        idioms.check_javascript_idioms,
        {"files": {"static/src/a.js": "publicWidget.registry.x = 1;"}},
        "Interaction",
    ),
    (shape.check_files, {}, "README.md is missing"),
    (shape.check_files, {}, "i18n/pl.po is missing"),
    (shape.check_files, {}, "icon.png is missing"),
    (shape.check_files, _python("x = fields.Char()"), "ir.model.access.csv is missing"),
    (
        shape.check_files,
        {"files": {"tests/__init__.py": "", "tests/test_a.py": ""}},
        "test_a.py is not imported",
    ),
    (shape.check_manifest, {"manifest": {"version": "18.0.1.0.0"}}, "expected 19.0"),
    (shape.check_manifest, {"manifest": {"license": "AGPL-3"}}, "expected LGPL-3"),
    (shape.check_manifest, {"manifest": {"installable": True}}, "installable = True"),
    (shape.check_manifest, {"manifest": {"summary": ""}}, "no summary"),
    (shape.check_manifest, {"manifest": {"data": ["a.xml"]}}, "does not exist"),
    (shape.check_manifest, {"files": {"views/a.xml": "<odoo/>"}}, "no manifest entry"),
    (shape.check_sizes, _python("def f(self):\n" + "    x = 1\n" * 41), "f has 42 lines"),
    (shape.check_sizes, {"files": {"a.py": "x = 1\n" * 401}}, "401 lines"),
    (shape.check_docstrings, _python("def f(self):\n    return 1"), "public method f"),
    (
        shape.check_docstrings,
        {"files": {"a.py": 'class A(models.Model):\n    _name = "a.b"\n'}},
        "a.b has no docstring",
    ),
    (
        shape.check_docstrings,
        {"files": {"a.py": 'class A(models.Model):\n    """A."""\n\n    _name = "a.b"\n'}},
        "a.b has no _description",
    ),
    (translations.check_translations, {}, "pl.po is missing"),
    (translations.check_translations, _po(Device=""), "'Device' has no translation"),
    (
        translations.check_translations,
        {"files": {"i18n/pl.po": PO + '#, fuzzy\nmsgid "Device"\nmsgstr "Urządzenie"\n'}},
        "fuzzy",
    ),
    (
        translations.check_translations,
        {"files": {"i18n/pl.po": PO + '#~ msgid "Device"\n#~ msgstr "Urządzenie"\n'}},
        "obsolete",
    ),
    (
        translations.check_translations,
        {"files": {"i18n/pl.po": PO + 'msgid "Model %(name)s"\nmsgstr "Model %(nazwa)s"\n'}},
        "placeholders",
    ),
    (
        translations.check_translations,
        {"files": {"i18n/pl.po": PO + '#: views/a.xml\nmsgid "Device"\nmsgstr "Urządzenie"\n'}},
        "stands at views/a.xml",
    ),
    (tidiness.check_generated, {"files": {"a.log": ""}}, "generated"),
    (tidiness.check_mentions, {"files": {"a.md": "see /" + "root/x"}}, "mentions"),
    (tidiness.check_mentions, {"files": {"a.md": "https://" + "pypi" + ".org"}}, "mentions"),
    (tidiness.check_needed, {}, "LICENSE is missing"),
]

UNTRANSLATED = [
    _python('x = fields.Char("Unheard")'),
    _python('x = fields.Many2one("a", string="Unheard")'),
    _python('x = fields.Selection([("a", "Unheard")], string="Thing")'),
    _python('x = fields.Char(string="Thing", help="Unheard")'),
    _python("unheard_id = fields.Char()"),
    _python('_c = models.Constraint("CHECK(a)", "Unheard")'),
    _python('def _f(self):\n    return self.env._("Unheard")'),
    _xml('<menuitem id="m" name="Unheard"/>'),
    _xml('<record id="a" model="res.groups"><field name="name">Unheard</field></record>'),
    _xml('<template id="t"><p>Unheard</p></template>'),
    _view('<form><field name="x" string="Unheard"/></form>'),
    _view("<form><b>Thing</b> Unheard</form>"),
    {"files": {"static/src/a.xml": '<templates><p title="Unheard"/></templates>'}},
    {"files": {"static/src/a.js": 'this.title = _t("Unheard");'}},
]


@pytest.mark.parametrize(("rule", "sample", "words"), BROKEN)
def test_rule_can_fail(make, rule, sample, words):
    """A sample that breaks a rule is found, with the words that help."""
    addon, house = make(**sample)
    is_of_repository = rule.__module__ == tidiness.__name__
    findings = list(rule(addon.path) if is_of_repository else rule(addon, house))
    assert any(words in finding for finding in findings), findings


@pytest.mark.parametrize("sample", UNTRANSLATED)
def test_stale_translation_is_found(make, sample):
    """A text that the translation does not know is found; the others are not complained of."""
    files = {**_po(Thing="Rzecz")["files"], **sample["files"]}
    addon, house = make(files, sample.get("manifest"))
    findings = list(translations.check_terms(addon, house))
    assert len(findings) == 1 and "Unheard" in findings[0], findings


def test_clean_sample_passes(make):
    """A sample without a fault passes all rules."""
    addon, house = make(
        {
            "__init__.py": "from . import models\n",
            "README.md": "# Sample\n",
            "models/__init__.py": "from . import thing\n",
            "models/thing.py": MODEL
            + '    x_id = fields.Many2one("service_base.record", groups="service_base.one")\n\n'
            + '    def action_x(self):\n        """Do x."""\n'
            + "        # Technicians may not read it themselves.\n"
            + '        return self.sudo().env.ref("service_base.one")\n\n'
            + "    def unlink(self):\n        return super().unlink()\n",
            "views/views.xml": '<odoo><record id="a" model="service.thing">'
            '<field name="x_id" ref="service_base.one"/></record></odoo>',
            "security/ir.model.access.csv": (
                "id,model_id:id,group_id:id\na,model_service_thing,service_base.one\n"
            ),
            "i18n/pl.po": _po(Thing="Rzecz", X="X")["files"]["i18n/pl.po"],
            "static/description/icon.png": "",
            "tests/__init__.py": "from . import test_a\n",
            "tests/test_a.py": "",
        },
        {"data": ["security/ir.model.access.csv", "views/views.xml"]},
    )
    rules = {rule for rule, _sample, _words in BROKEN if rule.__module__ != tidiness.__name__}
    findings = [text for rule in rules | {translations.check_terms} for text in rule(addon, house)]
    assert findings == []


TABLE = [
    ("service_device", ["service_customer"], {}, "needs stock of Odoo"),
    ("service_device", ["stock"], {}, "knows service_customer by the table"),
    ("service_meter", ["service_device", "service_customer"], {}, "its manifest says service_c"),
    ("service_meter", ["service_device", "mail"], {}, "needs nothing of Odoo"),
    ("service_portal", ["service_order", "portal", "service_planner"], {}, "is a leaf"),
    ("service_planner", [], {}, "a leaf grows on the spine"),
    ("connector_subiekt", ["account", "stock", "sale", "purchase", "service_order"], {}, "beside"),
    ("service_subiekt", ["service_billing", "connector_subiekt"], {}, "only glue (auto_install)"),
    ("service_subiekt", ["service_order", "connector_subiekt"], {"auto_install": True}, "joins"),
    ("service_odd", ["service_order"], {"auto_install": True}, "joins two addons"),
    ("service_suite", ["service_order"], {}, "does not bring"),
    ("service_meter", ["service_device", "service_device"], {}, "twice"),
]


@pytest.mark.parametrize(("name", "depends", "more", "words"), TABLE)
def test_table_can_fail(make, name, depends, more, words):
    """A manifest that crosses the cut is found."""
    addon, house = make(manifest={"depends": depends, **more}, name=name)
    findings = list(table.check_depends(addon, house))
    assert any(words in finding for finding in findings), findings


def test_glue_stays_small(make):
    """Glue of more than 150 lines of code is found; comments and docstrings do not count."""
    manifest = {"depends": ["service_billing", "connector_subiekt"], "auto_install": True}
    small = {"a.py": '"""Text\nof many\nlines."""\n' + "# word\n" * 100 + "x = 1\n" * 150}
    addon, house = make(small, manifest, "service_subiekt")
    assert not list(table.check_depends(addon, house))
    addon, house = make({"b.py": "\n\nx = 1\n"}, manifest, "service_subiekt")
    assert "this has 151" in "".join(table.check_depends(addon, house))


def test_prefix_of_a_sequence_is_no_reference(make):
    """%(year)s in the text of a record names nothing."""
    body = '<record id="a" model="service_base.record"><field name="x">U/%(year)s/</field></record>'
    assert not list(references.check_references(*make(**_xml(body))))


def test_optional_model_is_allowed(make):
    """Who asks whether a model is there may use it."""
    addon, house = make(
        **_python(
            """
            def f(self):
                if "stranger.record" in self.env:
                    return self.env["stranger.record"]
            """
        )
    )
    assert not list(references.check_references(addon, house))


@pytest.mark.skipif(not find_core(), reason="Odoo's source is not here")
def test_core_is_read():
    """The index of core is not empty: ids, models and closures are found where they are known."""
    house = House("addons", find_core())
    assert {"base", "web", "mail", "product"} <= house.closure("stock")
    assert "stock.group_stock_user" in references.external_ids(house.get("stock"))
    assert "base.main_company" in references.external_ids(house.get("base"))
    assert "stock.picking_type_in" in references.external_ids(house.get("stock"))
    assert {"res.partner", "mail.thread", "stock.move"} <= references.declared(house, "stock")
