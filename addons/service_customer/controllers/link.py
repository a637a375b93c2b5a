from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

PAGE_HEADERS = {
    # The address is a secret: neither search engines, caches nor linked sites shall keep it.
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class LinkController(http.Controller):
    """Where personal links lead; the document's own page judges the link once more."""

    @http.route(
        "/service/l/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        service_limit=(60, 60),
    )
    def service_link(self, token, **kwargs):
        """Show the document to whoever holds a link in force, or say why not."""
        link = request.env["service.link"]._find(token)
        url = link and self._get_target(link, token)
        response = request.redirect(url, 303) if url else self._render_end(link, token)
        response.headers.update(PAGE_HEADERS)
        return response

    @http.route(
        "/service/l/<string:token>/renew",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        service_limit=(5, 600),
    )
    def service_link_renew(self, token, **kwargs):
        """Mail a new link to the person for whom the expired one was made."""
        link = request.env["service.link"]._find(token)
        refusal = ""
        try:
            link._renew() if link else None
        except UserError as error:
            refusal = str(error)
        response = self._render_end(link, token, sent=bool(link) and not refusal, refusal=refusal)
        response.headers.update(PAGE_HEADERS)
        return response

    def _get_target(self, link, token):
        """:return: address of the document for this visitor, empty when the link is over"""
        user, document = request.env.user, link._get_document()
        if document and user._is_internal():
            return document._notify_get_action_link("view")
        if document and user._is_service_person():
            return document.access_url
        if link._opens(document):
            return f"{document.access_url}?access_token={token}"
        return ""

    def _render_end(self, link, token, **values):
        """A page that says that the link is over, the same whatever it once opened."""
        document = link and link._get_document()
        # sudo: the telephone number of the service is on its website, too.
        company = link.company_id if link else request.env.company.sudo()
        has_page = document and "access_url" in document
        return request.render(
            "service_customer.link_end_page",
            {
                "state": link.state if link else "unknown",
                "may_renew": bool(link) and link._may_renew(),
                "renew_url": f"/service/l/{token}/renew",
                "page_url": document.access_url if has_page else "/my",
                "phone": company.phone or "",
                "sent": False,
                "refusal": "",
                **values,
            },
            status=410 if link else 404,
        )
