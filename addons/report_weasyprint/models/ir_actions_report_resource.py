import base64
import functools
import mimetypes
import re
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg2
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from odoo import api, models
from odoo.exceptions import AccessError, MissingError
from odoo.http import root
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.web.controllers.binary import Binary
from odoo.addons.web.controllers.report import ReportController

STATIC = re.compile(r"/[\w-]+/static/.+")
# What the web server answers to a reader, answered here without one; nothing else is.
ROUTES = {
    "_read_image_resource": Binary.content_image,
    "_read_logo_resource": Binary.company_logo,
    "_read_bundle_resource": Binary.content_assets,
    "_read_barcode_resource": ReportController.report_barcode,
}


@functools.cache
def _routes():
    return Map(
        [
            Rule(path, endpoint=method)
            for method, controller in ROUTES.items()
            for path in controller.original_routing["routes"]
        ]
    )


class IrActionsReport(models.Model):
    """Pictures and style sheets of a document, read in this process.

    Nothing is fetched: an address of this Odoo is answered with the rights of the person who
    prints, any other is refused.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _get_fetcher(self, base_url):
        """The function that reads what documents refer to, and what it could not read."""
        # Also where core prints as superuser (portal), pictures are read as the person would.
        reader = self.sudo(False)
        left_out = {}

        def fetch(url):
            try:
                return reader._read_resource(url, base_url)
            except psycopg2.Error:
                # The transaction is lost, or to be repeated.
                raise
            except Exception as error:
                # Whatever is wrong with a picture, the document is printed without it.
                left_out[url] = str(error)
                raise ValueError(str(error))

        return fetch, left_out

    @api.model
    def _read_resource(self, url, base_url):
        """What an address of this Odoo gives.

        :return: bytes and their type
        :raise ValueError, UserError: it is no such address, or not for this person
        """
        parts, base = urlsplit(url), urlsplit(base_url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            raise ValueError("only pictures and style sheets of this Odoo can be printed")
        path = unquote(parts.path)
        if STATIC.fullmatch(path):
            return self._read_static_resource(path)
        try:
            method, arguments = _routes().bind(base.netloc).match(path)
        except (NotFound, RequestRedirect):
            raise MissingError(self.env._("There is nothing to print at %s.", path))
        return getattr(self, method)(**{**dict(parse_qsl(parts.query)), **arguments})

    @api.model
    def _read_static_resource(self, path):
        found = None if ".." in path.split("/") else root.get_static_file(path)
        if not found:
            raise MissingError(self.env._("There is nothing to print at %s.", path))
        with open(found, "rb") as file:
            return file.read(), mimetypes.guess_type(found)[0] or "application/octet-stream"

    @api.model
    def _read_image_resource(
        self, xmlid=None, model="ir.attachment", id=None, field="raw", width=0, height=0, **more
    ):
        # The one check of core's own routes: the rights of the person, or what is public.
        record = self.env["ir.binary"]._find_record(
            xmlid, model, id and int(id), more.get("access_token"), field=field
        )
        definition = record._fields.get(field)
        if not definition or definition.type != "binary":
            raise MissingError(self.env._("There is no picture in %s.", field))
        record._check_field_access(definition, "read")
        if record._name == "ir.attachment" and record.type == "url":
            if not STATIC.fullmatch(record.url or ""):
                raise AccessError(self.env._("The picture is outside of this Odoo."))
            return self._read_static_resource(record.url)
        data = record.with_context(bin_size=False)[field] or b""
        if (record._name, field) != ("ir.attachment", "raw"):
            data = base64.b64decode(data)
        data = image_process(data, size=(int(width), int(height)), crop=more.get("crop") or False)
        return data, guess_mimetype(data)

    @api.model
    def _read_logo_resource(self, company=None, **more):
        chosen = self.env["res.company"].browse(int(company)) if company else self.env.company
        # As on the route, which needs no login: a logo is for everybody.
        data = base64.b64decode(chosen.sudo().exists().logo_web or b"")
        return data, guess_mimetype(data)

    @api.model
    def _read_bundle_resource(self, filename, **more):
        name, rtl, kind, autoprefix = self.env["ir.asset"]._parse_bundle_name(filename, False)
        if kind != "css":
            raise ValueError("only style sheets can be printed")
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            name, js=False, rtl=rtl, autoprefix=autoprefix, assets_params={}
        )
        # As on the route: style sheets of the web pages are for everybody.
        return bundle.css().sudo().raw, "text/css"

    @api.model
    def _read_barcode_resource(self, barcode_type, value, **more):
        return self.barcode(barcode_type, value, **more), "image/png"
