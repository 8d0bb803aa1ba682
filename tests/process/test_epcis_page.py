"""Does what the page on EPCIS says to do work as it stands: asked for, told, and found again?"""

import re
from pathlib import Path

from tests.process.program import ROOT
from tests.process.test_readme import objects, ran

PAGE = (ROOT / "docs" / "epcis.md").read_text()
EVENT = "urn:uuid:0195555e-8a00-7000-8000-000000000001"


def test_who_reads_the_page_on_epcis_has_asked_and_told(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    *pages, job, found, battery = objects(ran(block, tmp_path))
    told = [
        event
        for page in pages
        for event in page["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    ]
    assert len({event["eventID"] for event in told}) == 4, "two pages of two"
    assert {event["bizStep"] for event in told} <= {"shipping", "receiving"}
    times = [event["eventTime"] for event in told]
    assert times == sorted(times) or times == sorted(times, reverse=True)
    (movement,) = job["movements"]
    assert (job["success"], movement["eventID"], movement["status"]) == (True, EVENT, "recorded")
    (event,) = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert event["eventID"] == EVENT
    site = event["bizLocation"]["id"].removeprefix("urn:custody:site:")
    assert (battery["ref"], battery["state"]) == ("giai:9521234EBB0000001", "in_stock")
    assert (battery["site"], battery["position"]) == (site, movement["position"])
