use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Client,
    lookup::{Lookup, LookupQuery},
    request::{self, Api, Hidden},
};
use crate::{
    error::Error,
    generated::types::Payment,
    pagination::{DEFAULT_CONCURRENCY, Listed, UndecodedPayment},
};

/// The most identifiers that the service accepts in one request.
const MAX_IDENTIFIERS: usize = 100;

/// The most bytes of identifiers in one request: web servers reject request lines of more than 8 KiB.
const MAX_QUERY_BYTES: usize = 7_000;

/// The identifier that payments are looked up by.
#[derive(Clone, Copy, Debug)]
enum Identifier {
    ImpUid,
    MerchantUid,
}

impl Identifier {
    fn name(self) -> &'static str {
        match self {
            Self::ImpUid => "imp_uid",
            Self::MerchantUid => "merchant_uid",
        }
    }

    fn of(self, payment: &Payment) -> &str {
        match self {
            Self::ImpUid => &payment.imp_uid,
            Self::MerchantUid => &payment.merchant_uid,
        }
    }

    fn of_undecoded(self, payment: &UndecodedPayment) -> Option<&str> {
        match self {
            Self::ImpUid => payment.imp_uid(),
            Self::MerchantUid => payment.merchant_uid(),
        }
    }
}

/// A look-up of many payments. Returned by [`Client::get_payments`] and [`Client::get_payments_by_merchant_uid`].
///
/// There is one request for each 100 identifiers, or for fewer where they are long, and none for an empty input. The
/// [`timeout`](crate::ClientBuilder::timeout) of a call holds for each of them. An identifier that occurs several times in
/// the input is sent once, and its payment is returned once, at its first position. An empty identifier is invalid; a
/// payment that does not exist is no error.
pub type GetPayments = Lookup<GetPaymentsQuery>;

#[derive(Clone, Debug)]
pub struct GetPaymentsQuery {
    identifier: Identifier,
    values: Hidden<Vec<String>>,
    concurrency: usize,
}

/// The result of [`GetPayments`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FoundPayments {
    /// The payments that were found, in the order of the input. Several payments of one `merchant_uid` follow each
    /// other in the order of the response.
    pub payments: Vec<Payment>,
    /// The identifiers without a payment, in the order of the input.
    pub missing: Vec<String>,
    /// The payments that the service returned and that cannot be decoded: they exist. One that does not even name itself may
    /// be one of the [`missing`](Self::missing).
    pub undecoded: Vec<UndecodedPayment>,
}

impl Client {
    /// Gets many payments by their `imp_uid`, up to 100 in one request.
    ///
    /// ```no_run
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let found = client.get_payments(["imp_123456789012", "imp_123456789013"]).await?;
    /// println!("{} found, {} missing", found.payments.len(), found.missing.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_payments(&self, imp_uids: impl IntoIterator<Item = impl Into<String>>) -> GetPayments {
        self.get_many(Identifier::ImpUid, imp_uids)
    }

    /// Gets the payments of many orders by their order numbers (주문번호), up to 100 in one request.
    ///
    /// Several payments can share one order number. The API does not document how many of them it returns here: to see
    /// all payments of an order, use [`find_payments`](Self::find_payments).
    pub fn get_payments_by_merchant_uid(
        &self,
        merchant_uids: impl IntoIterator<Item = impl Into<String>>,
    ) -> GetPayments {
        self.get_many(Identifier::MerchantUid, merchant_uids)
    }

    fn get_many(&self, identifier: Identifier, values: impl IntoIterator<Item = impl Into<String>>) -> GetPayments {
        let values = Hidden(values.into_iter().map(Into::into).collect());
        Lookup::new(&self.api, GetPaymentsQuery { identifier, values, concurrency: DEFAULT_CONCURRENCY })
    }
}

impl GetPayments {
    /// Sets how many requests are in flight at once, at least one. A request has at most 100 identifiers.
    ///
    /// # Default
    ///
    /// 8 requests.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.query.concurrency = requests.max(1);
        self
    }
}

impl LookupQuery for GetPaymentsQuery {
    type Output = FoundPayments;

    async fn fetch(self, api: Api) -> Result<FoundPayments, Error> {
        let Self { identifier, values: Hidden(values), concurrency } = self;
        let is_empty = values.iter().any(String::is_empty);
        let error =
            || Error::invalid_argument(format!("invalid {}: expected a text, got an empty one", identifier.name()));
        request::checked("get_payments", if is_empty { Err(error()) } else { Ok(()) })?;
        let mut unique = HashSet::new();
        let values: Vec<String> = values.into_iter().filter(|value| unique.insert(value.clone())).collect();
        drop(unique);
        let requests = chunks(identifier, &values).into_iter().map(|chunk| fetch(api.clone(), identifier, chunk));
        let responses = stream::iter(requests.collect::<Vec<_>>()).buffered(concurrency);
        let responses: Vec<Listed<Vec<Payment>>> = responses.try_collect().await?;

        let mut found = HashMap::<String, Vec<Payment>>::new();
        let mut result = FoundPayments::default();
        for Listed { payments, undecoded } in responses {
            for payment in payments {
                found.entry(identifier.of(&payment).to_owned()).or_default().push(payment);
            }
            result.undecoded.extend(undecoded);
        }
        let undecoded: HashSet<_> =
            result.undecoded.iter().filter_map(|payment| identifier.of_undecoded(payment)).collect();
        for value in values {
            match found.remove(&value) {
                Some(payments) => result.payments.extend(payments),
                None if undecoded.contains(value.as_str()) => {}
                None => result.missing.push(value),
            }
        }
        Ok(result)
    }
}

async fn fetch(api: Api, identifier: Identifier, values: Vec<String>) -> Result<Listed<Vec<Payment>>, Error> {
    let response = match identifier {
        Identifier::ImpUid => api.get_payments(Some(&values), None).await,
        Identifier::MerchantUid => api.get_payments(None, Some(&values)).await,
    };
    let requested: HashSet<&str> = values.iter().map(String::as_str).collect();
    let mut unique = HashSet::new();
    let mismatch = |payments: &Vec<Payment>| {
        let other = payments.iter().any(|payment| !requested.contains(identifier.of(payment)));
        other.then_some(identifier.name())
    };
    let listed = request::found(Listed::read(response, mismatch))?;
    let mut listed = listed.unwrap_or(Listed { payments: Vec::new(), undecoded: Vec::new() });
    listed.payments.retain(|payment| unique.insert(payment.imp_uid.clone()));
    Ok(listed)
}

fn chunks(identifier: Identifier, values: &[String]) -> Vec<Vec<String>> {
    let mut chunks: Vec<Vec<String>> = Vec::new();
    let mut bytes = 0;
    for value in values {
        // `name%5B%5D=value&`, where a byte is encoded as up to three.
        let encoded: usize = value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum();
        let len = identifier.name().len() + encoded + 8;
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MAX_IDENTIFIERS && bytes + len <= MAX_QUERY_BYTES => {
                chunk.push(value.clone());
                bytes += len;
            }
            _ => {
                chunks.push(vec![value.clone()]);
                bytes = len;
            }
        }
    }
    chunks
}
