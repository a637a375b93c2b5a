from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.service_customer.tools.load_entry import fold

from ..tools.similar import find_similar


class ServiceLoadModel(models.Model):
    """A device model that a file names and nobody knows: created or recognised by a person.

    What was decided counts for later files, too: the same words then mean the same model.
    """

    _name = "service.load.model"
    _description = "Device Model Proposed by a Load"
    _order = "load_id desc, text, id"
    _rec_name = "text"

    load_id = fields.Many2one("service.load", required=True, index=True, ondelete="cascade")
    key = fields.Char(required=True, index=True, readonly=True)
    text = fields.Char(string="In the File", required=True, readonly=True)
    row_count = fields.Integer(string="Rows", readonly=True)
    manufacturer = fields.Char()
    name = fields.Char(string="Model")
    category_id = fields.Many2one(
        "service.device.category", index="btree_not_null", ondelete="set null"
    )
    similar_ids = fields.Many2many(
        "service.device.model",
        "service_load_model_similar_rel",
        "proposal_id",
        "model_id",
        string="Similar Models",
        readonly=True,
    )
    model_id = fields.Many2one(
        "service.device.model",
        string="Is the Model",
        index="btree_not_null",
        ondelete="set null",
        help="The model that the words of the file mean.",
    )

    def action_create_model(self):
        """Create the proposed models, as they are shown; what exists by now is taken."""
        for proposal in self:
            proposal._check_complete()
        known = self._find_known([(line.manufacturer, line.name) for line in self])
        for proposal in self:
            key = fold(f"{proposal.manufacturer} {proposal.name}")
            if key not in known:
                vals = proposal._prepare_model_vals()
                known[key] = self.env["service.device.model"].create(vals)
            proposal.model_id = known[key]
        for load in self.load_id:
            load._recheck()
        return True

    def action_use_similar(self):
        """The words mean the existing model that is most like them."""
        for proposal in self:
            proposal.model_id = proposal.similar_ids[:1]
        for load in self.load_id:
            load._recheck()
        return True

    def _check_complete(self):
        if not (self.manufacturer and self.name and self.category_id):
            raise UserError(
                self.env._(
                    "“%s” is not complete: fill in the manufacturer, the model and the category, or"
                    " choose the existing model it is.",
                    self.text,
                )
            )

    def _prepare_model_vals(self):
        """Values of the new model; its manufacturer is created with it when it is new."""
        Manufacturer = self.env["service.device.manufacturer"]
        maker = Manufacturer.search([("name", "=ilike", self.manufacturer.strip())], limit=1)
        maker = maker or Manufacturer.create({"name": self.manufacturer.strip()})
        return {
            "name": self.name.strip(),
            "manufacturer_id": maker.id,
            "category_id": self.category_id.id,
        }

    # ------------------------------------------------------------ what files call models

    @api.model
    def _find_known(self, words):
        """``{words of a file: model}`` of what is known; several models are given as one record
        set.

        :param words: list of (manufacturer or empty, model)
        """
        Model = self.env["service.device.model"].with_context(active_test=False)
        known = {}
        for model in Model.search_fetch([], ["name", "manufacturer_id"]):
            names = {fold(model.name), fold(f"{model.manufacturer_id.name} {model.name}")}
            for name in names:
                known[name] = known.get(name, Model) | model
        keys = {self._get_key(*pair) for pair in words}
        decided = self.search([("key", "in", list(keys)), ("model_id", "!=", False)], order="id")
        aliases = {line.key: line.model_id for line in decided}
        return {
            key: aliases.get(key) or known[key] for key in keys if key in known.keys() | aliases
        }

    @api.model
    def _get_key(self, manufacturer, model):
        """What stands in a file for a model, as it is compared."""
        maker, name = fold(manufacturer), fold(model)
        return name if not maker or name.startswith(f"{maker} ") else f"{maker} {name}"

    @api.model
    def _propose(self, load, entries):
        """Propose the models that rows of a file name and nobody knows.

        :param entries: entries of devices with ``links["unknown_model"]``
        """
        by_key = {}
        for entry in entries:
            by_key.setdefault(entry.links["unknown_model"], []).append(entry)
        # Proposals say what stands in the file: nobody makes them by hand.
        proposals = self.sudo()
        former = proposals.search([("load_id", "=", load.id)])
        former.filtered(lambda line: not line.model_id and line.key not in by_key).unlink()
        open_lines = {line.key: line for line in former.exists() if not line.model_id}
        for key, line in open_lines.items():
            line.row_count = len(by_key[key])
        catalogue = self._read_catalogue()
        return proposals.create(
            [
                self._prepare_proposal(load, key, rows, catalogue)
                for key, rows in by_key.items()
                if key not in open_lines
            ]
        )

    def _read_catalogue(self):
        """What proposals are made from: (models, manufacturers by compared name, categories)."""
        # All of them: what is proposed is compared with each.
        found = self.env["service.device.model"].search(Domain.TRUE)
        makers = self.env["service.device.manufacturer"].search(Domain.TRUE)
        categories = {}
        for category in self.env["service.device.category"].search(Domain.TRUE):
            for name in {fold(category.name), fold(category.complete_name)}:
                categories.setdefault(name, []).append(category)
        return found, {fold(maker.name): maker for maker in makers}, categories

    def _prepare_proposal(self, load, key, entries, catalogue):
        found, makers, categories = catalogue
        texts = entries[0].texts
        maker, name = _split(texts.get("manufacturer", ""), texts["model"], makers)
        similar = find_similar(
            f"{maker} {name}", [(model, model.display_name, model.name) for model in found]
        )
        return {
            "load_id": load.id,
            "key": key,
            "text": " ".join(filter(None, (texts.get("manufacturer"), texts["model"]))),
            "row_count": len(entries),
            "manufacturer": maker,
            "name": name,
            "category_id": self._propose_category(
                entries, makers.get(fold(maker)), similar, categories
            ),
            "similar_ids": [model.id for model in similar],
        }

    def _propose_category(self, entries, maker, similar, categories):
        """Id of the category that the file names; else of what is alike, or of the maker's most."""
        for entry in entries:
            named = categories.get(fold(entry.texts.get("category")), ())
            if len(named) == 1:
                return named[0].id
        alike = [model for model in similar if model.manufacturer_id == maker] or similar
        if alike:
            return alike[0].category_id.id
        counts = Counter(maker.model_ids.category_id.ids) if maker else Counter()
        return next((category for category, _count in counts.most_common(1)), False)


def _split(manufacturer, model, makers):
    """(manufacturer, model) as they are written properly; the maker may stand before the model."""
    if not manufacturer:
        known = [maker.name for key, maker in makers.items() if fold(model).startswith(f"{key} ")]
        manufacturer = max(known, key=len, default="") or model.split()[0]
    maker = makers.get(fold(manufacturer))
    manufacturer = maker.name if maker else manufacturer
    words = len(manufacturer.split())
    parts = model.split()
    if fold(" ".join(parts[:words])) == fold(manufacturer) and parts[words:]:
        parts = parts[words:]
    return manufacturer, " ".join(parts)
