import js from "@eslint/js";

const BROWSER = [
    "AbortController Blob BroadcastChannel CustomEvent DOMParser DataTransfer Event EventTarget File",
    "FileReader FormData HTMLElement IDBKeyRange Image KeyboardEvent MouseEvent Node PointerEvent",
    "IntersectionObserver MutationObserver Notification ResizeObserver URL URLSearchParams",
    "caches clearInterval clearTimeout console crypto document fetch indexedDB location localStorage",
    "navigator requestAnimationFrame self sessionStorage setInterval setTimeout structuredClone window",
]
    .join(" ")
    .split(" ");

export default [
    js.configs.recommended,
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: Object.fromEntries(
                [...BROWSER, "odoo", "luxon"].map((name) => [name, "readonly"])
            ),
        },
        rules: {
            curly: ["error", "all"],
            eqeqeq: ["error", "smart"],
            "no-console": ["error", { allow: ["warn", "error"] }],
            "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_" }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": ["error", { destructuring: "all" }],
        },
    },
];
