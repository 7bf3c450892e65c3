//! One request and its response, read to the end.

use bytes::{Bytes, BytesMut};
use reqwest::Request;

use crate::{
    error::{Attempts, Error},
    generated::runtime::RawResponse,
    span::CallSpan,
};

/// Sends a request and reads the response, up to `max_bytes` of its body. It is an error if the user's own HTTP client followed
/// a redirect: the service may have carried the request out before.
pub(super) async fn send(client: &reqwest::Client, request: Request, max_bytes: usize) -> Result<RawResponse, Error> {
    let url = request.url().clone();
    let mut response = client.execute(request).await.map_err(|error| match error.url() {
        _ if error.is_redirect() => Error::redirected(),
        Some(other) if *other != url => Error::redirected(),
        _ => Error::transport(error),
    })?;
    if *response.url() != url {
        return Err(Error::redirected());
    }
    let status = response.status();
    // A single payment comes in one chunk, which is not copied. `Content-Length` is not trusted.
    let mut body = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::transport)? {
        if chunk.len() > max_bytes.saturating_sub(body.len()) {
            return Err(Error::exceeds(status, max_bytes));
        }
        body = if body.is_empty() { chunk } else { append(body, &chunk) };
    }
    let headers = std::mem::take(response.headers_mut());
    Ok(RawResponse { status, headers, body, attempts: Attempts::default(), span: CallSpan::none() })
}

/// The joined buffer has room to grow, so that it is not copied once for each chunk.
fn append(body: Bytes, chunk: &[u8]) -> Bytes {
    let mut body = BytesMut::from(body);
    body.extend_from_slice(chunk);
    body.freeze()
}
