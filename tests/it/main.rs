//! The promises of the crate, one module each, in the order of `src/`.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail by panicking"
)]

#[cfg(feature = "sandbox")]
#[path = "../common/mod.rs"]
mod common;

// The READMEs agree with each other, and their links lead somewhere.
#[cfg(feature = "sandbox")]
mod readme;
// Modules use the modules that are listed for them, all below them.
mod structure;
// CONTRIBUTING shows the tree as it is.
mod contributing;
// Scalars decode every notation of the sources, and encode what they decoded.
mod types;
// Amounts calculate exactly, compare with numbers, and are shown with their currency.
mod amount;
// Where serde buffers a body, nothing is rounded in silence and nothing can be imitated.
mod buffered;
// Unknown fields survive as they were received, on one line.
mod unknown;
// A payment is verified by status, amount and currency, and by what was cancelled of it.
mod payment;
// An order is checked by all its payments, and the one that came furthest decides.
mod order;
// A webhook is parsed from JSON and forms; a hostile body is an error.
mod webhook;
// A client is built from valid settings only, and sends what its requests say.
#[cfg(feature = "sandbox")]
mod client;
// A raw request reaches any operation, and is sent at most once unless it is a GET.
#[cfg(feature = "sandbox")]
mod raw;
// A request has its own limits, whatever those of its client are.
#[cfg(feature = "sandbox")]
mod options;
// Payments are found by `imp_uid`, in bulk, by order and by period.
#[cfg(feature = "sandbox")]
mod lookups;
// Certificates are checked, and a rejected one is named.
#[cfg(all(any(feature = "native-tls", feature = "rustls"), feature = "sandbox"))]
mod tls;
// Tiers share the token and the connection pool, and requests in flight are limited.
#[cfg(feature = "sandbox")]
mod transport;
// The access token is fetched once, kept until its last minute, and replaced once after a 401.
#[cfg(feature = "sandbox")]
mod token;
// Every fault of the network or the server has the documented number of attempts and the documented outcome.
#[cfg(feature = "sandbox")]
mod faults;
// A function of the caller sees the final response of each call.
#[cfg(feature = "sandbox")]
mod inspect;
// A client observes or rejects responses as it was configured to.
#[cfg(all(feature = "sandbox", feature = "validate"))]
mod validation;
// A listing is read without gaps or duplicates.
#[cfg(feature = "sandbox")]
mod pagination;
// A listing that ends as complete has every payment that stayed in it.
#[cfg(feature = "sandbox")]
mod listing;
// Untrusted identifiers, credentials and URLs are sent unchanged, or rejected with a reason.
#[cfg(feature = "sandbox")]
mod untrusted_input;
// Captured bodies are read through socket, client and types.
#[cfg(feature = "sandbox")]
mod wire;
// Validation reports each broken rule of the document with its severity and sources.
#[cfg(feature = "validate")]
mod validate;
// The generated types decode every response that the document allows.
#[cfg(all(feature = "schemars", feature = "validate"))]
mod contract;
// The document says of each field what its sources say.
#[cfg(feature = "spec")]
mod sources;
// A difference between two descriptions is reported once, with its impact.
#[cfg(all(feature = "sandbox", feature = "spec"))]
mod spec;
// The sandbox responds like the service, and injects the faults that a test asks for.
#[cfg(feature = "sandbox")]
mod sandbox;
