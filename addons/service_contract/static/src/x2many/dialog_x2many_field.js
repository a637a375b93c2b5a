import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

/** A list whose "View" button opens a row over the list, not on a page that leads away from it. */
export class DialogX2ManyField extends X2ManyField {
    async switchToForm(record) {
        await this._openRecord({
            record,
            context: this.props.context,
            readonly: this.props.readonly,
        });
    }
}

registry.category("fields").add("service_x2many_dialog", {
    ...x2ManyField,
    component: DialogX2ManyField,
});
