"""The models that an addon declares or extends, read from its Python files."""

import ast
import dataclasses
import functools
import re
from pathlib import Path

from .sources import called, keyword, literal

KINDS = {"Model", "TransientModel", "AbstractModel", "BaseModel"}
COMODEL = {
    "Many2one": ("comodel_name", "model_name"),
    "One2many": ("comodel_name",),
    "Many2many": ("comodel_name",),
    "Reference": (),
}


@dataclasses.dataclass(frozen=True)
class Field:
    """A field as it is written: ``name = fields.Kind(arguments)``."""

    name: str
    kind: str
    call: ast.Call

    @property
    def line(self):
        """Where it is written."""
        return self.call.lineno

    def argument(self, position, *names):
        """An argument by position or by one of its names, else None."""
        for name in names:
            if (value := keyword(self.call, name)) is not None:
                return value
        return self.call.args[position] if len(self.call.args) > position else None

    @property
    def comodel(self):
        """Name of the model that the field points to, if it is written here."""
        if self.kind not in COMODEL or not COMODEL[self.kind]:
            return None
        return literal(self.argument(0, *COMODEL[self.kind]))


@dataclasses.dataclass(frozen=True)
class Model:
    """One class that declares or extends a model."""

    path: Path
    node: ast.ClassDef
    kind: str
    name: str
    inherits: tuple

    @property
    def is_new(self):
        """Whether the class declares the model rather than extends one."""
        return self.name not in self.inherits

    @functools.cached_property
    def fields(self):
        """The fields written in the class."""
        return list(_fields(self.node))

    @property
    def methods(self):
        """The methods written in the class."""
        return [node for node in self.node.body if isinstance(node, ast.FunctionDef)]

    def attribute(self, name):
        """The value assigned to a class attribute, else None."""
        return _attribute(self.node, name)


@functools.cache
def models_of(addon):
    """All model classes of an addon, those in its tests left out."""
    return [
        model
        for path, tree in addon.python(tests=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and (model := _model(path, node))
    ]


@functools.cache
def model_names(addon):
    """Names of the models that an addon declares or extends."""
    return frozenset(model.name for model in models_of(addon))


def declared(house, name):
    """Names of the models declared by the addons in the closure of one addon."""
    return {
        model.name
        for part in house.closure(name)
        if (addon := house.get(part))
        for model in models_of(addon)
        if model.is_new
    }


def _model(path, node):
    """The model that a class declares or extends, or None for any other class."""
    kind = next((base.attr for base in node.bases if _is_model_base(base)), None)
    name = literal(_attribute(node, "_name"))
    inherits = _texts(_attribute(node, "_inherit"))
    delegates = _attribute(node, "_inherits")
    if not name and not inherits:
        return None
    if not kind and not delegates and not node.bases:
        return None
    if not name:
        name = inherits[0] if len(inherits) == 1 else _from_class(node.name)
    return Model(path, node, kind or "Model", name, tuple(inherits))


def _is_model_base(base):
    return isinstance(base, ast.Attribute) and base.attr in KINDS


def _from_class(name):
    """The model name that Odoo derives from a class name."""
    return re.sub(r"(?<=[^_])([A-Z])", r".\1", name).lower()


def _attribute(node, name):
    for line in node.body:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return getattr(line, "value", None)
    return None


def _texts(node):
    """The strings of a string, list, tuple or dictionary constant."""
    if node is None:
        return []
    if isinstance(node, ast.Dict):
        return [text for key in node.keys if (text := literal(key))]
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [text for part in parts if (text := literal(part))]


def delegated(model):
    """Names of the models in ``_inherits``."""
    return _texts(model.attribute("_inherits"))


def _fields(node):
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call):
            continue
        function = value.func
        if (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id == "fields"
        ):
            yield Field(target.id, called(value), value)
