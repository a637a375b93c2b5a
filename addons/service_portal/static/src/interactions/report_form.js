import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * The report form: photos are shown before they leave, can be taken out again, and nothing typed or
 * chosen is lost when the server refuses something or the network fails. Without JavaScript the
 * form is a plain one.
 */
export class ServiceReportForm extends Interaction {
    static selector = "form.o_service_report";
    dynamicContent = {
        _root: { "t-on-submit.prevent": this.onSubmit },
        // Whoever comes back with the browser's button finds the form as it was, ready to be sent.
        _window: { "t-on-pageshow": () => (this.sending = false) },
        "button[type=submit]": { "t-att-disabled": () => this.sending },
        ".o_service_sending": { "t-att-class": () => ({ "d-none": !this.sending }) },
        "input[name=photos]": { "t-on-change": this.onPhotosChange },
        ".o_service_previews": { "t-on-click": this.onPreviewClick },
    };

    setup() {
        this.photosEl = this.el.querySelector("input[name=photos]");
        this.previewsEl = this.el.querySelector(".o_service_previews");
        this.maxPhotos = parseInt(this.el.dataset.maxPhotos);
        this.maxBytes = parseInt(this.el.dataset.maxBytes);
        this.photos = [];
        this.sending = false;
        this.loggedOut = false;
        this.registerCleanup(() => this.forgetPreviews());
    }

    /** Phones hand over one picture at a time: each choice adds to those before. */
    onPhotosChange() {
        const kinds = this.photosEl.accept.split(",");
        // A browser that does not know the kind leaves it to the server, which looks inside.
        const known = [...this.photosEl.files].filter((file) =>
            kinds.includes(file.type || kinds[0])
        );
        const fits = known.filter((file) => file.size <= this.maxBytes);
        const sentences = [];
        if (known.length < this.photosEl.files.length) {
            sentences.push(
                _t(
                    "Only JPEG, PNG and WebP photos can be sent. Choose iPhone photos (HEIC) from the Photos app."
                )
            );
        }
        if (fits.length < known.length) {
            sentences.push(
                _t("A photo is too large and was left out. Take it in a lower quality.")
            );
        }
        if (this.photos.length + fits.length > this.maxPhotos) {
            sentences.push(_t("No more than %s photos can be sent.", this.maxPhotos));
        }
        this.photos = [...this.photos, ...fits].slice(0, this.maxPhotos);
        this.showErrors(sentences);
        this.refresh();
    }

    onPreviewClick(ev) {
        const button = ev.target.closest("button");
        if (button) {
            this.photos.splice(parseInt(button.dataset.index), 1);
            this.refresh();
        }
    }

    async onSubmit() {
        if (this.sending) {
            return;
        }
        this.sending = true;
        this.updateContent();
        // Set to false again unless the browser is on its way to the new request.
        this.sending = await this.waitFor(this.send());
    }

    /**
     * Send the report.
     *
     * @returns {Promise<boolean>} whether it was taken
     */
    async send() {
        let response, page;
        try {
            if (this.loggedOut) {
                await this.renewToken();
            }
            response = await fetch(this.el.action, {
                method: "POST",
                body: new FormData(this.el),
            });
            page = response.redirected ? "" : await response.text();
        } catch {
            this.showErrors([
                _t("There is no connection. Nothing is lost: send the report again in a moment."),
            ]);
            return false;
        }
        if (response.redirected) {
            this.loggedOut = new URL(response.url).pathname.endsWith("/web/login");
            if (this.loggedOut) {
                this.askToLogIn();
                return false;
            }
            window.location.assign(response.url);
            return true;
        }
        const errorsEl = new DOMParser()
            .parseFromString(page, "text/html")
            .querySelector(".o_service_errors");
        if (errorsEl) {
            this.el.querySelector(".o_service_errors").replaceWith(errorsEl);
            this.scrollToErrors();
        } else {
            this.showErrors([_t("The report could not be sent. Reload the page and try again.")]);
        }
        return false;
    }

    /** A new login makes the form's token worthless: take that of a fresh form. */
    async renewToken() {
        const response = await fetch(this.el.action);
        const selector = "form.o_service_report input[name=csrf_token]";
        const fresh = new DOMParser()
            .parseFromString(await response.text(), "text/html")
            .querySelector(selector);
        if (fresh) {
            this.el.querySelector("input[name=csrf_token]").value = fresh.value;
        }
    }

    // What the person sees

    /** The form stays as it is, with its photos, while the person logs in beside it. */
    askToLogIn() {
        this.showErrors([
            _t("You have been logged out. Nothing is lost: log in, then send the report again."),
        ]);
        const link = document.createElement("a");
        link.href = "/web/login";
        link.target = "_blank";
        link.className = "d-block mt-2";
        link.textContent = _t("Log in in a new tab");
        this.el.querySelector(".o_service_error > div").append(link);
    }

    refresh() {
        const transfer = new DataTransfer();
        this.photos.forEach((photo) => transfer.items.add(photo));
        this.photosEl.files = transfer.files;
        this.forgetPreviews();
        this.previewsEl.replaceChildren(...this.photos.map((photo, i) => this.preview(photo, i)));
    }

    preview(photo, index) {
        const figure = document.createElement("figure");
        const image = document.createElement("img");
        image.src = URL.createObjectURL(photo);
        image.alt = photo.name;
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.index = index;
        button.textContent = "×";
        button.setAttribute("aria-label", _t("Remove %s", photo.name));
        figure.append(image, button);
        return figure;
    }

    forgetPreviews() {
        this.previewsEl.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    }

    showErrors(sentences) {
        const errorsEl = this.el.querySelector(".o_service_errors");
        errorsEl.replaceChildren();
        if (!sentences.length) {
            return;
        }
        const card = document.createElement("div");
        card.className = "o_service_card o_service_error";
        card.setAttribute("role", "alert");
        const text = document.createElement("div");
        text.textContent = sentences.join(" ");
        card.append(text);
        errorsEl.append(card);
        this.scrollToErrors();
    }

    scrollToErrors() {
        this.el
            .querySelector(".o_service_errors")
            .scrollIntoView({ block: "center", behavior: "smooth" });
    }
}

registry.category("public.interactions").add("service_portal.report_form", ServiceReportForm);
