{
    "name": "PDF Reports by WeasyPrint",
    "version": "19.0.1.0.0",
    "summary": "Designed paper: headers, footers and page numbers by CSS, the same everywhere",
    "category": "Technical",
    "author": "Service Suite",
    "license": "LGPL-3",
    "depends": ["web"],
    "external_dependencies": {"python": ["weasyprint"]},
    "data": [
        "report/paper_templates.xml",
        "views/ir_actions_report_views.xml",
    ],
    "assets": {"web.assets_backend": ["report_weasyprint/static/src/report_handler.js"]},
}
