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

// The one file that is not written by hand is let off what the others are held to.
#![allow(missing_docs, unused_qualifications, unreachable_pub)]
#![allow(clippy::all, clippy::indexing_slicing, clippy::missing_errors_doc, clippy::unwrap_used)]

pub(crate) mod envelope;

// Progenitor lets a crate bring its own runtime under this name. Ours prints no body, header or address.
use crate::runtime as progenitor_client;

include!(concat!(env!("OUT_DIR"), "/iamport.rs"));
