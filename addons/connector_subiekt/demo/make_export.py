"""Writes ``subiekt_gt_export.epp`` beside itself: what Subiekt GT exports for an invented company
that services printers. Run it after a change here: ``python make_export.py``.

Names, NIPs, telephone numbers and barcodes are invented (NIPs and barcodes have valid check
digits; barcodes are from the range reserved for use inside one company).
"""

import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1]
LEVELS = {"Detaliczna": Decimal("1.60"), "Hurtowa": Decimal("1.40"), "Specjalna": Decimal("1.25")}

# code, type, short name, full name, street, zip, city, first nine digits of the NIP, phone,
# e-mail, contact person, group
PARTNERS = [
    ("GM-WISNIOWA", 2, "Gmina Wiśniowa", "Gmina Wiśniowa", "Rynek 1", "55-011", "Wiśniowa",
     "896142375", "71 555 01 10", "urzad@wisniowa.example", "Barbara Zięba", "Samorządy"),
    ("SP1-WISNIOWA", 2, "SP nr 1 Wiśniowa", "Szkoła Podstawowa nr 1 w Wiśniowej", "Szkolna 4",
     "55-011", "Wiśniowa", "896142375", "71 555 01 21", "sp1@wisniowa.example", "Jan Gęś",
     "Samorządy"),
    ("SP2-WISNIOWA", 2, "SP nr 2 Wiśniowa", "Szkoła Podstawowa nr 2 im. Marii Konopnickiej",
     "Źródlana 12", "55-012", "Wiśniowa Górna", "896142375", "71 555 01 22",
     "sp2@wisniowa.example", "Łucja Ćwik", "Samorządy"),
    ("LIS-WSPOLNICY", 2, "Kancelaria Lis", "Kancelaria Radców Prawnych Lis i Wspólnicy sp. k.",
     "Świdnicka 21/5", "50-066", "Wrocław", "897201846", "71 555 02 30", "biuro@lis.example",
     "Ewa Lis", "Kancelarie"),
    ("ODRA-LOG", 2, "Odra Logistyka", "Odra Logistyka S.A.", "Portowa 8", "52-119", "Wrocław",
     "898315072", "71 555 03 40", "faktury@odra.example", "Anna Kierownik", "Firmy"),
    ("PRZYCH-LIPA", 2, "Przychodnia Pod Lipą", 'Przychodnia "Pod Lipą" Sp. z o.o.',
     "Legnicka 55", "54-203", "Wrocław", "894276310", "71 555 04 50",
     "rejestracja@podlipa.example", "Zofia Pączek", "Medycyna"),
    ("PIEKARNIA-ZUK", 2, "Piekarnia Żuk", "Piekarnia Żuk Tomasz Żuk", "Młyńska 3", "55-200",
     "Oława", "912185034", "71 555 05 60", "piekarnia@zuk.example", "Tomasz Żuk", "Firmy"),
    ("NOWAK-M", 3, "Nowak Maria", "Maria Nowak", "Kwiatowa 9/2", "59-220", "Legnica", "",
     "600 555 070", "maria.nowak@poczta.example", "", "Osoby prywatne"),
    ("HURT-TONER", 1, "Hurt-Toner", "Hurt-Toner Sp. z o.o.", "Magazynowa 15", "60-014", "Poznań",
     "779243518", "61 555 08 80", "zamowienia@hurt-toner.example", "Piotr Śliwa", "Dostawcy"),
    ("KOPIA-IMPORT", 0, "Kopia Import", "Kopia Import s.c. Wąs, Żak", "Składowa 2", "45-125",
     "Opole", "754301286", "77 555 09 90", "biuro@kopia-import.example", "Adam Wąs", "Dostawcy"),
]  # fmt: skip

# code, type, name, unit, VAT, last purchase price net, group, minimum stock, GTU_06, CN code
PRODUCTS = [
    ("KM-C300I", 1, "Konica Minolta bizhub C300i", "szt.", "23", "8900", "Urządzenia", 0, 0,
     "8443 31 00"),
    ("RICOH-IM2702", 1, "Ricoh IM 2702", "szt.", "23", "4150", "Urządzenia", 0, 0, "8443 31 00"),
    ("TN-328K", 1, "Toner TN-328K czarny bizhub C300i", "szt.", "23", "142.50", "Tonery", 10, 1,
     "8443 99 90"),
    ("TN-328C", 1, "Toner TN-328C błękitny bizhub C300i", "szt.", "23", "238.00", "Tonery", 5, 1,
     "8443 99 90"),
    ("TN-328M", 1, "Toner TN-328M purpurowy bizhub C300i", "szt.", "23", "238.00", "Tonery", 5, 1,
     "8443 99 90"),
    ("TN-328Y", 1, "Toner TN-328Y żółty bizhub C300i", "szt.", "23", "238.00", "Tonery", 5, 1,
     "8443 99 90"),
    ("DR-316K", 1, "Bęben DR-316K czarny", "szt.", "23", "415.80", "Bębny", 2, 0, "8443 99 90"),
    ("WX-107", 1, "Pojemnik na zużyty toner WX-107", "szt.", "23", "61.20", "Części", 4, 0,
     "8443 99 90"),
    ("A9310FUS", 1, "Zespół utrwalający A9310 (fuser)", "szt.", "23", "1180", "Części", 1, 0,
     "8443 99 90"),
    ("ROLKA-POB", 1, "Rolka pobierania papieru", "szt.", "23", "28.40", "Części", 20, 0,
     "8443 99 90"),
    ("PAPIER-A4", 1, "Papier A4 80 g ryza", "op.", "23", "15.90", "Papier", 50, 0, "4802 56 20"),
    ("ZSZYWKI-SK602", 1, "Zszywki SK-602", "op.", "23", "74.00", "Części", 2, 0, "8305 20 00"),
    ("ROBOCIZNA", 2, "Robocizna serwisanta", "godz.", "23", "0", "Usługi", 0, 0, ""),
    ("DOJAZD", 2, "Dojazd do klienta", "km", "23", "0", "Usługi", 0, 0, ""),
    ("PRZEGLAD", 2, "Przegląd okresowy urządzenia", "usł.", "23", "0", "Usługi", 0, 0, ""),
    ("SZKOLENIE-ZW", 2, "Szkolenie z obsługi urządzenia", "godz.", "zw", "0", "Usługi", 0, 0, ""),
]  # fmt: skip
SERVICE_PRICES = {"ROBOCIZNA": "160", "DOJAZD": "2.20", "PRZEGLAD": "240", "SZKOLENIE-ZW": "180"}


def money(value):
    return Decimal(value).quantize(Decimal("0.0001"))


def grosze(value):
    return money(Decimal(value).quantize(Decimal("0.01")))


def with_check_digit(digits, weights, modulus):
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + str(total % modulus)


def nip(digits):
    return with_check_digit(digits, (6, 5, 7, 2, 3, 4, 5, 6, 7), 11) if digits else ""


def barcode(number):
    digits = f"290000{number:06}"
    return with_check_digit(digits, (9, 7) * 6, 10)


def partner(epp, row):
    code, kind, short, full, street, zip_code, city, digits, phone, email, person, _group = row
    return epp.Partner(
        type=kind, code=code, short_name=short, full_name=full, street=street, zip=zip_code,
        city=city, nip=nip(digits), phone=phone, email=email, contact_person=person,
        country="Polska", eu_prefix="PL",
    )  # fmt: skip


def product(epp, number, row):
    code, kind, name, unit, vat, cost, _group, minimum, _gtu, _cn = row
    percent = money(-1 if vat == "zw" else vat)
    return epp.Product(
        type=kind, code=code, barcode=barcode(number) if kind == 1 else "", name=name,
        fiscal_name=name[:40], base_unit=unit, vat_symbol_sale=vat, vat_percent_sale=percent,
        vat_symbol_purchase=vat, vat_percent_purchase=percent, last_purchase_net=money(cost),
        purchase_unit=unit if kind == 1 else "", currency="PLN" if kind == 1 else "",
        min_stock=money(minimum), volume_unit="szt.",
    )  # fmt: skip


def prices(epp, row):
    code, _kind, _name, _unit, vat, cost, *_rest = row
    rate = Decimal(0 if vat == "zw" else vat) / 100
    for level, factor in LEVELS.items():
        service = SERVICE_PRICES.get(code)
        net = grosze(
            Decimal(service) * factor / LEVELS["Detaliczna"] if service else Decimal(cost) * factor
        )
        profit = net - money(cost)
        yield epp.Price(
            product_code=code, level=level, net=net, gross=grosze(net * (1 + rate)),
            markup_percent=grosze((factor - 1) * 100), margin_percent=grosze(profit / net * 100),
            profit=profit,
        )  # fmt: skip


def invoice(epp, buyer, product_prices):
    """Return an invoice made in Subiekt itself, and not for anybody's order from elsewhere."""
    lines = []
    for number, (code, qty) in enumerate((("TN-328K", 2), ("ROBOCIZNA", 1)), 1):
        row = next(row for row in PRODUCTS if row[0] == code)
        price = next(p for p in product_prices if p.product_code == code)
        net, vat = price.net * qty, grosze(price.net * qty * Decimal("0.23"))
        lines.append(epp.Line(
            line_no=number, product_type=row[1], product_code=code, unit=row[3], qty=money(qty),
            qty_stock_unit=money(qty), stock_price=money(row[5]), price_net=price.net,
            price_gross=price.gross, vat_percent=money(23), value_net=net, value_vat=vat,
            value_gross=net + vat, cost=money(row[5]) * qty,
        ))  # fmt: skip
    net, vat = sum(line.value_net for line in lines), sum(line.value_vat for line in lines)
    header = epp.Header(
        doc_type="FS", status=1, number=12, full_number="12/MAG/2026", partner_code=buyer.code,
        partner_short_name=buyer.short_name, partner_full_name=buyer.full_name,
        partner_city=buyer.city, partner_zip=buyer.zip, partner_street=buyer.street,
        partner_nip=buyer.nip, category="Sprzedaż", place_of_issue="Wrocław",
        issue_date=date(2026, 2, 27), sale_date=date(2026, 2, 27), line_count=len(lines),
        price_level="Detaliczna", total_net=net, total_vat=vat, total_gross=net + vat,
        total_cost=sum(line.cost for line in lines), payment_form="przelew",
        payment_due=date(2026, 3, 13), amount_due=net + vat, issued_by=";Szef", currency="PLN",
        currency_rate=money(1), notes="Sprzedaż w sklepie", partner_country="Polska",
        partner_eu_prefix="PL",
    )  # fmt: skip
    return epp.Document(header, lines)


def build(epp):
    """Return the whole `EppFile`."""
    own = nip("899270514")
    info = epp.Info(
        version="1.11", program="Subiekt GT", sender_code="GT", sender_short_name="Kopimax",
        sender_long_name="Kopimax Serwis Sp. z o.o.", sender_city="Wrocław", sender_zip="53-611",
        sender_street="Strzegomska 46", sender_nip=own, warehouse_code="MAG",
        warehouse_name="Główny", warehouse_description="Magazyn główny", made_by="Szef",
        made_at=datetime(2026, 3, 2, 10, 15), country="Polska", eu_prefix="PL",
        sender_eu_nip=own, sender_is_eu=True,
    )  # fmt: skip
    partners = [partner(epp, row) for row in PARTNERS]
    product_prices = [price for row in PRODUCTS for price in prices(epp, row)]
    sold = invoice(epp, partners[6], product_prices)
    codes = [row[0] for row in PRODUCTS]
    return epp.EppFile(info, [sold], {
        "KONTRAHENCI": partners,
        "GRUPYKONTRAHENTOW": [epp.PartnerGroup(row[0], row[-1]) for row in PARTNERS],
        "TOWARY": [product(epp, number, row) for number, row in enumerate(PRODUCTS, 1)],
        "CENNIK": product_prices,
        "GRUPYTOWAROW": [epp.ProductGroup(row[0], row[6]) for row in PRODUCTS],
        "DODATKOWETOWAROW": [
            epp.ProductExtra(row[0], split_payment=bool(row[8])) for row in PRODUCTS
        ],
        "TOWARYKODYCN": [epp.ProductCn(row[0], row[9]) for row in PRODUCTS],
        "TOWARYGRUPYJPKVAT": [
            epp.ProductGtu(code, gtu_06=bool(row[8]))
            for code, row in zip(codes, PRODUCTS, strict=True)
        ],
    }).completed()  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(ADDON))
    import epp as package

    Path(__file__).with_name("subiekt_gt_export.epp").write_bytes(package.write(build(package)))
