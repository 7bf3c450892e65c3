"""The vendor's Python client: sends JSON in a string and the bare token, and fetches a token for every call."""

import os

from iamport import Iamport

url, key, secret = (os.environ[name] for name in ("IMP_BASE_URL", "IMP_KEY", "IMP_SECRET"))
client = Iamport(imp_key=key, imp_secret=secret, imp_url=url + "/")

payment = client.find(merchant_uid="order-0001")
assert payment["merchant_uid"] == "order-0001", payment
assert payment["buyer_name"] == "홍길동", payment
assert client.is_paid(15900, response=payment)
assert client.is_paid(15900, merchant_uid="order-0001/"), "a trailing slash is an empty status"
assert not client.is_paid(100, merchant_uid="order-0001")

imp_uid, paid_at = payment["imp_uid"], payment["paid_at"]
assert client.find_by_imp_uid(imp_uid)["merchant_uid"] == "order-0001"
assert client.find(imp_uid=imp_uid)["imp_uid"] == imp_uid
# `find_by_status` of 0.9.0 raises a TypeError before it sends anything; this is the request that it describes.
page = client._get(url + "/payments/status/paid", {"from": paid_at, "to": paid_at, "sorting": "paid"})
assert (page["total"], page["previous"], page["next"]) == (1, 0, 0), page
assert page["list"][0]["imp_uid"] == imp_uid, page


def fails(call, status):
    try:
        call()
    except Iamport.HttpError as error:
        assert error.code == status, error.code
    else:
        raise AssertionError(f"no {status}")


fails(lambda: client.find(merchant_uid="order-9999"), 404)
fails(lambda: client.find_by_imp_uid("imp_none"), 404)
fails(lambda: client._get(url + "/payments/status/paid", {"from": 0, "to": paid_at}), 400)
paid = client.find(merchant_uid="order-0002")
cancelled = client.cancel("테스트", imp_uid=paid["imp_uid"], amount=900, checksum=15900)
assert (cancelled["status"], cancelled["cancel_amount"]) == ("paid", 900), cancelled
try:
    client.cancel("테스트", imp_uid="imp_none")
except Iamport.ResponseError as error:
    assert error.code == 1, error.code
else:
    raise AssertionError("a cancellation of no payment")
# An operation that the sandbox does not imitate.
fails(lambda: client.pay_unschedule(customer_uid="cust_0001", merchant_uid="order-0001"), 501)
unauthorized = Iamport(imp_key=key, imp_secret="wrong", imp_url=url + "/")
fails(lambda: unauthorized.find(merchant_uid="order-0001"), 401)
print("ok")
