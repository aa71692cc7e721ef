"""Files in every form, newest first or last, cut anywhere."""

import datetime as dt
import json
from pathlib import Path

import pytest
from abs_contracts.messages.values import Discipline
from abs_contracts.refusal import Refused

from abs_core.pager import readers
from abs_core.pager.formats import Format
from abs_core.pager.page import Message
from abs_core.pager.readers import PagerFile
from abs_core.pager.times import zone

START = dt.datetime(2000, 1, 1, tzinfo=zone())
TEXT = "P 2 BDH-03 Buitenbrand container Voorbeeldlaan DELFT 155530"


def read(path: Path, content: str | bytes) -> list[Message]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(PagerFile(path, START).messages())


def row(at: str, text: str, region: str = "Haaglanden") -> str:
    day, time = at.split()
    return (
        f'<tr><td class="DT">{day}</td><td class="DT">{time}</td><td class="Br">Brandweer</td>'
        f'<td class="Regio">{region}</td><td class="Md">{text}</td></tr>'
    )


def feature(at: str, text: str) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"pmeTimeStamp": at, "pmeMessage": text, "pmeDienst": "B"},
        "geometry": {"type": "Point", "coordinates": [4.5, 51.9]},
    }


LINES = [
    (
        f"FLEX|2024-01-01 02:03:04|1600/2/K/A|12.092|002029568 000126999|ALN|{TEXT}",
        ("002029568", "000126999"),
    ),
    (f"FLEX|2024-01-01 02:03:04|1600|5|1420054|ALN|{TEXT}", ("1420054",)),
    (f"FLEX: 2024-01-01 02:03:04 1600/2/K/A 12.092 [002029568] ALN {TEXT}", ("002029568",)),
    (f"0123456 02:03:04 01-01-24 FLEX-A  GROUP  1600  {TEXT}", ("0123456",)),
    (f"2024-01-01 02:03:04 {TEXT}", ()),
    (f"2024-01-01T02:03:04+01:00 {TEXT}", ()),
    (f"01-01-2024 02:03:04\t{TEXT}", ()),
    (f"[01-01-24 02:03:04] {TEXT}", ()),
    (json.dumps({"datetime": "2024-01-01 02:03:04", "message": TEXT}), ()),
]


@pytest.mark.parametrize(("line", "capcodes"), LINES, ids=[line[:24] for line, _ in LINES])
def test_a_line_of_every_form_says_when_what_and_to_whom(
    line: str, capcodes: tuple[str, ...], tmp_path: Path
) -> None:
    (message,) = read(tmp_path / "f", line + "\n")
    assert message.at == dt.datetime(2024, 1, 1, 2, 3, 4, tzinfo=zone())
    assert (message.text, message.capcodes, message.assumed) == (TEXT, capcodes, False)


def test_fields_between_time_and_text_are_discipline_and_region(tmp_path: Path) -> None:
    (message,) = read(tmp_path / "f", f"2024-01-01 02:03:04 | Brandweer | Twente | {TEXT}\n")
    assert (message.discipline, message.region) == (Discipline.FIRE, "Twente")


def test_what_decoders_say_beside_messages_is_skipped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "f"
    said = ["Tuned to 169650000 Hz.", f"FLEX|2024-01-01 02:03:04|1600|5|1|ALN|{TEXT}"]
    said += ["FLEX|2024-01-01 02:03:05|1600|5|1|UNK|00136080 001794b2", ""]
    path.write_text("\n".join(said))
    file = PagerFile(path, START)
    assert (len(file), file.skipped, file.skipped_lines) == (1, 2, [1, 3])


def test_newest_first_comes_out_oldest_first_with_its_own_lines(tmp_path: Path) -> None:
    rows = [row("02-01-24 10:00:00", "two &amp; last"), row("01-01-24 09:00:00", "one")]
    messages = read(tmp_path / "f", "\n".join(rows))
    assert [(m.line, m.text, m.region) for m in messages] == [
        (2, "one", "Haaglanden"),
        (1, "two & last", "Haaglanden"),
    ]


def test_of_one_second_the_order_is_that_of_the_file(tmp_path: Path) -> None:
    newest_first = [row("01-01-24 09:00:01", "d"), *(row("01-01-24 09:00:00", t) for t in "cba")]
    assert "".join(m.text for m in read(tmp_path / "f", "\n".join(newest_first))) == "abcd"


def test_rows_and_objects_may_lie_across_any_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "<table>\n" + "\n".join(row(f"01-01-24 09:00:{n:02}", f"row {n}") for n in range(40))
    features = [feature(f"2024/01/01 09:00:{n:02}", f'a "{n}" [ }} \\') for n in range(40)]
    collection = json.dumps(
        {"type": "FeatureCollection", "crs": {"a": {}}, "features": features}, indent=1
    )
    plain = read(tmp_path / "rows", rows), read(tmp_path / "json", collection)
    assert [len(messages) for messages in plain] == [40, 40]
    for block in (7, 64, 1000):
        monkeypatch.setattr(readers, "BLOCK", block)
        monkeypatch.setattr(readers.formats, "detect", lambda _head: Format.HTML)
        assert read(tmp_path / "rows", rows) == plain[0]
        monkeypatch.setattr(readers.formats, "detect", lambda _head: Format.JSON)
        assert read(tmp_path / "json", collection) == plain[1]


def test_a_feature_gives_its_message_and_its_point(tmp_path: Path) -> None:
    collection = json.dumps(
        {"type": "FeatureCollection", "features": [feature("2024/01/01 02:03:04", TEXT)]}
    )
    (message,) = read(tmp_path / "f", collection)
    assert (message.text, message.lat, message.lon) == (TEXT, 51.9, 4.5)
    assert message.discipline is Discipline.FIRE


def test_a_list_of_objects_and_a_bom_and_latin_1(tmp_path: Path) -> None:
    objects = json.dumps([{"tijd": "02:03:04", "datum": "01-01-2024", "bericht": "één"}])
    (message,) = read(tmp_path / "f", b"\xef\xbb\xbf" + objects.encode())
    assert (message.text, message.at.hour) == ("één", 2)
    (old,) = read(tmp_path / "g", "2024-01-01 02:03:04 één".encode("latin-1"))
    assert old.text == "één"


def test_without_times_each_line_counts_a_second_and_says_so(tmp_path: Path) -> None:
    first, second = read(tmp_path / "f", f"{TEXT}\n{TEXT}\n")
    assert (first.at, second.at) == (START, START + dt.timedelta(seconds=1))
    assert first.assumed


def test_a_line_without_a_time_among_others_counts_as_the_one_before(tmp_path: Path) -> None:
    timed, untimed = read(tmp_path / "f", f"2024-01-01 02:03:04 {TEXT}\nand more of it\n")
    assert (untimed.at, untimed.assumed, untimed.text) == (timed.at, True, "and more of it")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as no:
        PagerFile(tmp_path / "nothing", START)
    assert no.value.refusal.rule == "PAGER-001"
