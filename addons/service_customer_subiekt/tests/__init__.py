from . import test_shared_cards
