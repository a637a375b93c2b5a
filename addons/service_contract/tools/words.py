"""Amounts of money in words, as they stand in contracts."""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

CENT = Decimal("0.01")
#: What stands between the whole and its hundredths.
SEPARATORS = {"pl": "", "en": " and"}


def amount_in_words(amount, currency, language):
    """“tysiąc złotych jeden grosz”; what num2words cannot decline becomes “… XYZ 01/100”.

    :param Decimal amount: rounded half up to hundredths
    :param str currency: ISO code
    :param str language: of the words, such as ``pl_PL``
    """
    # An integer would be taken for hundredths.
    amount = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    short = language.split("_")[0]
    separator = SEPARATORS.get(short, ",")
    try:
        return num2words(amount, lang=short, to="currency", currency=currency, separator=separator)
    except NotImplementedError:
        whole = int(amount)
        hundredths = int(abs(amount - whole) * 100)
        return f"{_number(whole, short)} {currency} {hundredths:02}/100"


def _number(whole, language):
    try:
        return num2words(whole, lang=language)
    except NotImplementedError:
        return num2words(whole, lang="en")
