import { onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";

const SECONDS = 3;

/** Progress of a first load that shows by itself how far the background has come. */
export class LoadProgressField extends ProgressBarField {
    setup() {
        super.setup();
        const refresh = () => this.props.record.load();
        let timer;
        useEffect(
            (state) => {
                clearInterval(timer);
                if (state === "loading") {
                    timer = setInterval(refresh, SECONDS * 1000);
                }
            },
            () => [this.props.record.data.state]
        );
        onWillUnmount(() => clearInterval(timer));
    }
}

registry.category("fields").add("service_load_progress", {
    ...progressBarField,
    component: LoadProgressField,
});
