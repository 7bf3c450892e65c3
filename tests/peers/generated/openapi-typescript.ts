// The types of openapi-typescript, with openapi-fetch: a payment by its order, and the payments of a billing key.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

const { IMP_BASE_URL, IMP_KEY, IMP_SECRET } = process.env as Record<string, string>;
const client = createClient<paths>({ baseUrl: IMP_BASE_URL });

const credentials = { imp_key: IMP_KEY!, imp_secret: IMP_SECRET! };
const token = (await client.POST('/users/getToken', { body: credentials })).data?.response?.access_token;
const headers = { Authorization: `Bearer ${token}` };

const found = await client.GET('/payments/find/{merchant_uid}', {
  headers,
  params: { path: { merchant_uid: 'order-0001' } },
});
const payment: components['schemas']['PaymentAnnotation'] | null | undefined = found.data?.response;
if (payment?.status !== 'paid' || payment.amount !== 15900) throw new Error(JSON.stringify(found));
// @ts-expect-error A misspelt field is an error of the compiler.
payment.ammount;
// A value that the document does not list is a text like the others.
const unknown: components['schemas']['PaymentStatus'] = 'on_hold';
if (unknown.length !== 7) throw new Error(unknown);

const page = await client.GET('/subscribe/customers/{customer_uid}/payments', {
  headers,
  params: { path: { customer_uid: 'cust_0001' }, query: { page: 2 } },
});
const payments = page.data?.response;
if (!payments || Array.isArray(payments)) throw new Error(JSON.stringify(page));
if (payments.total !== 25 || payments.list.length !== 5) throw new Error(JSON.stringify(payments));
