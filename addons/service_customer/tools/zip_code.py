"""Postal codes as they are compared with the ranges of a region."""

import re

POLISH_DIGITS = re.compile(r"\d{5}")


def normalise_zip(value, country_code="PL"):
    """Return the comparable form of a postal code.

    A Polish code becomes ``NN-NNN`` however it was typed (``50001``, ``50 001``, ``50-001``);
    codes of other countries lose spaces and become upper case.

    :param value: postal code as typed, or a falsy value
    :param country_code: ISO code of its country; empty means that the country is not known, then
        five digits are taken for a Polish code
    :return: the comparable code, or ``False`` when it is empty or has not the shape of its country
    """
    compact = re.sub(r"\s", "", value or "").upper()
    if not compact:
        return False
    if country_code not in ("PL", False, None, ""):
        return compact
    digits = compact.replace("-", "")
    if POLISH_DIGITS.fullmatch(digits):
        return f"{digits[:2]}-{digits[2:]}"
    return False if country_code == "PL" else compact
