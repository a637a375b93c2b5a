import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

/** A small picture drawn by the browser itself. */
async function drawPhoto(name) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 32;
    canvas.getContext("2d").fillRect(0, 0, 32, 32);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    return new File([blob], name, { type: "image/jpeg" });
}

registry.category("web_tour.tours").add("service_portal_report", {
    steps: () => [
        {
            content: "Photos are added one after the other",
            trigger: "form.o_service_report .o_service_upload",
            async run() {
                await inputFiles("input[name=photos]", [await drawPhoto("first.jpg")]);
                await inputFiles("input[name=photos]", [
                    new File(["no picture"], "second.jpg", { type: "image/jpeg" }),
                ]);
            },
        },
        {
            content: "Both are shown, nothing is described yet: send",
            trigger: ".o_service_previews figure:nth-child(2)",
            run() {
                document.querySelector("form.o_service_report button[type=submit]").click();
            },
        },
        {
            content: "The error comes without leaving the page; write a sentence",
            trigger: ".o_service_error:contains(second.jpg)",
            run() {
                document.querySelector("#service_description").value = "Tray 2 jams";
            },
        },
        {
            content: "Take the wrong photo out",
            trigger: ".o_service_previews figure:nth-child(2) button",
            run: "click",
        },
        {
            content: "Send what is left",
            trigger: ".o_service_previews:not(:has(figure:nth-child(2)))",
            run() {
                document.querySelector("form.o_service_report button[type=submit]").click();
            },
            expectUnloadPage: true,
        },
        {
            content: "The new request thanks",
            trigger: ".o_service_success",
        },
        {
            content: "The conversation is ready",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
        },
    ],
});
