//! The hooks of the generated client: each request gets the tier and is handed to the transport.

use std::fmt;

use reqwest::Request;

use super::{
    Client, Operation, path,
    runtime::{ClientHooks, Inner, OperationInfo, RawResponse},
};
use crate::error::Error;

impl ClientHooks<Inner> for Client {
    async fn pre(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error> {
        self.complete(request).inspect_err(|error| info.operation().span().record_error(error))
    }

    fn exec(&self, request: Request, info: &OperationInfo) -> impl Future<Output = Result<RawResponse, Error>> + Send {
        let Inner { transport, options, .. } = self.inner.clone();
        transport.call(request, info.operation(), options)
    }
}

impl Client {
    /// Makes the call of a raw request.
    pub(crate) async fn call(&self, mut request: Request, operation: Operation) -> Result<RawResponse, Error> {
        self.complete(&mut request).inspect_err(|error| operation.span().record_error(error))?;
        let Inner { transport, options, .. } = self.inner.clone();
        transport.call(request, operation, options).await
    }

    fn complete(&self, request: &mut Request) -> Result<(), Error> {
        path::check_length(request.url())?;
        self.add_tier(request)
    }

    fn add_tier(&self, request: &mut Request) -> Result<(), Error> {
        let invalid = || Error::invalid_argument("invalid tier: expected three characters of A-Z and 0-9, like A01");
        match &self.inner {
            Inner { tier_error: Some(_), .. } => Err(invalid()),
            Inner { tier: Some(tier), .. } => {
                request.headers_mut().insert("tier", tier.as_str().parse().map_err(|_| invalid())?);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Does not print the HTTP client: one of the caller's own can have secrets among its default headers.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Client");
        debug.field("baseurl", &self.baseurl).field("inner", &self.inner).finish_non_exhaustive()
    }
}
