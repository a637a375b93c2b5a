from collections import Counter
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.field_files import field_files

BATCH = 100


@dataclass(frozen=True)
class Kind:
    """One kind of personal data that is kept for some time only.

    :ivar keep: field of ``res.company`` with the number of months; 0 keeps it for good
    :ivar model: documents that carry it, with a ``company_id``
    :ivar field: field of the document: a picture (binary) or files (``ir.attachment`` records)
    :ivar date: field of the document with the day from which the months count
    :ivar log: path from the document to the record in whose chatter the removal is noted
    """

    keep: str
    model: str
    field: str
    date: str
    log: str = ""


class ServiceRetention(models.AbstractModel):
    """Removes photos and signatures that are older than the company keeps them.

    Only the files go. Documents stay, and so do invoices and charges: nothing of theirs is a kind.
    """

    _name = "service.retention"
    _description = "Retention of Personal Data"

    @api.model
    def _get_kinds(self):
        """Kinds of data that have a time limit; other addons add theirs to the list.

        :return: list of :class:`Kind`
        """
        return []

    @api.autovacuum
    def _gc_expired(self):
        """Remove what is older than its time, one batch a call.

        :return: tuple of how many documents lost something, and whether there may be more
        """
        done = 0
        for kind in self._get_kinds():
            for company in self.env["res.company"].search([(kind.keep, ">", 0)]):
                documents = self._find_expired(kind, company, BATCH - done)
                self._forget(kind, company, documents)
                done += len(documents)
                if done >= BATCH:
                    return done, True
        return done, False

    @api.model
    def _find_expired(self, kind, company, limit):
        """Documents of the company with files of this kind that are past their time."""
        months = company[kind.keep]
        before = fields.Datetime.now() - relativedelta(months=months)
        domain = (
            Domain("company_id", "=", company.id)
            & Domain(kind.date, "<", before)
            & self._get_files_domain(kind)
        )
        documents = self.env[kind.model].with_context(active_test=False)
        return documents.search(domain, limit=limit, order="id")

    @api.model
    def _get_files_domain(self, kind):
        """Domain of the documents that still carry files of their own."""
        if self.env[kind.model]._fields[kind.field].type == "many2many":
            # Files that belong to another document live as long as that one says.
            return Domain(kind.field, "any", [("res_model", "=", kind.model)])
        return Domain(kind.field, "!=", False)

    @api.model
    def _forget(self, kind, company, documents):
        """Delete the files of this kind and note it shortly on the documents."""
        if not documents:
            return
        files = self._get_files(kind, documents)
        self._log(kind, company, documents, Counter(files.mapped("res_id")))
        # The files, not the field: what the document says about them (signed, by whom) stays.
        files.unlink()
        documents.invalidate_recordset([kind.field])

    @api.model
    def _get_files(self, kind, documents):
        """The attachments behind the field of these documents."""
        if self.env[kind.model]._fields[kind.field].type == "many2many":
            domain = Domain("res_model", "=", kind.model) & Domain("res_id", "in", documents.ids)
            return documents[kind.field].filtered_domain(domain)
        return field_files(documents.with_env(self.env), kind.field)

    @api.model
    def _log(self, kind, company, documents, counts):
        """Note in the chatter how many files of the documents are gone, and why.

        :param counts: {id of a document: number of files}
        """
        company = company.with_context(lang=company._get_service_lang())
        label = company.env[kind.model]._fields[kind.field]._description_string(company.env)
        bodies = {}
        for document in documents:
            record = document[kind.log] if kind.log else document
            bodies[record] = company.env._(
                "%(kind)s of %(document)s removed after %(months)s months, as set for personal"
                " data (files: %(count)s).",
                kind=label,
                document=document.display_name,
                months=company[kind.keep],
                count=counts[document.id],
            )
        records = next(iter(bodies)).union(*bodies)
        records._message_log_batch({record.id: bodies[record] for record in records})
