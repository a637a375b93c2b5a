import { NameAndSignature } from "@web/core/signature/name_and_signature";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * The form that accepts the work: what is drawn on core's pad goes with it.
 */
export class ServiceAcceptForm extends Interaction {
    static selector = "form.o_service_accept";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        // Whoever comes back with the browser's button finds the form ready to be sent.
        _window: { "t-on-pageshow": () => (this.sending = false) },
        "button[type=submit]": { "t-att-disabled": () => this.sending },
        ".o_service_unsigned": { "t-att-class": () => ({ "d-none": !this.isUnsigned }) },
    };

    setup() {
        this.sending = false;
        this.isUnsigned = false;
        // What core's pad fills in.
        this.signature = { name: "", isSignatureEmpty: true, getSignatureImage: () => "" };
    }

    start() {
        this.mountComponent(this.el.querySelector(".o_service_pad"), NameAndSignature, {
            signature: this.signature,
            mode: "draw",
            noInputName: true,
            displaySignatureRatio: 2.4,
            onSignatureChange: () => {
                this.isUnsigned = false;
                this.updateContent();
            },
        });
    }

    onSubmit(ev) {
        this.isUnsigned = this.signature.isSignatureEmpty;
        if (this.sending || this.isUnsigned) {
            ev.preventDefault();
            return;
        }
        const [, content] = this.signature.getSignatureImage().split(",");
        this.el.querySelector("input[name=signature]").value = content || "";
        this.sending = true;
    }
}

registry.category("public.interactions").add("service_portal.accept_form", ServiceAcceptForm);
