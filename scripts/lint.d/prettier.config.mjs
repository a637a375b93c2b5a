import xml from "@prettier/plugin-xml";

// Odoo's own widths with the OCA's care for white space in XML, where it can be content.
export default {
    plugins: [xml],
    printWidth: 100,
    tabWidth: 4,
    semi: true,
    trailingComma: "es5",
    bracketSpacing: true,
    xmlWhitespaceSensitivity: "strict",
};
