from . import sales_document
