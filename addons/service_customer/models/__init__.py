from . import (
    res_partner,
    res_partner_location,
    res_users,
    service_membership,
    service_region,
    service_region_zip,
)
