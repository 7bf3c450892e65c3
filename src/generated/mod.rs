//! The client that progenitor writes from `openapi/iamport.yaml`, for calls that the wrapper has no words for.
//!
//! [`Client::generated`](crate::Client::generated) hands it out: with the same token, checks and limits as the wrapper,
//! since those are in its hooks. Its answers are whole envelopes, so it is for its user to look at `code`. Which source
//! tells of a field (documentation A or B, V1, the wire) stands in the document, under `x-sources`.
//!
//! ```no_run
//! # async fn run() -> Result<(), iamport::Error> {
//! let client = iamport::Client::from_env()?;
//! let envelope = client.generated().find_payment("order-0001", None, None).await?.into_inner();
//! if envelope.code == 0 {
//!     println!("{:?}", envelope.response.map(|payment| payment.status));
//! }
//! # Ok(())
//! # }
//! ```

pub(crate) mod envelope;

pub use self::client::{Client, OPERATIONS, codes, types};
pub use crate::runtime::{Error, RawResponse, ResponseValue};

/// An operation of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Whether it needs an access token.
    pub authenticated: bool,
}

// The lints of hand-written code do not apply to it.
#[allow(missing_docs, unused_qualifications, unreachable_pub)]
#[allow(clippy::all, clippy::indexing_slicing, clippy::missing_errors_doc, clippy::unwrap_used)]
mod client {
    // Progenitor lets a crate bring its own runtime under this name. This one prints no body, header or address.
    use crate::runtime as progenitor_client;

    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/iamport.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("iamport.rs");
}
