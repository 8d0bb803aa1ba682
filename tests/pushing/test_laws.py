from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from custody.feed import Told
from custody.ledger import Record
from custody.pushing import parcels, signing
from custody.pushing.answers import Answered, Meaning
from custody.pushing.backoff import RETRY_AFTER_MAX, Patience, retry_after
from custody.terms import MINUTE, Millis, millis

instants = st.integers(1_700_000_000_000, 1_900_000_000_000)
TYPE = "organisation_registered"
texts = st.text(st.characters(codec="utf-8"), max_size=200)


def of_the_library(secret: bytes, id_: str, at: Millis, body: str) -> str:
    when = datetime.fromtimestamp(at // 1000, UTC)
    return Webhook(signing.written(secret)).sign(id_, when, body)


@given(st.binary(min_size=24, max_size=64), instants, texts)
def test_the_signature_is_the_one_that_the_library_makes(
    secret: bytes, at: Millis, body: str
) -> None:
    headers = signing.headers([secret], "msg_1", at, body.encode())
    assert headers["webhook-signature"] == of_the_library(secret, "msg_1", at, body)
    assert headers["webhook-timestamp"] == str(at // 1000)
    assert signing.read(signing.written(secret)) == secret


@given(st.binary(min_size=24), st.binary(min_size=24), texts)
def test_while_a_secret_is_changed_either_is_good(old: bytes, new: bytes, body: str) -> None:
    now = millis(datetime.now(UTC))
    headers = signing.headers([new, old], "msg_1", now, body.encode())
    for secret in (old, new):
        # It reads the body as JSON, once the signature is good.
        told = f'"{len(body)}"'.encode()
        headers = signing.headers([new, old], "msg_1", now, told)
        assert Webhook(signing.written(secret)).verify(told, headers) == str(len(body))


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.integers(0, 10**9))
def test_a_pause_lies_within_its_bounds(failures: int, chance: float, asked: int) -> None:
    patience = Patience(first=1_000, most=60 * MINUTE)
    pause = patience.pause(failures, chance)
    assert 0 <= pause <= min(patience.most, patience.first * 2 ** min(failures - 1, 40))
    assert patience.pause(failures, chance, asked) == max(pause, min(asked, RETRY_AFTER_MAX))


@given(st.integers(1, 100))
def test_the_most_that_is_waited_grows_until_it_does_not(failures: int) -> None:
    nearly = 1 - 2**-53
    waits = [Patience().pause(count, nearly) for count in range(1, failures + 1)]
    assert waits == sorted(waits)
    assert waits[-1] <= Patience().most


def test_a_hundred_failures_take_about_two_days() -> None:
    patience = Patience()
    waited = sum(patience.pause(count, 0.5) for count in range(1, patience.failures_max + 1))
    assert 36 <= waited / (60 * MINUTE) <= 60


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("0", 0), ("120", 120_000), (" 5 ", 5_000), ("999999999999", RETRY_AFTER_MAX),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 37_000), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ("", None), ("soon", None), ("-1", None), ("1.5", None), ("٣", None),
        ("Sun, 06 Nov 1994 08:49:37", None),
    ],
)  # fmt: skip
def test_a_receiver_may_ask_us_to_wait(said: str, meant: int | None) -> None:
    now = millis(datetime(1994, 11, 6, 8, 49, tzinfo=UTC))
    assert retry_after(said, now) == meant


@pytest.mark.parametrize(
    ("statuses", "meaning"),
    [
        ([200, 201, 204, 299], "taken"),
        ([None, 100, 301, 302, 307, 308, 401, 403, 404, 408, 425, 429, 500, 503, 599], "failed"),
        ([410], "gone"),
        ([413], "too_much"),
        ([400, 409, 418, 422, 451], "refused"),
    ],
)
def test_an_answer_means_one_thing(statuses: list[int | None], meaning: Meaning) -> None:
    assert {Answered(status, "").meaning for status in statuses} == {meaning}


def facts(sizes: list[int]) -> list[Told]:
    return [
        Told(Record(TYPE, 1, b'"%s"' % (b"x" * size), (), None, None, None, n + 1, 0, b"k"))
        for n, size in enumerate(sizes)
    ]


@given(
    st.lists(st.integers(0, 90_000), min_size=1, max_size=30),
    st.integers(1, 10),
    st.sampled_from(["item", "cloudevent"]),
)
def test_whatever_is_cut_nothing_is_left_out_and_no_part_is_too_large(
    sizes: list[int], at_once: int, envelope: str
) -> None:
    left, after, until = facts(sizes), 0, len(sizes) + 5
    told = []
    while left:
        part = parcels.first(envelope, after, until, left, at_once)
        assert 1 <= len(part.told) <= at_once
        size = sum(parcels.FORMS[envelope].size(one) for one in part.told)
        assert size <= parcels.BYTES_MAX or len(part.told) == 1
        assert part.after == after
        told += [one.position for one in part.told]
        left, after = left[len(part.told) :], part.until
    assert told == [*range(1, len(sizes) + 1)]
    assert after == until, "the last part passes over what was not chosen"


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_batch_has_one_name_and_no_other_has_it(round_: int, after: int, until: int) -> None:
    name = signing.message_id("sub_1", round_, after, until)
    assert name == signing.message_id("sub_1", round_, after, until)
    others = {
        signing.message_id("sub_1", a, b, c)
        for a in range(10) for b in range(10) for c in range(10)
        if (a, b, c) != (round_, after, until)
    }  # fmt: skip
    assert name not in others
