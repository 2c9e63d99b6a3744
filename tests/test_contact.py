"""Contact data is found and put out of texts; numbers that are no contact data stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contact import GAP, find_contacts, without_contacts


@pytest.mark.parametrize(
    "contact",
    [
        "owen@example.com",
        "owen.blake+shop@mail.example.co.uk",
        "jürgen@müller.example",
        "192.168.0.1",
        "2001:db8::1",
        "fe80::1ff:fe23:4567:890a",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
        "::ffff:192.0.2.1",
        "+31 20 123 4567",
        "+49 (0)30 123456",
        "+1-800-555-0199",
        "+31612345678",
        "0031 20 123 4567",
        "020-123 4567",
        "(020) 123 45 67",
        "0171/1234567",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "(555) 234-5678",
    ],
)
def test_is_put_out_of_the_text(contact: str) -> None:
    text = f"Ask me: {contact}, any time."

    assert without_contacts(text) == (f"Ask me: {GAP}, any time.", (contact,))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Tel. 1234567", f"Tel. {GAP}"),
        ("my phone number: 555 123 4567!", f"my phone number: {GAP}!"),
        ("Handy 01711234567", f"Handy {GAP}"),
        ("call me at (555) 1234567.", f"call me at {GAP}."),
    ],
)
def test_a_number_after_a_word_for_telephone_goes_and_the_word_stays(text: str, without: str) -> None:
    assert without_contacts(text)[0] == without


@pytest.mark.parametrize(
    "text",
    [
        "I am 5'8\" and 140 lbs, size 10-12",
        "order 0123-456-789",
        "Order no. 0012 3456 7890",
        "order #02 1234 5678",
        "my order 112-1234567-1234567 came late",
        "EAN 4006381333931, GTIN 00012345678905",
        "ISBN 0-306-40615-2",
        "bought on 30.09.2026, came 02/10/2026 10:30",
        "since 01.02.2026 10 30 every day",
        "on 2026-09-30 and 2026/10/01",
        "0.99 0.89 0.79 a piece",
        "€1.234.567,00 or $012 345 678",
        "phone 2026-10-12",
        "my phone 1.200.000",
        "10:30:45 and 12:00",
        "std::cout << dead::beef",
        "version 1.2.3.400 or 192.168.001.1",
        "v1.2.3.4",
        "@larkfield and a @ b",
        "4,5 of 5, 1000000000 times",
        "003 4567",
    ],
)
def test_a_number_that_is_no_contact_stays(text: str) -> None:
    assert without_contacts(text) == (text, ())


def test_every_contact_is_found() -> None:
    text = "Tel. 020-1234567 or owen@example.com, not ann@example.com (10.0.0.7)"

    assert find_contacts(text) == ("owen@example.com", "ann@example.com", "10.0.0.7", "020-1234567")


@given(st.text(alphabet="0123456789 +-./()@:abtel…[]") | st.text())
def test_what_is_found_stood_in_the_text(text: str) -> None:
    without, found = without_contacts(text)

    assert (without == text) == (not found)
    assert all(contact in text for contact in found)
