// The vendor's Node client: sends JSON, and the bare token.
const assert = require('assert');
const Iamport = require('iamport');

Iamport.DEFAULT_HOST = process.env.IMP_BASE_URL;
const client = new Iamport({ impKey: process.env.IMP_KEY, impSecret: process.env.IMP_SECRET });
const stranger = new Iamport({ impKey: process.env.IMP_KEY, impSecret: 'wrong' });

const fails = (promise, code) =>
  promise.then(() => assert.fail(`no ${code}`), (error) => assert.strictEqual(error.code, code));

(async () => {
  const payment = await client.payment.getByMerchant({ merchant_uid: 'order-0001' });
  assert.strictEqual(payment.merchant_uid, 'order-0001');
  assert.strictEqual(payment.amount, 15900);
  assert.strictEqual(payment.status, 'paid');
  assert.strictEqual(payment.buyer_name, '홍길동');

  // With a slash at its end: an empty status.
  const same = await client.payment.getByMerchant({ merchant_uid: 'order-0001/' });
  assert.strictEqual(same.imp_uid, payment.imp_uid);
  const paid = await client.payment.getByMerchant({ merchant_uid: 'order-0001', payment_status: 'paid' });
  assert.strictEqual(paid.imp_uid, payment.imp_uid);

  await fails(client.payment.getByMerchant({ merchant_uid: 'order-9999' }), 'HTTP_404');
  await fails(stranger.payment.getByMerchant({ merchant_uid: 'order-0001' }), 'HTTP_401');
  console.log('ok');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
