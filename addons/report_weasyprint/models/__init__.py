from . import ir_actions_report
from . import ir_actions_report_resource
