"""The interface of a real process on loopback: partners, operators, pushes, crashes."""

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from standalone_ambulance.service import Service
from standalone_ambulance.settings import load
from standalone_ambulance.simulation import Wrong
from standalone_ambulance.web import application

from .conftest import ROOM
from .serving import Process, Room, Station, message, until

KILLS = int(os.environ.get("STANDALONE_KILLS", "4"))
"""How often the campaign kills; fifty take some minutes."""


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    yield room
    room.close()


@pytest.fixture
def station(tmp_path: Path, room: Room) -> Iterator[Station]:
    station = Station(tmp_path / "station", room.url)
    station.start()
    yield station
    station.stop()


@pytest.fixture
def process(tmp_path: Path, room: Room) -> Iterator[Process]:
    process = Process(tmp_path / "process", room.url)
    process.start()
    yield process
    process.kill()


def content(body: Any) -> Any:
    said = body["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
    return list(said.values())[-1]


def test_a_message_is_taken_answered_and_the_answer_pushed(station: Station, room: Room) -> None:
    answer = station.give(message(1))
    assert (answer.status_code, answer.json()) == (202, {"taken": [f"{ROOM}_1"]})
    until(lambda: room.pushed, "a push")
    assert content(room.pushed[0]) == {"distributionID": f"{ROOM}_1", "step": "INTEGRE"}
    assert room.tokens == {station.token("push")["Authorization"]}
    [case] = station.ask("GET", "/desk/cases").json()
    assert case["owner"] == ROOM
    assert station.ask("GET", f"/desk/cases/{case['id']}").json() == case


def test_a_message_that_is_given_again_is_taken_once(station: Station) -> None:
    for _ in range(3):
        assert station.give(message(1)).status_code == 202
    assert len(station.letters()) == 1


def test_several_are_taken_in_order_up_to_the_one_that_is_not(station: Station) -> None:
    answer = station.give([message(1), message(2), {"senderID": ROOM}, message(3)])
    assert answer.status_code == 400
    assert answer.json()["code"] == 102
    assert answer.json()["taken"] == [f"{ROOM}_1", f"{ROOM}_2"]
    assert len(station.letters()) == 2
    assert station.give([message(1), message(3)]).json() == {"taken": [f"{ROOM}_1", f"{ROOM}_3"]}
    assert len(station.letters()) == 3


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, 102),
        (b"{", 400, 102),
        (b"[", 400, 102),
        (b"[" * 100_000, 400, 102),
        (b'{"a":' * 100_000, 400, 102),
        (b'{"distributionID":"x","senderID":"nl.other.x"}', 403, 200),
        (b"x" * 1_000_001, 413, None),
        (b"[" + b",".join([b"1"] * 101) + b"]", 400, 102),
        (b'[1, "x", null]', 400, 102),
    ],
    ids=lambda each: str(each)[:12],
)
def test_what_cannot_be_taken_is_answered_with_a_code_at_once(
    station: Station, raw: bytes, status: int, code: int | None
) -> None:
    url, headers = f"{station.base}/v1/messages", station.token("partner")
    answer = httpx.post(url, content=raw, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert station.letters() == []
    assert station.give(message(1)).status_code == 202


def test_a_partner_pulls_from_a_cursor_and_nothing_is_used_up(station: Station) -> None:
    station.give([message(n) for n in range(5)])
    first = station.ask("GET", "/v1/messages", params={"limit": 2}).json()
    rest = station.ask("GET", "/v1/messages", params={"after": first["next"]}).json()
    assert len(first["messages"]) == 2
    assert first["messages"] + rest["messages"] == station.letters()
    again = {"messages": [], "next": rest["next"]}
    assert station.ask("GET", "/v1/messages", params={"after": rest["next"]}).json() == again


def test_an_empty_box_may_wait_for_news_and_not_for_ever(station: Station) -> None:
    """Asked with `wait`: the answer comes with the first message, or when the time is over."""
    station.stop()
    service = Service(load(station.folder))

    async def asked(seconds: float) -> list[Any]:
        begun, change = asyncio.Event(), service.change

        async def told(left: float) -> None:
            begun.set()
            await change(left)

        service.change = told  # type: ignore[method-assign]  # to know that it waits
        transport = httpx.ASGITransport(app=application(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://station") as http:
            headers, params = station.token("partner"), {"wait": seconds}
            ask = asyncio.create_task(http.get("/v1/messages", headers=headers, params=params))
            await begun.wait()
            if seconds > 1:
                with service.one_write():
                    service.station.receive(json.dumps(message(1)).encode(), ROOM, service.now())
            return list((await ask).json()["messages"])

    assert asyncio.run(asked(0.01)) == []
    assert len(asyncio.run(asked(5))) == 1
    service.records.close()


def test_who_has_no_token_of_its_own_gets_nothing(station: Station) -> None:
    for path, wrong in (("/v1/messages", "operator"), ("/desk/cases", "partner")):
        for headers in ({}, station.token(wrong), {"Authorization": "Bearer \xe9".encode()}):
            answer = httpx.get(f"{station.base}{path}", headers=headers, trust_env=False)  # type: ignore[arg-type]  # bytes are allowed in a header
            assert answer.status_code == 401
    for path in ("/simulation/faults", "/desk/vehicles", "/desk/letters/x", "/desk/cases/x"):
        assert httpx.get(f"{station.base}{path}", trust_env=False).status_code == 401


def test_a_refusal_reaches_the_operator_whole(station: Station) -> None:
    answer = station.ask(
        "POST", "/desk/commands", {"do": "send_vehicle", "case": "x", "vehicle": "15-101"}
    )
    assert answer.status_code == 422
    assert answer.json()["where"] == "/case"
    answer = station.ask("POST", "/desk/commands", {"do": "triage", "case": 5})
    assert (answer.status_code, answer.json()["where"]) == (422, "/body/triage/case")
    assert station.ask("GET", "/desk/cases/x").status_code == 404


def test_a_command_with_a_key_is_done_once(station: Station) -> None:
    case = station.call()
    body = {"do": "add_note", "case": case, "text": "the door is open"}
    for _ in range(3):
        answer = station.ask("POST", "/desk/commands", body, headers={"Idempotency-Key": "k"})
        assert answer.status_code == 200
    assert len(station.ask("GET", f"/desk/cases/{case}").json()["notes"]) == 1


def test_pushes_go_on_in_order_until_the_partner_has_them(station: Station, room: Room) -> None:
    room.statuses = [503, 500, 401]
    case = station.call()
    station.do("add_note", case=case, text="the door is open")
    until(lambda: len(set(room.ids())) == 4, "four letters")
    ids = [each["distributionID"] for each in station.letters()]
    assert room.ids()[:4] == [ids[0]] * 4
    assert room.ids()[3:] == ids


def test_what_the_partner_will_never_take_makes_way_and_is_on_record(
    station: Station, room: Room
) -> None:
    room.statuses = [422]
    station.call()
    until(lambda: len(room.pushed) == 2, "two pushes")
    letters = until(
        lambda: [
            found
            for found in [station.ask("GET", f"/desk/letters/{ROOM}").json()]
            if found[1]["state"] == "delivered"
        ],
        "the second is delivered",
    )[0]
    assert [(each["state"], each["tries"]) for each in letters] == [
        ("refused", 1),
        ("delivered", 1),
    ]
    assert letters[0]["answer"].startswith("HTTP 422")


def test_the_interface_describes_itself(station: Station) -> None:
    description = httpx.get(f"{station.base}/openapi.json", trust_env=False).json()
    assert {"/v1/messages", "/desk/commands", "/desk/cases", "/simulation/faults"} <= {
        *description["paths"]
    }
    taken = description["paths"]["/v1/messages"]["post"]["responses"]
    assert {"202", "400", "403", "409", "413"} <= {*taken}


# -- simulated faults -----------------------------------------------------------------


def test_down_answers_partners_with_503_and_pushes_nothing_until_it_is_over(
    station: Station, room: Room
) -> None:
    station.fault(down_until="2099-01-01T00:00:00Z")
    assert station.give(message(1)).status_code == 503
    assert station.ask("GET", "/v1/messages").status_code == 503
    station.call()
    station.stop()
    station.start()
    assert station.give(message(1)).status_code == 503
    assert room.pushed == []
    station.fault()
    assert station.give(message(1)).status_code == 202
    until(lambda: len(set(room.ids())) == 3, "all of it")


def test_a_lost_acknowledgement_loses_no_message(station: Station) -> None:
    station.fault(lose_acknowledgements=True)
    assert station.give(message(1)).status_code == 500
    station.fault()
    assert station.give(message(1)).status_code == 202
    assert len(station.letters()) == 1


def test_repeats_are_pushed_twice_under_one_id(station: Station, room: Room) -> None:
    station.fault(repeat=True)
    station.give(message(1))
    until(lambda: len(room.pushed) == 2, "two pushes")
    assert len(set(room.ids())) == 1


@pytest.mark.parametrize("how", get_args(Wrong))
def test_wrong_messages_come_before_the_right_ones(station: Station, room: Room, how: str) -> None:
    station.fault(wrong=how)
    station.call()
    until(lambda: len(room.pushed) == 4, "each letter, and a wrong one before it")
    assert room.pushed[1::2] == station.letters()
    for wrong, right in zip(room.pushed[::2], room.pushed[1::2], strict=True):
        assert wrong != right
        if how != "unreadable":
            assert wrong["distributionID"] == f"{right['distributionID']}-wrong"


def test_a_clock_that_is_wrong_shows_in_what_is_sent(station: Station) -> None:
    station.call()
    station.fault(clock_offset_seconds=-86_400)
    station.call()
    sent = [each["dateTimeSent"][:10] for each in station.letters()]
    assert sent[0] > sent[-1]


def test_slow_keeps_partners_waiting(station: Station) -> None:
    """Nothing is timed: the answer is not there when another has long been given."""
    station.fault(slow_seconds=60)
    waiting = threading.Thread(target=_give_and_forget, args=(station,), daemon=True)
    waiting.start()
    assert station.ask("GET", "/desk/cases").json() == []
    assert waiting.is_alive()


def _give_and_forget(station: Station) -> None:
    try:
        station.give(message(1))
    except httpx.HTTPError:
        return


# -- crashes ----------------------------------------------------------------------------


def test_restart_ends_it_at_once_and_it_comes_back_with_all_it_had(process: Process) -> None:
    case = process.call()
    with pytest.raises(httpx.RemoteProtocolError):
        process.ask("POST", "/simulation/restart")
    process.wait()
    [kept] = process.ask("GET", "/desk/cases").json()
    assert kept["id"] == case


def _give_all(station: Station, bodies: list[Any], taken: set[str], given: threading.Event) -> None:
    """Give one after another until nobody answers; `taken` is what was acknowledged."""
    for body in bodies:
        try:
            answer = station.give(body)
        except httpx.HTTPError:
            return
        if answer.status_code == 202:
            taken.add(body["distributionID"])
            given.set()


def test_killed_again_and_again_nothing_acknowledged_is_lost_and_nothing_done_twice(
    process: Process, room: Room
) -> None:
    """Each round gives a batch and kills it at some moment of the work on it."""
    station = process
    taken: set[str] = set()
    n = 0
    for each_round in range(KILLS):
        given = threading.Event()
        bodies = [message(n + i) for i in range(20)]
        n += 20

        giving = threading.Thread(target=_give_all, args=(station, bodies, taken, given))
        giving.start()
        given.wait(20)
        station.kill()
        giving.join()
        station.start()
        if each_round % 2:  # what nobody knows of is given again
            assert station.give(bodies).status_code == 202
            taken |= {body["distributionID"] for body in bodies}
    answered = [content(each)["distributionID"] for each in station.letters()]
    assert len(answered) == len(set(answered))
    assert taken <= set(answered)
    cases = station.ask("GET", "/desk/cases").json()
    assert len(cases) == len(answered)
    assert len({each["number"] for each in cases}) == len(cases)
    assert all(len(each["notes"]) == 1 for each in cases)
    ids = {each["distributionID"] for each in station.letters()}
    until(lambda: set(room.ids()) == ids, "every answer is pushed in the end")
