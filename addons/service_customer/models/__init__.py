from . import (
    ir_http,
    mail_message,
    mail_thread,
    res_partner,
    res_partner_location,
    res_users,
    service_membership,
    service_rate_limit,
    service_region,
    service_region_zip,
)
