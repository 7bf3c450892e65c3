//! The hooks of the generated client: each request gets the tier and is handed to the transport.

use reqwest::Request;

use super::{
    Client, path,
    runtime::{ClientHooks, Inner, OperationInfo, RawResponse},
};
use crate::{error::Error, span::CallSpan};

impl ClientHooks<Inner> for Client {
    async fn pre(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error> {
        path::check_length(request.url()).inspect_err(|error| CallSpan::new(info.operation_id).record_error(error))?;
        if let Some(tier) = &self.inner.tier {
            let tier = tier
                .as_str()
                .parse()
                .map_err(|_| Error::invalid_argument("invalid tier: expected three characters of A-Z and 0-9"))?;
            request.headers_mut().insert("tier", tier);
        }
        Ok(())
    }

    fn exec(&self, request: Request, info: &OperationInfo) -> impl Future<Output = Result<RawResponse, Error>> + Send {
        self.inner.transport.clone().call(request, info.operation_id, self.inner.tier.clone())
    }
}
