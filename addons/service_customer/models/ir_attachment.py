import base64

from odoo import models

from ..tools.metadata import strip_metadata


class IrAttachment(models.Model):
    """Photos of our documents and of contacts are stored without place, time and camera."""

    _inherit = "ir.attachment"

    def _check_contents(self, values):
        # EXTENDS 'base': before core makes pictures smaller, and whatever switches that off.
        if values.get("raw") or values.get("datas"):
            models_ = {values.get("res_model"), *self.sudo().mapped("res_model")}
            if any(name and self._service_holds_photos(name) for name in models_):
                self._service_strip_vals(values)
        return super()._check_contents(values)

    def _service_holds_photos(self, model):
        """Tell whether pictures on documents of this model may show where a person was.

        :param str model: name of a model
        :rtype: bool
        """
        return model.startswith("service.") or model == "res.partner"

    def _service_strip_vals(self, values):
        """Strip the picture in these values of what is not picture; changes them in place, as core
        does while it creates files."""
        if not self._compute_mimetype(values).startswith("image/"):
            return
        content = values.get("raw") or base64.b64decode(values["datas"])
        if isinstance(content, str):
            content = content.encode()
        bare = strip_metadata(content)
        if bare != content:
            values.pop("datas", None)
            values["raw"] = bare
