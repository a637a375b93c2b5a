import json
import os

from odoo.http import request, route

from odoo.addons.web.controllers.binary import Binary


class ReadingPhotos(Binary):
    """Files dropped into the form of readings are judged before they are read into memory."""

    @route()
    def upload_attachment(self, model, id, ufile, callback=None):
        """EXTENDS 'web': what is no photo of a counter is refused in words."""
        if model == "service.meter.entry":
            refusal = self._refuse_photo(request.httprequest.files.getlist("ufile"))
            if refusal:
                return json.dumps([{"error": refusal}])
        return super().upload_attachment(model, id, ufile, callback)

    def _refuse_photo(self, files):
        """:return: the sentence that refuses the first file that cannot be stored, or None"""
        reading_set = request.env["service.meter.reading.set"]
        for file in files:
            head = file.stream.read(2048)
            size = file.stream.seek(0, os.SEEK_END)
            file.stream.seek(0)
            refusal = reading_set._photo_refusal(file.filename, size, head)
            if refusal:
                return refusal
        return None
