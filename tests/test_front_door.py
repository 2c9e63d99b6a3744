"""The front door of the real server: what strangers do with connections, and how a request ends that is in hand."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from tests.doors import SETTINGS, Company, row
from tests.serving import PATIENCE, Served, children, free_port, serving, until

SLOW = 12
THREADS = 2
HOOK = b"POST /v1/hooks/cms HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
METRICS_PORT = free_port()
LOGGED = f"metrics_port = {METRICS_PORT}\n[log]\nform = 'json'\naccess = true\n"
IMPATIENT = f"{SETTINGS}[serve]\ndrain_seconds = 1\n{LOGGED}"
PATIENT = f"{SETTINGS}[serve]\ndrain_seconds = {PATIENCE:.0f}\n{LOGGED}"


@pytest.fixture
def server(company: Company) -> Iterator[Served]:
    company.configured(IMPATIENT).publish(row("1"))
    with serving(company.store, "--config", company.config, "--no-worker") as served:
        yield served


@pytest.fixture
def patient(company: Company) -> Iterator[Served]:
    """A server that waits for what is in hand for as long as a test does."""
    company.configured(PATIENT).publish(row("1"))
    with serving(company.store, "--config", company.config, "--no-worker") as served:
        yield served


@contextmanager
def connected(served: Served, said: bytes) -> Iterator[socket.socket]:
    port = int(served.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(said)
        yield connection


def answer_of(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_pages_are_answered_while_more_strangers_than_threads_send_bodies_slowly(server: Served) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            stack.enter_context(connected(server, HOOK + b"Content-Length: 5000\r\n\r\n{"))

        answers = [requests.get(f"{server.url}{path}", timeout=5) for path in ("/healthz", "/reviews/kettle")]

    assert [each.status_code for each in answers] == [200, 200]


def test_strangers_who_never_end_their_bodies_leave_no_thread_behind(server: Served) -> None:
    before = threads_of(server)
    refusals = []
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(server, HOOK + b"Content-Length: 5000\r\n\r\n{")) for _ in range(SLOW)]

        refusals = [answer_of(each)[:13] for each in slow]
        after = until(lambda: found if (found := threads_of(server)) <= before + THREADS else None)

    assert set(refusals) == {b"HTTP/1.1 408 ", b"HTTP/1.1 503 "}
    assert after <= before + THREADS


def threads_of(served: Served) -> int:
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in children(served.process.pid))


def test_a_body_without_a_length_is_taken(server: Served) -> None:
    with connected(
        server, HOOK + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ) as connection:
        assert answer_of(connection).startswith(b"HTTP/1.1 403 ")


def test_a_body_that_breaks_off_is_refused(server: Served) -> None:
    with connected(server, HOOK + b"Content-Length: 5000\r\n\r\n{") as connection:
        connection.shutdown(socket.SHUT_WR)

        assert answer_of(connection).startswith(b"HTTP/1.1 400 ")


def test_a_body_of_a_hundred_megabytes_is_refused_before_it_comes(server: Served) -> None:
    with connected(server, HOOK + b"Content-Length: 104857600\r\n\r\n{") as connection:
        answer = answer_of(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"default-src 'none'" in answer


def test_a_request_in_hand_is_answered_though_the_server_is_told_to_stop(patient: Served) -> None:
    head = HOOK + b"Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with connected(patient, head) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        patient.process.terminate()
        until(lambda: is_closed(patient))

        connection.sendall(b"{}")

        assert answer_of(connection).startswith(b"HTTP/1.1 403 ")
    assert patient.process.wait(PATIENCE) == 0


def test_a_request_that_does_not_end_is_not_waited_for_longer_than_is_set(server: Served) -> None:
    with connected(server, HOOK + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")

        server.process.terminate()

        assert server.process.wait(PATIENCE) == 0


def is_closed(served: Served) -> bool:
    """Whether nobody listens any more; a request would wait for its answer where a connection is still taken."""
    try:
        socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=PATIENCE).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("path", ["/reviews/kettle", "/", "/nowhere", "/readyz"])
def test_an_answer_names_the_request_as_whoever_asked_does(server: Served, path: str) -> None:
    address = server.url + path
    given = requests.get(address, headers={"X-Request-Id": "shop-4711.a"}, timeout=5)
    forged = requests.get(address, headers={"X-Request-Id": 'a" level=error'}, timeout=5)

    assert given.headers["X-Request-Id"] == "shop-4711.a"
    assert len(forged.headers["X-Request-Id"]) == 16


def test_the_log_has_each_request_and_nobodys_address_token_or_words(server: Served) -> None:
    for path in ("/reviews/kettle?locale=en", "/mine/secret-token-1234?who=anna", "/mine/secret-token-1234/nowhere"):
        requests.get(server.url + path, headers={"X-Request-Id": "known"}, timeout=5)

    lines = until(lambda: found if len(found := logged(server, "known")) == 3 else None)

    assert [('"path": "/reviews/kettle"' in each, "/mine/" in each) for each in lines] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    assert not any(word in each for each in lines for word in ("secret-token", "anna", "127.0.0.1"))


def logged(served: Served, request: str) -> list[str]:
    lines = served.log.read_text(encoding="utf-8").splitlines()
    return [each for each in lines if f'"request": "{request}"' in each and '"answered"' in each]


def test_figures_are_told_on_a_port_of_their_own_and_nowhere_else(server: Served) -> None:
    for path in ("/v1/subjects/kettle/snippets/list", "/v1/subjects/kettle/snippets/list", "/", "/no/such/page"):
        requests.get(server.url + path, timeout=5)

    figures = requests.get(f"http://127.0.0.1:{METRICS_PORT}/metrics", timeout=5).text

    assert 'plaudit_snippets_served_total{name="list",status="200"} 2.0' in figures
    assert 'plaudit_requests_total{method="GET",route="/",status="200"} 1.0' in figures
    assert 'plaudit_requests_total{method="GET",route="unmatched",status="404"} 1.0' in figures
    assert "plaudit_snippet_seconds_count 2.0" in figures
    assert "plaudit_database_up 1.0" in figures
    assert requests.get(f"{server.url}/metrics", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("role", "statuses"), [("public", [200, 404, 200]), ("console", [404, 200, 200]), ("all", [200, 200, 200])]
)
def test_a_server_of_a_role_answers_what_is_of_that_role(company: Company, role: str, statuses: list[int]) -> None:
    company.configured().publish(row("1"))

    with serving(company.store, "--config", company.config, "--no-worker", "--role", role) as served:
        paths = ("/v1/subjects/kettle/snippets/list", "/console/login", "/healthz")
        answers = [requests.get(served.url + path, timeout=PATIENCE).status_code for path in paths]

    assert answers == statuses
