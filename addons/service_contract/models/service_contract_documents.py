from odoo import api, fields, models
from odoo.exceptions import UserError

#: Ends that one side declares to the other.
DECLARED = ("notice", "immediate", "not_renewed")


class ServiceContractType(models.Model):
    """The paper by which contracts of a type are made."""

    _inherit = "service.contract.type"

    template_id = fields.Many2one(
        "service.contract.template",
        string="Document Template",
        ondelete="set null",
        index="btree_not_null",
        domain="[('kind', '=', 'contract'), '|', ('type_ids', '=', False), ('type_ids', '=', id)]",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
        help="From this a contract of the type is drawn up.",
    )


class ServiceContract(models.Model):
    """A contract has papers."""

    _inherit = "service.contract"

    document_ids = fields.One2many(
        "service.contract.document",
        "contract_id",
        string="Documents",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )
    document_count = fields.Integer(
        "Number of Documents",
        compute="_compute_document_count",
        groups="service_customer.group_service_dispatcher,service_customer.group_service_accounting",
    )

    @api.depends("document_ids")
    def _compute_document_count(self):
        counts = dict(
            self.env["service.contract.document"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.document_count = counts.get(contract._origin, 0)

    def write(self, vals):
        """Whom an issued document names, the contract is with."""
        if {"customer_id", "company_id"} & vals.keys():
            # sudo: whoever may change the contract need not see its documents.
            self.sudo()._check_documents(vals)
        result = super().write(vals)
        if vals.get("decision") == "cancelled":
            # sudo: see above. What is given up waits for nobody's signature any more.
            papers = self.sudo().document_ids
            papers.filtered(lambda document: document._awaits_signature()).action_cancel()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_documents(self):
        # sudo: as in write. Drafts go with their contract, what was issued stays.
        self.sudo().document_ids._check_draft()

    def _check_documents(self, vals):
        for contract in self:
            issued = contract.document_ids.filtered(lambda document: document.state != "draft")
            if issued and any(
                contract[name].id != vals[name]
                for name in ("customer_id", "company_id")
                if name in vals
            ):
                raise UserError(
                    self.env._(
                        "%(document)s of contract %(contract)s has been issued: customer and "
                        "company stay. Make a new contract.",
                        document=issued[0].display_name,
                        contract=contract.name,
                    )
                )

    def action_new_document(self):
        """Draw up what comes next: the contract, an annex once it is signed, or the paper of its
        end once it is terminated."""
        self.ensure_one()
        vals = {}
        if kind := self._kind_of_end():
            vals["date_effective"] = self.termination_until
        else:
            signed = self.document_ids.filtered(
                lambda document: document.kind == "contract" and document.state == "signed"
            )
            kind = "annex" if signed else "contract"
        if waiting := self._waiting_document(kind):
            return self._open_waiting(waiting)
        document = self._create_document(kind, **vals)
        return document._get_records_action(name=self.env._("Document"))

    def _waiting_document(self, kind):
        """The document of a kind that was issued and that the customer has not signed yet."""
        return self.document_ids.filtered(
            lambda document: document.kind == kind and document._awaits_signature()
        )[:1]

    def _open_waiting(self, document):
        """Lead to it, and say why nothing new was drawn up: two papers would say the same."""
        action = document._get_records_action(name=self.env._("Document"))
        message = self.env._(
            "%s is not signed yet. Have it signed, or cancel it first to draw up another.",
            document.display_name,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "message": message, "next": action},
        }

    def _kind_of_end(self):
        """The kind of the paper about the end of a contract; nothing while it goes on.

        :raise UserError: it goes on as another contract
        """
        if self.termination_kind == "assignment":
            following = self.assigned_to_ids[:1]
            raise UserError(
                self.env._(
                    "Contract %(contract)s was handed over to %(customer)s. Its documents are "
                    "drawn up on %(following)s.",
                    contract=self.name,
                    customer=following.customer_id.display_name,
                    following=following.name,
                )
            )
        if self.termination_kind in DECLARED:
            return "acknowledgement" if self.termination_by == "customer" else "notice"
        return "dissolution" if self.termination_kind else None

    def action_open_documents(self):
        """Open the documents of these contracts."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_contract.service_contract_document_action"
        )
        context = {"default_contract_id": self.id} if len(self) == 1 else {}
        return {**action, "domain": [("contract_id", "in", self.ids)], "context": context}

    # ------------------------------------------------------------------ for upper addons

    def _create_document(self, template, values=None, **vals):
        """Draw up a document for each contract, as a draft; ``action_issue`` freezes it.

        :param template: a ``service.contract.template``, or a kind, for which one is found
        :param dict values: what placeholders stand for in these documents, such as
            ``{"given.percent": "3,6 %"}``
        :param vals: further fields, such as ``date_effective``
        :return: ``service.contract.document`` records in the order of the contracts
        """
        return self.env["service.contract.document"].create(
            [
                {
                    "contract_id": contract.id,
                    "template_id": contract._document_template(template).id,
                    "given": values or False,
                    **vals,
                }
                for contract in self
            ]
        )

    def _document_template(self, template):
        """The template itself, or the one of a kind for this contract.

        :raise UserError: there is none of that kind
        """
        if not isinstance(template, str):
            return template
        templates = self.env["service.contract.template"]
        found = templates._find(template, self)
        if not found:
            raise UserError(templates._missing(template, self.type_id))
        return found
