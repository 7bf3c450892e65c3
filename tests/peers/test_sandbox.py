"""A test of a program in Python: it looks payments up with requests, and handles faults and a webhook."""

import http.server
import json
import os
import queue
import threading

import pytest
import requests

URL = os.environ["IMP_BASE_URL"]
CONTROL = URL + "/_sandbox"


def control(method, path, **body):
    response = requests.request(method, CONTROL + path, json=body or None, timeout=30)
    response.raise_for_status()
    return response.json()["response"]


def token():
    keys = {"imp_key": os.environ["IMP_KEY"], "imp_secret": os.environ["IMP_SECRET"]}
    return requests.post(URL + "/users/getToken", json=keys, timeout=30).json()["response"]["access_token"]


def find(order, attempts=3, timeout=30):
    """The program: finds the payment of an order, with retries and a new token after a 401."""
    for _ in range(attempts):
        try:
            headers = {"Authorization": "Bearer " + token()}
            response = requests.get(f"{URL}/payments/find/{order}", headers=headers, timeout=timeout)
        except requests.Timeout:
            continue
        if response.status_code == 200:
            return response.json()["response"]
        if response.status_code not in (401, 500):
            break
    return None


@pytest.fixture(autouse=True)
def fresh():
    control("POST", "/reset")


def requests_of(operation):
    return control("GET", "/requests?operation=" + operation)["total"]


def test_payment_is_found():
    control("POST", "/payments", merchant_uid="python-1", amount=15900)
    assert find("python-1")["amount"] == 15900
    assert find("python-2") is None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "response", "status": 500},
        {"kind": "latency", "milliseconds": 5000},
        {"kind": "stall_in_headers"},
        {"kind": "expired_token"},
    ],
)
def test_fault_is_retried(fault):
    control("POST", "/payments", merchant_uid="python-1", amount=15900)
    control("POST", "/faults", operation="find_payment", **fault)
    assert find("python-1", timeout=1)["status"] == "paid"
    assert requests_of("find_payment") == 2


def test_webhook_arrives_for_a_payment_and_its_cancellation():
    webhooks = queue.Queue()

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            webhooks.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", int(os.environ["WEBHOOK_PORT"])), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    [payment] = control("POST", "/scenarios/paid", merchant_uid="python-1", amount=15900)
    assert webhooks.get(timeout=30) == {"imp_uid": payment["imp_uid"], "merchant_uid": "python-1", "status": "paid"}

    headers = {"Authorization": token()}
    whole = {"imp_uid": payment["imp_uid"], "checksum": 15900, "enable_webhook": True}
    response = requests.post(URL + "/payments/cancel", json=whole, headers=headers, timeout=30).json()
    assert (response["code"], response["response"]["status"]) == (0, "cancelled")
    assert webhooks.get(timeout=30)["status"] == "cancelled"
    server.shutdown()
    assert requests_of("cancel_payment") == 1
