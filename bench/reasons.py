"""Why is a goal missed? What a profile says of each work; told only while it is missed."""

REASONS = {
    "batches with the log": (
        "a fact takes 25 µs of Python to become a leaf (two digests an item, one squeeze for its"
        " salts), 5 to be read, 2 to 4 to be written and 3 to be read again before anything is"
        " signed. On SQLite all of it is taken from the interpreter that decides and projects; on"
        " PostgreSQL from two cores that server, service, projector and log share."
    ),
    "sealing alone": (
        "a leaf takes 25 µs of Python, of which 2 go to reading the body, 4 to what it says of each"
        " subject and 10 to digests and to writing the entry; reading and writing take 10."
    ),
    "custody verify": (
        "every fact becomes a leaf again, which takes 28 µs of Python, and is read twice over, as a"
        " record and as a leaf, and looked up in the index; each core does that for stretches of"
        " its own. The command's own start, a second, counts."
    ),
    "Parquet export": (
        "a fact takes 10 µs of a processor by itself, in threads: 2 to be read, 4 for its columns,"
        " of which Arrow's reading of bodies is half, 2 for Parquet and zstd, 1 for the checksums;"
        " 11 to 17 where two shared cores do it, which do not do twice what one does."
    ),
    "answered until": (
        "on SQLite the log is a thread of the interpreter that decides and projects, which take"
        " what they can get while movements come; it comes up again when there is less."
    ),
    "recorded until heard": (
        "what is recorded is told after it is projected: on PostgreSQL three processes and the"
        " server do one after another what comes at once, on the cores that the listeners share."
    ),
    "batches": (
        "a movement takes about 8 µs to parse and validate, 26 to decide and pack, 3 to answer and"
        " 28 to project, all of it Python; a COPY takes 10 µs, all of it in the server. PostgreSQL"
        " then takes 45 µs to guard, count and append it with its subjects, while the thread that"
        " decides waits; SQLite takes 16 in line with it."
    ),
    "projecting everything": (
        "what was not taken in just now must be read and validated again, 10 µs a fact; folding and"
        " packing the rows takes 12, the database 8 to 12."
    ),
    "rebuild": (
        "every fact is read, validated and folded in one interpreter, and every battery's row"
        " written again in each batch of 4,000 facts that touches it."
    ),
    "single POST": (
        "a request takes 250 to 300 µs of one interpreter with 64 clients, more with fewer: half of"
        " it in the HTTP stack, a seventh in deciding. The database and the clients share the same"
        " two cores, and a flush takes 0.2 ms here, which favours whoever commits one by one."
    ),
}


def why(work: str, engine: str) -> str:
    """Say what the profile of a work says."""
    told = next((reason for start, reason in REASONS.items() if work.startswith(start)), "")
    if "flush" in engine:
        told += " Whoever waits while a batch is flushed waits for that flush and for its own."
    return told or "not looked into yet."
