import { Component, useState } from "@odoo/owl";

import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useBus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Finds a device by what is scanned with the camera or a hand-held scanner, or typed: its QR code,
 * serial, inventory or own number. What is not found is said, and what was typed stays.
 */
export class DeviceScan extends Component {
    static template = "service_device.Scan";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.hasCamera = isBarcodeScannerSupported();
        this.state = useState({ code: "", problem: "", busy: false });
        this.input = useAutofocus();
        useBus(useService("barcode").bus, "barcode_scanned", (event) =>
            this.find(event.detail.barcode)
        );
    }

    async openCamera() {
        let code = "";
        try {
            code = await scanBarcode(this.env);
        } catch (error) {
            // The camera's own words: no permission, in use by another program …
            this.state.problem = error.message;
        }
        if (code) {
            await this.find(code);
        }
    }

    async find(code) {
        code = code.trim();
        if (!code || this.state.busy) {
            return;
        }
        Object.assign(this.state, { code, problem: "", busy: true });
        try {
            const found = await this.orm.call("service.device", "find_by_scan", [code]);
            if (found) {
                await this.action.doAction(found);
            } else {
                this.state.problem = _t(
                    "No device with the code “%s”. Check the number, or look for another label.",
                    code
                );
                this.input.el?.select();
            }
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("actions").add("service_device.scan", DeviceScan);
