from . import (
    test_base_partner_merge,
    test_portal,
    test_rate_limit,
    test_res_partner_location,
    test_res_users,
    test_service_membership,
    test_service_region,
    test_service_region_concurrency,
)
