"""Does anything slow down as the ledger grows? Fills one as far as one likes, asking on the way."""

import json
import time
from pathlib import Path
from random import Random
from typing import Any

import orjson
from rich.progress import Progress

from bench.day import Day, Sent
from bench.scale import FULL
from bench.served import Answers, served
from bench.service import Service, ingest, opened
from bench.table import markdown, millis, rate

FACTS = 10_000_000
SITES = 40_000
REQUEST = 992
REQUESTS = 101  # a step: about 100,000 movements
STEP = REQUEST * REQUESTS
HEADINGS = ("facts stored", "taken in", "projected", "a history", "a site's inventory")


def run(url: str, facts: int, sites: int, notes: Path) -> str:
    """Fill a ledger, or go on filling it, and measure whenever it has grown tenfold."""
    seen: dict[str, list[str]] = json.loads(notes.read_text()) if notes.exists() else {}
    day = Day(sites)
    steps = max(1, round(facts / STEP))
    milestones = {steps, *(10**n for n in range(6) if 10**n < steps)}
    with Progress() as progress:
        task = progress.add_task("facts", total=steps * STEP)
        with opened(url) as service:
            registered = _register(service, day, progress)
            # What a step posts depends on its number alone; what came through is known by its id.
            done = (service.ledger.head().position - registered) // STEP
        for step in range(done, steps):
            progress.update(task, completed=step * STEP)
            told = _step(url, day, step)
            if step + 1 in milestones:
                stored = f"{(step + 1) * STEP:,}"
                seen[stored] = [*told, *_questions(url, day, step)]
                notes.write_text(json.dumps(seen, indent=1))
        progress.update(task, completed=steps * STEP)
    return markdown(HEADINGS, [[stored, *told] for stored, told in seen.items()])


def _register(service: Service, day: Day, progress: Progress) -> int:
    """Fill in the registry, as far as it is not; return how many registrations there are."""
    registrations = list(day.registrations())
    if service.ledger.head().position < len(registrations):
        for registration in progress.track(registrations, description="registry"):
            service.custodian.register(registration)
    return len(registrations)


def _requests(day: Day, step: int) -> list[Sent]:
    """Make up what a step posts, beginning at another site each time."""
    own = Day(0, seed=step)
    first = step * REQUESTS % len(day.sites)
    own.sites = [*day.sites[first:], *day.sites[:first]]
    return own.requests(REQUESTS, REQUEST)


def _step(url: str, day: Day, step: int) -> list[str]:
    requests = _requests(day, step)
    with opened(url) as service:
        begun = time.perf_counter()
        ingest(service, requests, known=True)
        taken_in = time.perf_counter()
        service.projector.catch_up()
        projected = time.perf_counter()
    return [rate(STEP / (taken_in - begun)), rate(STEP / (projected - taken_in))]


def _questions(url: str, day: Day, step: int) -> list[str]:
    """Ask for batteries of all steps so far, and for sites."""
    rng = Random(step)
    some = [sent for chosen in {0, step // 2, step} for sent in _requests(day, chosen)[:20]]
    movements: list[dict[str, Any]] = [orjson.loads(one) for sent in some for one in sent.movements]
    refs = [one["battery"]["code"] for one in movements if one["type"] == "drop_off"]
    with served(url) as server:
        key = server.keys["auditor"]

        def ask(paths: list[str]) -> str:
            return _told(server.ask([[server.get(path, key) for path in paths]]))

        count = FULL.questions
        return [
            ask([f"/v1/batteries/{rng.choice(refs)}/history" for _ in range(count)]),
            ask([f"/v1/sites/{rng.choice(day.sites)}/inventory" for _ in range(count)]),
        ]


def _told(answers: Answers) -> str:
    return f"p50 {millis(answers.p50)}, p99 {millis(answers.p99)}"
