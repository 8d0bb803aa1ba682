"""Why is a goal missed? One sentence a work, from its profile; shown only while it is missed."""

REASONS = {
    "batches": "one interpreter parses, decides and packs; see where the time goes.",
}
