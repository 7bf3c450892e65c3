// The client of orval: a payment by its order, and the payments of a billing key.
import { findPayment, getToken, listBillingKeyPayments, type PaymentAnnotation } from './client';

const { IMP_BASE_URL, IMP_KEY, IMP_SECRET } = process.env as Record<string, string>;
const send = globalThis.fetch;
globalThis.fetch = (path, options) => send(`${IMP_BASE_URL}${path}`, options);

const token = await getToken({ imp_key: IMP_KEY!, imp_secret: IMP_SECRET! });
if (token.status !== 200) throw new Error(JSON.stringify(token));
const options = { headers: { Authorization: `Bearer ${token.data.response?.access_token}` } };

const found = await findPayment('order-0001', undefined, options);
if (found.status !== 200) throw new Error(JSON.stringify(found));
const payment: PaymentAnnotation | null | undefined = found.data.response;
if (payment?.status !== 'paid' || payment.amount !== 15900) throw new Error(JSON.stringify(found));

const page = await listBillingKeyPayments('cust_0001', { page: 2 }, options);
if (page.status !== 200) throw new Error(JSON.stringify(page));
const payments = page.data.response;
if (!payments || Array.isArray(payments)) throw new Error(JSON.stringify(page));
if (payments.total !== 25 || payments.list.length !== 5) throw new Error(JSON.stringify(payments));
