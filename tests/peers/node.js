// The vendor's Node client: sends JSON, and the bare token.
const assert = require('assert');
const Iamport = require('iamport');

Iamport.DEFAULT_HOST = process.env.IMP_BASE_URL;
const client = new Iamport({ impKey: process.env.IMP_KEY, impSecret: process.env.IMP_SECRET });
const unauthorized = new Iamport({ impKey: process.env.IMP_KEY, impSecret: 'wrong' });

const fails = (promise, code) =>
  promise.then(() => assert.fail(`no ${code}`), (error) => assert.strictEqual(error.code, code));

(async () => {
  const payment = await client.payment.getByMerchant({ merchant_uid: 'order-0001' });
  assert.strictEqual(payment.merchant_uid, 'order-0001');
  assert.strictEqual(payment.amount, 15900);
  assert.strictEqual(payment.status, 'paid');
  assert.strictEqual(payment.buyer_name, '홍길동');

  // A trailing slash is an empty status.
  const same = await client.payment.getByMerchant({ merchant_uid: 'order-0001/' });
  assert.strictEqual(same.imp_uid, payment.imp_uid);
  const paid = await client.payment.getByMerchant({ merchant_uid: 'order-0001', payment_status: 'paid' });
  assert.strictEqual(paid.imp_uid, payment.imp_uid);

  const { imp_uid, paid_at } = payment;
  const same_uid = await client.payment.getByImpUid({ imp_uid });
  assert.strictEqual(same_uid.merchant_uid, 'order-0001');
  const page = await client.payment.getByStatus({ payment_status: 'paid', from: paid_at, to: paid_at, sorting: 'paid' });
  assert.deepStrictEqual([page.total, page.previous, page.next, page.list[0].imp_uid], [1, 0, 0, imp_uid]);
  const second = await client.payment.getByStatus({
    payment_status: 'all', from: paid_at, to: paid_at + 86400, page: 2, limit: 20,
  });
  assert.deepStrictEqual([second.total, second.list.length], [25, 5]);
  await fails(client.payment.getByStatus({ payment_status: 'all', from: paid_at, to: paid_at, page: 2 }), 'HTTP_400');

  // A test payment, put by the test itself.
  const response = await fetch(`${process.env.IMP_BASE_URL}/_sandbox/payments`, {
    method: 'POST',
    body: JSON.stringify({ imp_uid: 'imp_test', merchant_uid: 'order-test', amount: 100, status: 'paid', sandbox: true }),
  });
  assert.strictEqual(response.status, 200);
  await fails(client.payment.getByImpUid({ imp_uid: 'imp_test' }), 'HTTP_404');
  const test = await client.payment.getByImpUid({ imp_uid: 'imp_test', include_sandbox: true });
  assert.strictEqual(test.merchant_uid, 'order-test');

  const cancelled = await client.payment.cancel({ imp_uid, amount: 900, checksum: 15900, reason: '부분 환불' });
  assert.deepStrictEqual([cancelled.status, cancelled.cancel_amount], ['paid', 900]);

  await fails(client.payment.getByImpUid({ imp_uid: 'imp_none' }), 'HTTP_404');
  await fails(client.payment.getByMerchant({ merchant_uid: 'order-9999' }), 'HTTP_404');
  await fails(unauthorized.payment.getByMerchant({ merchant_uid: 'order-0001' }), 'HTTP_401');
  console.log('ok');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
