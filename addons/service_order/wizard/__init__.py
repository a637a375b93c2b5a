from . import (
    service_consent,
    service_bench_entry,
    service_device_move,
    service_meter_entry,
    service_order_intake,
    service_parcel_exchange,
    service_stage_removal,
    service_order_line_return,
)
