import { registry } from "@web/core/registry";

const PASSWORD = "p_user";

/** Log in as the browser would in another tab. */
async function logIn() {
    const page = await (await fetch("/web/login")).text();
    const form = new DOMParser().parseFromString(page, "text/html").querySelector("form");
    const data = new FormData(form);
    data.set("login", PASSWORD);
    data.set("password", PASSWORD);
    await fetch("/web/login", { method: "POST", body: data });
}

const send = () => document.querySelector("form.o_service_report button[type=submit]").click();

registry.category("web_tour.tours").add("service_portal_logged_out", {
    steps: () => [
        {
            content: "Write a sentence; meanwhile the session ends",
            trigger: "form.o_service_report .o_service_upload",
            async run() {
                document.querySelector("#service_description").value = "Tray 2 jams";
                await fetch("/web/session/logout");
                send();
            },
        },
        {
            content: "The form stays, with a link to log in",
            trigger: ".o_service_error a[target=_blank][href='/web/login']",
            async run() {
                await logIn();
                send();
            },
            expectUnloadPage: true,
        },
        {
            content: "The new request thanks",
            trigger: ".o_service_success",
        },
    ],
});
