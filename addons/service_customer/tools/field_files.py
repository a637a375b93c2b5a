"""The files behind a field that is stored as attachments."""


def field_files(records, name):
    """The attachments that hold a binary field of some records, with these records' rights.

    :param str name: of the field
    :return: `ir.attachment`
    """
    return records.env["ir.attachment"].search(
        [("res_model", "=", records._name), ("res_id", "in", records.ids), ("res_field", "=", name)]
    )
