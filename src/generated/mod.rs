//! The client that progenitor generates from `openapi/iamport.yaml`, for calls that the wrapper does not cover.
//!
//! [`Client::generated`](crate::Client::generated) returns it, with the same token, checks and limits as the wrapper. It
//! returns whole envelopes, whose `code` is 0; another one is an [`Error`](crate::Error). The document lists under `x-sources` which source documents a
//! field.
//!
//! This module is exempt from semantic versioning: operations take their optional parameters by position, and one more
//! parameter in the document changes a signature. The wrapper's requests are not exempt.
//!
//! ```no_run
//! # async fn run() -> Result<(), iamport::Error> {
//! let client = iamport::Client::from_env()?;
//! let envelope = client.generated().find_payment("order-0001", None).await?.into_inner();
//! println!("{:?}", envelope.response.map(|payment| payment.status));
//! # Ok(())
//! # }
//! ```

mod envelope;
mod hooks;
mod operation;
pub(crate) mod path;
pub(crate) mod received;
pub(crate) mod runtime;

pub use self::{
    client::{Client, OPERATIONS, RESPONSES, codes, types},
    envelope::Envelope,
    operation::{Operation, Response},
    runtime::ResponseValue,
};

#[cfg(feature = "schemars")]
#[doc(hidden)]
pub use self::client::SCHEMAS;

// The lints of hand-written code do not apply to it.
#[allow(missing_docs, unused_qualifications, unreachable_pub)]
#[allow(clippy::all, clippy::indexing_slicing, clippy::missing_errors_doc, clippy::unwrap_used)]
pub(crate) mod client {
    // Progenitor lets a crate bring its own runtime under this name. This one prints no body, header or address.
    use super::runtime as progenitor_client;

    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/iamport.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("iamport.rs");
}
