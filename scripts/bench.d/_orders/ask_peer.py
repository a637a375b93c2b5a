# What is asked about the peer's orders, before ask.py.
# ruff: noqa: F821
MODEL, STAGE = "fsm.order", "stage_id"
COLUMNS = ("scheduled_date_start", "name", "location_id", "person_id", "stage_id")
CARD = ("stage_id", "name", "priority", "location_id", "person_id", "color")
env = act_as_manager("fieldservice.group_fsm_manager")
locations = env["fsm.location"].search([("name", "=like", "Oddział %")], order="id", limit=1000)
persons = env["fsm.person"].search([("name", "=like", "Serwisant %")], order="id")


def values(number):
    return [
        {
            "location_id": location.id,
            "person_id": persons[index % len(persons)].id,
            "scheduled_date_start": "2026-06-01 08:00:00",
            "scheduled_duration": 1.0,
            "description": f"Zgłoszenie {number} {index}",
        }
        for index, location in enumerate(locations)
    ]


CALLS = {"12 columns": lambda: listed(COLUMNS)}  # ours may take twice the time of this
