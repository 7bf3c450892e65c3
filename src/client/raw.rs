//! Requests for operations that the document does not have.

use std::fmt;

use reqwest::{
    Method, Request, RequestBuilder,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Client,
    request::{Api, options},
};
use crate::{
    error::Error,
    generated::{Operation, path, received::ReceivedResponse},
    span::in_current_span,
};

/// The values that a query and a form hold.
const PAIRS: &str = "expected a struct, a map or pairs whose values are texts, numbers or booleans";

/// A request for any operation of the service. Returned by [`Client::request`].
#[must_use = "requests do nothing unless sent"]
pub struct RawRequest {
    api: Api,
    operation: Operation,
    values: Vec<(&'static str, String)>,
    /// The request without its path.
    draft: Result<Request, Error>,
}

impl Client {
    /// Starts a request for an operation that this crate has no method for, with the same access token, tier, limits, errors,
    /// span and [`inspect`](crate::ClientBuilder::inspect) as every other request.
    ///
    /// `method` is GET, POST, PUT, PATCH or DELETE. `path` begins with a slash, and has a placeholder in braces for each
    /// identifier, whose value [`RawRequest::path`] sets. It is the name of the operation in spans and for `inspect`, which
    /// is why it is a `&'static str`: an identifier cannot be formatted into it, so it gets into no log.
    ///
    /// ```no_run
    /// use iamport::{Amount, reqwest::Method};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Balance {
    ///     amount: Amount,
    /// }
    ///
    /// # async fn run(client: iamport::Client) -> Result<(), iamport::Error> {
    /// let request = client.request(Method::GET, "/payments/{imp_uid}/balance").path("imp_uid", "imp_123456789012");
    /// println!("{}", request.send::<Balance>().await?.amount);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Sent at most once
    ///
    /// GET is [retried](crate::RetryConfig). A request with any other method is sent at most once: not again after a transient
    /// error, and not after a 401, which only has the next call get another access token. An error says by
    /// [`is_maybe_sent`](Error::is_maybe_sent) whether the service may have carried the request out. An HTTP client of your own
    /// has to be built as [`http_client`](crate::ClientBuilder::http_client) says.
    ///
    /// # A refund
    ///
    /// The service has no key that makes a cancellation idempotent, and some gateways make a cancellation some time after the
    /// service accepted it. So record in the database that a refund is sent before you send it, by a statement that only one
    /// worker can succeed with. After that look for the refund in the history of the payment, by its reason. Send it again
    /// only if [`is_maybe_sent`](Error::is_maybe_sent) of the error is `false`, or after a person found out that it will not be
    /// made. `Database` is your own:
    ///
    /// ```no_run
    /// use iamport::{Amount, Client, Payment, reqwest::Method};
    ///
    /// type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
    /// # struct Database;
    /// # impl Database {
    /// #     async fn claim(&self, _: &Refund) -> Result<bool> { Ok(true) }
    /// #     async fn release(&self, _: &Refund) -> Result<()> { Ok(()) }
    /// # }
    ///
    /// /// A refund as the database has it. Record the next one of the payment when this one is made.
    /// #[derive(serde::Serialize)]
    /// struct Refund {
    ///     imp_uid: String,
    ///     amount: Amount,   // above 0, by a CHECK of the table: the service takes 0 for all that is left
    ///     checksum: Amount, // what is left before; the service refuses the refund if something else is left
    ///     reason: String,   // with the number of the refund: "refund 1042"
    /// }
    ///
    /// /// Returns whether the refund is made. If not, call it again later; that is safe for any worker at any time.
    /// async fn refund(client: &Client, database: &Database, refund: &Refund) -> Result<bool> {
    ///     if is_refunded(client, refund).await? {
    ///         return Ok(true);
    ///     }
    ///     // UPDATE refunds SET sent = TRUE WHERE reason = ? AND NOT sent; `false` if it changed no row.
    ///     if !database.claim(refund).await? {
    ///         return Ok(false);
    ///     }
    ///     let sent = client.request(Method::POST, "/payments/cancel").json(refund).send::<Payment>().await;
    ///     let is_refunded = is_refunded(client, refund).await;
    ///     match sent {
    ///         // The service did not receive it, or refused it.
    ///         Err(error) if !error.is_maybe_sent() && !matches!(is_refunded, Ok(true)) => {
    ///             database.release(refund).await?; // UPDATE refunds SET sent = FALSE WHERE reason = ?
    ///             Err(error.into())
    ///         }
    ///         _ => is_refunded,
    ///     }
    /// }
    ///
    /// async fn is_refunded(client: &Client, refund: &Refund) -> Result<bool> {
    ///     let payment = client.get_payment(&refund.imp_uid).await?.ok_or("no such payment")?;
    ///     Ok(payment.cancellations()?.iter().any(|made| made.reason.as_deref() == Some(refund.reason.as_str())))
    /// }
    /// ```
    pub fn request(&self, method: Method, path: &'static str) -> RawRequest {
        let operation = Operation::raw(&method, path);
        let draft = match operation.is_other() {
            true => Err(Error::invalid_argument("invalid method: expected GET, POST, PUT, PATCH or DELETE")),
            false => self
                .api
                .client
                .request(method, &self.api.baseurl)
                .header(ACCEPT, "application/json")
                .build()
                .map_err(Error::transport),
        };
        RawRequest { api: Api::clone(&self.api), operation, values: Vec::new(), draft }
    }
}

impl RawRequest {
    /// Sets the value of a placeholder of the path: `imp_uid` for `{imp_uid}`. It is encoded as one segment.
    pub fn path(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// Adds parameters to the query: a struct, a map or pairs, whose values are texts, numbers or booleans. An array
    /// parameter is a pair for each item, like `("imp_uid[]", "imp_123456789012")`.
    pub fn query(self, parameters: &(impl Serialize + ?Sized)) -> Self {
        self.change("query", PAIRS, |request| request.query(parameters))
    }

    /// Sets the body in JSON. It replaces the body of an earlier call of `json` or `form`. An [`Amount`](crate::Amount) is
    /// written with all its digits.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.change("body", "expected a value that is serialized as JSON", |request| request.json(body))
    }

    /// Sets the body as a form: a struct, a map or pairs, whose values are texts, numbers or booleans. A nested value is a
    /// pair, like `("extra[requester]", "admin")`. It replaces the body of an earlier call of `json` or `form`.
    pub fn form(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.change("form", PAIRS, |request| request.form(body))
    }

    /// Changes the draft. The error does not quote that of serde, which can have a value.
    fn change(mut self, what: &str, expected: &str, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        self.draft = self.draft.and_then(|mut draft| {
            if what != "query" {
                draft.headers_mut().remove(CONTENT_TYPE);
            }
            let changed = change(RequestBuilder::from_parts(self.api.client.clone(), draft)).build();
            changed.map_err(|_| Error::invalid_argument(format!("invalid {what}: {expected}")))
        });
        self
    }

    /// Sends the request, and decodes the `response` of the envelope as `T`: a [`Payment`](crate::Payment), a type of your
    /// own, or [`IgnoredAny`](serde::de::IgnoredAny). Where the service sends null, `T` is an `Option`. Decode amounts as
    /// [`Amount`](crate::Amount), not as floats. It is a future that can be spawned or joined.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid ([`is_invalid_request`](Error::is_invalid_request)): the method, the path, a
    /// missing or unknown placeholder, a value that is empty, `.` or `..`, a query or a body that cannot be serialized.
    /// Otherwise if the call fails, as for the other requests. A 404 is an error ([`is_not_found`](Error::is_not_found)), and
    /// so is a response that does not decode as `T` ([`is_decode`](Error::is_decode)): its message has the position, not the
    /// name of a field.
    pub fn send<T: DeserializeOwned + 'static>(self) -> impl Future<Output = Result<T, Error>> + Send + 'static {
        in_current_span(self.fetch())
    }

    /// Sends the request like [`send`](Self::send), and returns its response as well, as
    /// [`Lookup::send_with_responses`](crate::Lookup::send_with_responses) does. There is none if the service did not respond.
    pub fn send_with_responses<T: DeserializeOwned + 'static>(
        mut self,
    ) -> impl Future<Output = (Result<T, Error>, Vec<ReceivedResponse>)> + Send + 'static {
        self.record().with(self.send())
    }

    async fn fetch<T: DeserializeOwned>(self) -> Result<T, Error> {
        let Self { api, operation, values, draft } = self;
        let request = draft.and_then(|mut request| {
            let path = path::expand(operation.path, &values)?;
            let path = format!("{}{path}", request.url().path().trim_end_matches('/'));
            request.url_mut().set_path(&path);
            let is_empty = request.body().and_then(|body| body.as_bytes()).is_none_or(<[u8]>::is_empty);
            if is_empty && matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) {
                // hyper does not send it, and some proxies refuse a request without it.
                request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            Ok(request)
        });
        let request = request.inspect_err(|error| operation.span().record_error(error))?;
        api.call(request, operation).await?.content()
    }
}

/// Prints no value, no query and no body.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, values, .. } = self;
        let names: Vec<_> = values.iter().map(|(name, _)| name).collect();
        let mut debug = f.debug_struct("RawRequest");
        debug.field("method", &operation.method).field("path", &operation.path).field("values", &names);
        debug.finish_non_exhaustive()
    }
}

options!(RawRequest);
