"""The client of openapi-python-client: a payment by its order, and the payments of a billing key."""

import os

from portone import AuthenticatedClient, Client
from portone.api.authenticate import get_token
from portone.api.payments import find_payment
from portone.api.subscribe import list_billing_key_payments
from portone.models import PaymentAnnotation, PaymentPage, PaymentStatusType0, TokenRequest

url = os.environ["IMP_BASE_URL"]
credentials = TokenRequest(imp_key=os.environ["IMP_KEY"], imp_secret=os.environ["IMP_SECRET"])
token = get_token.sync(client=Client(url), body=credentials).response.access_token
client = AuthenticatedClient(url, token=token)

payment = find_payment.sync("order-0001", client=client).response
assert isinstance(payment, PaymentAnnotation), payment
assert (payment.status, payment.amount) == (PaymentStatusType0.PAID, 15900), payment
unknown = PaymentAnnotation.from_dict({**payment.to_dict(), "status": "on_hold"})
assert unknown.status == "on_hold", unknown

page = list_billing_key_payments.sync("cust_0001", client=client, page=2).response
assert isinstance(page, PaymentPage), page
assert (page.total, len(page.list_)) == (25, 5), page
