from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging two contacts keeps their memberships and locations.

    Core moves foreign keys table by table and, on a conflict with a unique constraint, deletes all
    rows of the merged contacts. So doubled memberships are combined before, and what is stored
    about the tree of locations is computed again after.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """EXTENDS base: locations merge only with locations of the same customer.

        :raise UserError: other contacts are among them
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        locations = partners.filtered(lambda partner: partner.type == "location")
        if locations and (locations != partners or len(locations.commercial_partner_id) > 1):
            raise UserError(
                self.env._(
                    "A location can be merged only with locations of the same customer. Take the"
                    " other contacts out of the selection."
                )
            )
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)

    def _update_foreign_keys(self, src_partners, dst_partner):
        """EXTENDS base: combine memberships that would be the same after the merge."""
        combined = self._combine_doubled_memberships(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        for membership, vals in combined.items():
            membership.write(vals)
        return result

    def _update_values(self, src_partners, dst_partner):
        """EXTENDS base: names, regions, scopes and rules follow the merged tree."""
        result = super()._update_values(src_partners, dst_partner)
        customer = dst_partner.commercial_partner_id
        # Core moved the rows in SQL, no computed field of theirs has noticed. They belong to the
        # merged customer wherever they are, seen by whoever merges or not.
        partners = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", customer.id)])
        )
        for name in ("service_location_path", "complete_name", "service_region_id"):
            self.env.add_to_compute(partners._fields[name], partners)
        self.env["service.membership"]._refresh_scopes(customer)
        # Who may merge need not see the roles that now are this person's.
        merged = dst_partner.sudo()
        merged.service_person_membership_ids.contact_id._service_mark_membership()
        merged.service_membership_ids.customer_id._service_mark_people()
        # The merged user has another contact now; rule domains cached with the old one are void.
        self.env.registry.clear_cache()
        return result

    @api.model
    def _combine_doubled_memberships(self, sources, target):
        """Before contacts are merged: leave one row where merging would make two of one role.

        Rows that have ended add nothing to one in force or to come.

        :param sources: res.partner records that will disappear
        :param target: res.partner that stays
        :return: dict ``{remaining service.membership: values}``, to be written after the merge
        """
        # Whoever may merge contacts need not be allowed to give roles; none is widened here.
        # No account is closed meanwhile, and roles switched off count: they would collide as well.
        Membership = (
            self.env["service.membership"]
            .sudo()
            .with_context(active_test=False, service_merging=True)
        )
        merged = (sources | target).ids
        groups = defaultdict(Membership.browse)
        for membership in Membership.search(
            ["|", ("contact_id", "in", merged), ("customer_id", "in", merged)]
        ):
            contact, customer = (
                target if partner in sources else partner
                for partner in (membership.contact_id, membership.customer_id)
            )
            groups[contact, customer, membership.role] |= membership
        doubles = [group for group in groups.values() if len(group) > 1]
        combined = {group[0]: group._prepare_combined_vals() for group in doubles}
        Membership.union(*(group[1:] for group in doubles)).unlink()
        return combined
