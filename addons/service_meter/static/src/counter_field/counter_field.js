import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

import { useEffect } from "@odoo/owl";

/**
 * What a counter shows, typed as it stands there: a telephone offers its digits, and nothing that
 * was typed is lost or rounded before the server has judged it.
 */
export class CounterField extends CharField {
    setup() {
        super.setup();
        useEffect(
            (input) => input?.setAttribute("inputmode", "numeric"),
            () => [this.input.el]
        );
    }
}

registry.category("fields").add("service_counter", { ...charField, component: CounterField });
