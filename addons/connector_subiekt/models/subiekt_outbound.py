from decimal import ROUND_HALF_UP, Decimal

from odoo import models
from odoo.exceptions import UserError

from .. import epp
from ..epp import kinds, reader
from ..epp.dictionaries import DocumentDate, DocumentFlag
from ..epp.documents import LINE_SERVICE, STATUS_DEFERRED
from ..tools.sales_document import amount

NOTES_LENGTH = 255
VAT_CODES = {"zw": -1, "ex": -2, "ue": -3, "npo": -4, "oo": -5}
GROSZ = Decimal("0.01")


class SubiektBackend(models.Model):
    """Sales documents on their way to Subiekt."""

    _inherit = "subiekt.backend"

    def _export_sales_document(self, document):
        """Return the `subiekt.exchange` with the EPP file of a `SalesDocument`.

        The same key always gives the same exchange and file, however often and from wherever it
        is asked for. Raises `UserError` when the company's invoices are issued by Odoo, or the
        document cannot be put into the file.
        """
        self.ensure_one()
        if self.issuer != "external":
            raise UserError(
                self.env._(
                    "Odoo issues the invoices of %s: nothing is sent to Subiekt. Change who "
                    "issues invoices on the connection first.",
                    self.company_id.name,
                )
            )
        # accounting people post documents without the right to make up exchanges by hand
        backend = self.sudo()
        exchange, new = backend.env["subiekt.exchange"]._take(
            backend, "out", document.key, "sale_document"
        )
        # a draft has no file yet: an earlier attempt was refused
        if new or exchange.state == "draft":
            try:
                data = epp.write(backend._build_file(exchange, document))
            except epp.EppError as error:
                raise UserError(
                    self.env._(
                        "The document cannot be sent to Subiekt. %(error)s", error=str(error)
                    )
                ) from error
            exchange._store_file(data, f"FS-{exchange.id}.epp")
            exchange.write(
                {
                    "state": "waiting",
                    "amount_total": float(document.total_gross),
                    "res_model": document.res_model or False,
                    "res_id": document.res_id or False,
                }
            )
        return exchange.with_env(self.env)

    def _get_vat_percent(self, tax):
        """Return the VAT percent of a tax for a `SalesLine`: -1, -2 … for the rates without one.
        Which tax is which rate is what the pairings of VAT rates say."""
        bindings = self.env["subiekt.binding"].search(
            [("backend_id", "=", self.id), ("kind", "=", "tax"), ("res_id", "=", tax.id)]
        )
        symbols = {binding.external_key.rsplit("/", 1)[-1].lower() for binding in bindings}
        codes = [VAT_CODES[symbol] for symbol in VAT_CODES if symbol in symbols]
        exempt = self._get_exempt_tax(tax.type_tax_use)
        if not codes and exempt == tax:
            codes = [VAT_CODES["zw"]]
        return amount(codes[0] if codes else tax.amount)

    # ------------------------------------------------------------ building the file

    def _build_file(self, exchange, document):
        """Return the `epp.EppFile` of a sales document: one deferred FS and what it refers to."""
        self.ensure_one()
        if document.currency != "PLN":
            raise UserError(
                self.env._(
                    "An EPP file carries invoices in PLN only, this one is in %s: issue it in "
                    "Subiekt by hand.",
                    document.currency,
                )
            )
        card = self._get_partner_card(document.partner)
        products = self._get_product_cards(document)
        lines = [
            self._build_line(number, line, products.get(line.product_code.upper()))
            for number, line in enumerate(document.lines, 1)
        ]
        fs = epp.Document(self._build_header(exchange, document, card, len(lines)), lines)
        used = {line.product_code.upper() for line in lines if line.product_code}
        return epp.EppFile(
            self._prepare_info(),
            [fs],
            {
                "KONTRAHENCI": [card],
                "TOWARY": [each for symbol, each in products.items() if symbol in used],
                "DATYZAKONCZENIA": [DocumentDate(fs.key, document.sale_date)],
                "DOKUMENTYFISKALNEVAT": [DocumentFlag(fs.key)],
                "WYMAGALNOSCMPP": [DocumentFlag(fs.key, document.split_payment)],
            },
        ).completed()

    def _build_header(self, exchange, document, card, line_count):
        partner = document.partner
        mark = exchange._mark()
        room = NOTES_LENGTH - len(mark) - 1
        if room < 0:
            raise UserError(self.env._("The key %s is too long for Subiekt's notes.", document.key))
        return epp.Header(
            doc_type="FS",
            status=STATUS_DEFERRED,
            number=exchange.id,
            full_number=f"{exchange.id}/ODOO",
            order_number=epp.fit(document.order_number, 30),
            partner_code=card.code,
            partner_short_name=card.short_name,
            partner_full_name=epp.fit(partner.name, 255),
            partner_city=epp.fit(partner.city, 30),
            partner_zip=epp.fit(partner.zip, 6),
            partner_street=epp.fit(_street(partner), 50),
            partner_nip=card.nip,
            place_of_issue=epp.fit(self.company_id.city, 30),
            issue_date=document.issue_date,
            sale_date=document.sale_date,
            line_count=line_count,
            total_net=amount(document.total_net),
            total_vat=amount(document.total_vat),
            total_gross=amount(document.total_gross),
            payment_form=epp.fit(self.payment_form, 30),
            payment_due=document.payment_due,
            amount_due=amount(document.total_gross),
            issued_by=epp.fit(self.env.user.name, 35),
            currency="PLN",
            currency_rate=amount(1),
            # the key comes first: people add to notes at their end
            notes=f"{mark} {epp.fit(document.notes, room)}".strip(),
            partner_country=card.country,
            partner_eu_prefix=card.eu_prefix,
            partner_is_eu=card.is_eu,
        )

    def _build_line(self, number, line, product):
        """Return the `epp.Line`.

        Where the file cannot carry the price (more than four places), or quantity times price does
        not give the value (prices with VAT inside), a service goes as one piece of its value, the
        calculation in its description. Goods keep their card and quantity, for the stock's sake.
        """
        qty, price, unit = amount(line.qty), amount(line.price_net), line.unit
        percent, description = amount(line.discount_percent), ""
        value = (qty * price * (100 - percent) / 100).quantize(GROSZ, ROUND_HALF_UP)
        exact = price == line.price_net and value == line.value_net
        if not exact and (not product or product.type == LINE_SERVICE):
            product = None
            description = f"{line.qty.normalize():f} {unit} x {line.price_net.normalize():f} PLN"
            description += f" - {percent.normalize():f} %" if percent else ""
            qty, price, unit, percent = amount(1), amount(line.value_net), "usł.", amount(0)
        gross = (price * (100 + max(line.vat_percent, 0)) / 100).quantize(GROSZ, ROUND_HALF_UP)
        return epp.Line(
            line_no=number,
            product_type=product.type if product else LINE_SERVICE,
            product_code=product.code if product else "",
            discount_percent=percent,
            unit=epp.fit(unit, 10),
            qty=qty,
            qty_stock_unit=qty,
            price_net=price,
            price_gross=amount(gross),
            vat_percent=amount(line.vat_percent),
            value_net=amount(line.value_net),
            value_vat=amount(line.value_vat),
            value_gross=amount(line.value_gross),
            oneoff_description="" if product else epp.fit(description or line.name, 250),
            oneoff_name="" if product else epp.fit(line.name, 50),
        )

    # ------------------------------------------------------------ cards

    def _get_partner_card(self, partner):
        """Return the card of a partner: as Subiekt last gave it, so that nothing is lost there;
        of a partner it has not yet, a new one."""
        bindings = self.env["subiekt.binding"]._find_symbols(
            self, "partner", partner | partner.commercial_partner_id
        )
        binding = bindings.get(partner) or bindings.get(partner.commercial_partner_id)
        if binding and binding.payload:
            return _fitted(reader.record(epp.Partner, 0, binding.payload))
        country = partner.country_id
        vat = partner.commercial_partner_id.vat or ""
        return epp.Partner(
            type=2 if partner.commercial_partner_id.is_company else 3,
            code=epp.fit(f"ODOO-{partner.id}", 20),
            short_name=epp.fit(partner.name, 40),
            full_name=epp.fit(partner.name, 80),
            city=epp.fit(partner.city, 30),
            zip=epp.fit(partner.zip, 6),
            street=epp.fit(_street(partner), 50),
            nip=epp.fit(vat.removeprefix("PL"), 20),
            phone=epp.fit(partner.phone, 50),
            email=epp.fit(partner.email, 50),
            country=epp.fit("Polska" if country.code in (False, "PL") else country.name, 50),
            eu_prefix=country.code or "PL",
        )

    def _get_product_cards(self, document):
        """Return {symbol in capitals: card} of the lines' products that have a card there."""
        symbols = {line.product_code.upper() for line in document.lines if line.product_code}
        bindings = self.env["subiekt.binding"].search(
            [
                ("backend_id", "=", self.id),
                ("kind", "=", "product"),
                ("external_key", "in", [line.product_code for line in document.lines]),
            ]
        )
        return {
            binding.external_key.upper(): _fitted(reader.record(epp.Product, 0, binding.payload))
            for binding in bindings
            if binding.payload and binding.external_key.upper() in symbols
        }


def _street(partner):
    return " ".join(part for part in (partner.street, partner.street2) if part)


def _fitted(card):
    """Cut what a card of Subiekt has beyond the lengths of the format."""
    for name, kind in type(card).columns():
        value = getattr(card, name)
        if isinstance(kind, kinds.Text) and value:
            setattr(card, name, epp.fit(value, kind.length))
    return card
