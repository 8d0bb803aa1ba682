"""Why is a goal missed? What a profile says of each work; told only while it is missed."""

REASONS = {
    "batches": (
        "all Python of a process shares one lock, and a movement costs it about 7 µs to parse and"
        " validate, 20 to 25 to decide and pack, 3 to answer and 17 to 25 to project; a COPY costs"
        " 10 µs, all of it in the server. On PostgreSQL the server's 20 µs for reading and"
        " appending run beside that; SQLite's run in line with it."
    ),
    "projecting everything": (
        "what was not taken in just now must be read and validated again, 10 µs a fact; folding and"
        " packing the rows takes 12, the database 8 to 12."
    ),
    "rebuild": (
        "five projections are built, whichever are asked for; location and inventory alone would"
        " take two thirds of the processor's time."
    ),
    "single POST": (
        "few movements share a commit while few clients wait, and every commit is followed by one"
        " of the projector's: a dozen statements and a flush of its own, on the same two cores."
    ),
}


def why(work: str, engine: str) -> str:
    """Say what the profile of a work says."""
    told = next((reason for start, reason in REASONS.items() if work.startswith(start)), "")
    if "flush" in engine:
        told += " Whoever waits while a batch is flushed waits for that flush and for its own."
    return told or "not looked into yet."
