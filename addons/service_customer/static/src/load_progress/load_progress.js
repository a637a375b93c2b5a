import { onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";

const SECONDS = 3;
/** States in which the background is at work: of a first load, of a billing run. */
const BUSY = ["loading", "running"];

/**
 * Progress of a first load that shows by itself how far the background has come; of other long
 * work, while the field that the option `working_field` names is set.
 */
export class LoadProgressField extends ProgressBarField {
    static props = {
        ...ProgressBarField.props,
        workingField: { type: String, optional: true },
    };

    setup() {
        super.setup();
        const refresh = () => this.props.record.load();
        let timer;
        useEffect(
            (isWorking) => {
                clearInterval(timer);
                if (isWorking) {
                    timer = setInterval(refresh, SECONDS * 1000);
                }
            },
            () => [this.isWorking]
        );
        onWillUnmount(() => clearInterval(timer));
    }

    get isWorking() {
        const { data } = this.props.record;
        const field = this.props.workingField;
        return field ? Boolean(data[field]) : BUSY.includes(data.state);
    }
}

registry.category("fields").add("service_load_progress", {
    ...progressBarField,
    component: LoadProgressField,
    extractProps: (info, dynamicInfo) => ({
        ...progressBarField.extractProps(info, dynamicInfo),
        workingField: info.options.working_field,
    }),
});
