import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** Opens the form for a request by telephone from anywhere, by a click or by Alt+Shift+T. */
export class TelephoneRequest extends Component {
    static template = "service_order.TelephoneRequest";
    static props = {};

    setup() {
        this.action = useService("action");
    }

    open() {
        this.action.doAction("service_order.service_order_intake_action");
    }
}

registry.category("services").add("service_order.telephone", {
    async start() {
        if (await user.hasGroup("service_customer.group_service_dispatcher")) {
            registry
                .category("systray")
                .add("service_order.telephone", { Component: TelephoneRequest }, { sequence: 120 });
        }
    },
});
