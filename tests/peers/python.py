"""The vendor's Python client: sends JSON in a string, the bare token, and asks for a token before every call."""

import os

from iamport import Iamport

url, key, secret = (os.environ[name] for name in ("IMP_BASE_URL", "IMP_KEY", "IMP_SECRET"))
client = Iamport(imp_key=key, imp_secret=secret, imp_url=url + "/")

payment = client.find(merchant_uid="order-0001")
assert payment["merchant_uid"] == "order-0001", payment
assert payment["buyer_name"] == "홍길동", payment
assert client.is_paid(15900, response=payment)
assert client.is_paid(15900, merchant_uid="order-0001/"), "a slash at the end is an empty status"
assert not client.is_paid(100, merchant_uid="order-0001")


def fails(call, status):
    try:
        call()
    except Iamport.HttpError as error:
        assert error.code == status, error.code
    else:
        raise AssertionError(f"no {status}")


fails(lambda: client.find(merchant_uid="order-9999"), 404)
stranger = Iamport(imp_key=key, imp_secret="wrong", imp_url=url + "/")
fails(lambda: stranger.find(merchant_uid="order-0001"), 401)
print("ok")
