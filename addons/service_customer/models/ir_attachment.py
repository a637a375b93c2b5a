import base64

from odoo import api, models

from ..tools.metadata import strip_metadata
from ..tools.photo import MAX_BYTES, PhotoError, clean_photo


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

    @api.model
    def _service_clean_photo(self, file):
        """Take a photo that somebody outside has sent, as a picture without its hidden data.

        :param file: an uploaded file, with ``filename`` and ``stream``
        :return: (content of a JPEG, None), or (None, why it is refused and what to do)
        """
        try:
            return clean_photo(file.stream), None
        except PhotoError as error:
            return None, self._service_photo_refusal(file.filename, error.reason)

    def _service_photo_refusal(self, filename, reason):
        if reason == "too_big":
            return self.env._(
                "“%(file)s” is larger than %(limit)s MB. Take the photo in a lower quality.",
                file=filename,
                limit=MAX_BYTES // 1024**2,
            )
        if reason == "heic":
            return self.env._(
                "“%(file)s” is in the iPhone's HEIC format. Choose the photo from the Photos app,"
                " which sends it as JPEG, or set Camera › Formats to “Most Compatible”.",
                file=filename,
            )
        if reason == "too_many_pixels":
            return self.env._(
                "“%(file)s” has too many pixels. Take the photo in a lower quality.", file=filename
            )
        return self.env._(
            "“%(file)s” is not a photo we can open. Send a JPEG, PNG or WebP picture.",
            file=filename,
        )
