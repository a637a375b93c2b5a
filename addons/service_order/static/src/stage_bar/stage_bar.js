import { registry } from "@web/core/registry";
import { StatusBarField, statusBarField } from "@web/views/fields/statusbar/statusbar_field";

/**
 * The stages of an order. One that the server refuses is not left standing as if it had been
 * reached; what else was typed stays.
 */
export class StageBarField extends StatusBarField {
    async selectItem(item) {
        const { name, record } = this.props;
        const before = record.data[name];
        const keep = record.isNew || (await record.isDirty());
        try {
            await super.selectItem(item);
        } catch (error) {
            await (keep ? record.update({ [name]: before }) : record.discard());
            throw error;
        }
    }
}

registry
    .category("fields")
    .add("service_stage_bar", { ...statusBarField, component: StageBarField });
