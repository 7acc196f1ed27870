"""Guards the privacy rule: addresses and telephone numbers in any spelling are found, and other numbers are not.

Costs two seconds: the longest cells there may be.
"""

import time

import pytest
from conftest import world_of

from csodata.validation.rules.privacy import personal_data


def told(text: str) -> list[str]:
    return [problem.code for problem in personal_data(world_of({"forums": [{"note": text}]}))]


@pytest.mark.parametrize(
    "text",
    [
        "someone@example.org",
        "josé@exemple.org",
        "info@müller.de",
        "инфо@почта.рф",
        "info@xn--80akhbyknj4f.xn--p1ai",
        "info[AT]x.org",
        "info (at) x.org",
        "info [ at ] x.org",
        "a%40b.org",
        "a＠b.org",
        "mailto:o'neill@x.org?subject=x",
        "https://x.org/?mail=a@b.org",
        "+33 1 42 68 53 00",
        "+33\u00a01\u00a042\u00a068\u00a053\u00a000",
        "+33\u202f1\u202f42\u202f68\u202f53\u202f00",
        "Tél. : 01\u00a042\u00a068\u00a053\u00a000",
        "Tél.\u202f: 01 42 68 53 00",
        "0033 1 42 68 53 00",
        "Ring 00 33 1 42 68 53 00.",
        "(+44) 20 7946 0958",
        "+44–20–7946–0958",
        "+44\u201120\u20117946\u20110958",
        "https://x.org/?call=%2B442079460958",
        "Phone number: 202-555-0143",
        "Phone no 202-555-0143",
        "Tel no. 020 7946 0958",
        "Telephone (office): 020 7946 0958",
        "Numéro de téléphone : 33 123 45 67",
        "Tel. (020) 7946 0958",
        "Tel +33 (0)1 42 68 53 00",
        "Mobile: 0912 345 678",
        "mobile no. +234 803 123 4567",
        "FAX 33 123 45 67",
    ],
)
def test_personal_data_is_found(text: str) -> None:
    assert told(text) == ["personal-data"]


@pytest.mark.parametrize(
    "text",
    [
        "highly mobile: 250 000 people",
        "Mobile 2019-2020 programme",
        "+10 000 000",
        "+20 000 000 000 euros",
        "https://x.org/img/logo@2x.png",
        "https://mastodon.example/@name",
        "https://www.google.com/maps/@48.8566,2.3522,15z",
        "10 000 000 000 people",
        "A/RES/71/1, ISBN 978-92-9068-000-0, DOI 10.1000/182",
        "From 2019-10-09 to 2019-10-10; 3 + 4 sessions",
        "000 000 000",
        "The hotel 2019-2020",
        "at 00:30 on 2019-10-09",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "piece",
    "a|a.|1|a@|a@1.|a@2x|%40|+1 |+33 1 42 |00 |00(|00 1234567|tel |tel(|(| |phone no. |@|é|-|1.1-".split("|"),
)
def test_a_long_cell_takes_no_long_time(piece: str) -> None:
    started = time.perf_counter()
    told(f"tel {piece * (100_000 // len(piece))}")
    assert time.perf_counter() - started < 5
