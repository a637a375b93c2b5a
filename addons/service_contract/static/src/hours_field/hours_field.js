import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

/** Hours that are agreed, or an empty field where none are: zero hours are never meant. */
export class HoursField extends FloatField {
    static template = "service_contract.HoursField";
    static props = { ...FloatField.props, placeholder: { type: String, optional: true } };

    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }

    parse(value) {
        return value.trim() ? super.parse(value) : 0;
    }
}

registry.category("fields").add("service_hours", {
    ...floatField,
    component: HoursField,
    isEmpty: (record, name) => !record.data[name],
    extractProps: (info) => ({
        ...floatField.extractProps(info),
        placeholder: info.placeholder,
        trailingZeros: false,
    }),
});
