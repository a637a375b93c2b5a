import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { getReportUrl } from "@web/webclient/actions/reports/utils";

/**
 * Downloads a report of WeasyPrint. The web client itself would ask for wkhtmltopdf first, and show
 * the report as HTML where that is missing.
 */
async function printWithWeasyprint(action, options, env) {
    if (action.report_type !== "qweb-pdf") {
        return false;
    }
    const engine =
        action.pdf_engine ||
        (await env.services.orm.call("ir.actions.report", "get_pdf_engine", [action.report_name]));
    if (engine !== "weasyprint") {
        return false;
    }
    env.services.ui.block();
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), action.report_type]),
                context: JSON.stringify({ ...user.context, ...action.context }),
            },
        });
    } finally {
        env.services.ui.unblock();
    }
    return true;
}

registry.category("ir.actions.report handlers").add("weasyprint", printWithWeasyprint);
