from odoo.exceptions import UserError


class StageMoveError(UserError):
    """A person's move of an order to another stage is not allowed.

    The message is one sentence for the user, the same whether the order was dragged, moved by a
    button or written through the API.
    """
