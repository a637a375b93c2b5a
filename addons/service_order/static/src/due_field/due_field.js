import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formatDateTime } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = { breached: "danger", warning: "warning", paused: "muted", met: "success" };

/** How long there still is for a promised time, coloured; its state in a word once it stands. */
export class DueField extends Component {
    static template = "service_order.DueField";
    static props = { ...standardFieldProps, state: String };

    get due() {
        return this.props.record.data[this.props.name];
    }

    get state() {
        return this.props.record.data[this.props.state];
    }

    get isOpen() {
        return ["running", "warning", "breached"].includes(this.state) && this.due;
    }

    get text() {
        if (this.isOpen) {
            return this.due.toRelative({ style: "short" });
        }
        const states = this.props.record.fields[this.props.state].selection;
        return Object.fromEntries(states)[this.state] || "";
    }

    get exact() {
        return this.due ? formatDateTime(this.due, { showSeconds: false }) : "";
    }

    get className() {
        // Between two looks of the scheduled job the moment itself says that it has passed.
        const isLate = this.isOpen && this.due < luxon.DateTime.now();
        const color = isLate ? "danger" : COLORS[this.state];
        return color ? `text-${color}` + (color === "muted" ? "" : " fw-bold") : "";
    }
}

registry.category("fields").add("service_due", {
    component: DueField,
    supportedTypes: ["datetime"],
    // A paused time has no moment, but a state to show.
    isEmpty: () => false,
    extractProps: ({ options }) => ({ state: options.state }),
});
