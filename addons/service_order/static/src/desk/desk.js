import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { listView } from "@web/views/list/list_view";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Filters of the search view that have a tile, and the tone of one that is not empty. */
const TILES = {
    new: "danger",
    late: "danger",
    unanswered: "danger",
    unassigned: "warning",
    today: "info",
    waiting_parts: "secondary",
    waiting_customer: "secondary",
    to_settle: "secondary",
};

/**
 * Counts of what waits for a dispatcher. A tile is a filter of the search view, counted by its own
 * domain, so that a click shows exactly what was counted.
 */
export class OrderDesk extends Component {
    static template = "service_order.Desk";
    static props = { list: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ tiles: [] });
        onWillStart(() => this.count());
        onWillUpdateProps(() => this.count());
    }

    async count() {
        const filters = this.env.searchModel.getSearchItems(
            (item) => item.type === "filter" && item.name in TILES
        );
        const domains = Object.fromEntries(
            filters.map((item) => [
                item.name,
                new Domain(item.domain).toList(this.env.searchModel.domainEvalContext),
            ])
        );
        const counts = await this.orm.call("service.order", "count_domains", [domains]);
        this.state.tiles = Object.keys(TILES)
            .map((name) => filters.find((item) => item.name === name))
            .filter(Boolean)
            .map((item) => ({
                id: item.id,
                label: item.description,
                count: counts[item.name],
                isActive: item.isActive,
                tone: counts[item.name] ? TILES[item.name] : "light",
            }));
    }

    /** Show what was counted and nothing else; once more: everything open. */
    show(tile) {
        const { searchModel } = this.env;
        const [all] = searchModel.getSearchItems((item) => item.name === "open");
        searchModel.clearQuery();
        searchModel.toggleSearchItem(tile.isActive && all ? all.id : tile.id);
    }
}

class OrderDeskListRenderer extends ListRenderer {
    static template = "service_order.DeskListRenderer";
    static components = { ...ListRenderer.components, OrderDesk };
}

class OrderDeskKanbanRenderer extends KanbanRenderer {
    static template = "service_order.DeskKanbanRenderer";
    static components = { ...KanbanRenderer.components, OrderDesk };
}

registry
    .category("views")
    .add("service_order_desk_list", { ...listView, Renderer: OrderDeskListRenderer })
    .add("service_order_desk_kanban", { ...kanbanView, Renderer: OrderDeskKanbanRenderer });
