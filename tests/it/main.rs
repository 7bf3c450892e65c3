//! What the crate promises, one module a promise, in the order of `src/`.
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

// Modules import downwards only, and no two files import each other.
mod structure;
// Scalars read whatever any source writes, and write back what they read.
mod types;
// A payment is verified by status, amount and currency, and by what was cancelled of it.
mod payment;
// A webhook is parsed from JSON and forms; a hostile body is an error.
mod webhook;
// A client is built from valid settings only, and sends what its requests say.
#[cfg(feature = "sandbox")]
mod client;
// Payments are found by `imp_uid`, in bulk, by order and by period.
#[cfg(feature = "sandbox")]
mod lookups;
// Certificates are checked, and a rejected one is named.
#[cfg(all(any(feature = "native-tls", feature = "rustls"), feature = "sandbox"))]
mod tls;
// Tiers share token and pool, requests in flight are limited.
#[cfg(feature = "sandbox")]
mod transport;
// The access token is fetched once, kept until its last minute, and replaced once when it is refused.
#[cfg(feature = "sandbox")]
mod token;
// Every fault of the network or the server ends in the documented number of attempts and the documented error.
#[cfg(feature = "sandbox")]
mod faults;
// A client observes or rejects responses as it was configured to.
#[cfg(all(feature = "sandbox", feature = "validate"))]
mod validation;
// A listing is read without gaps or duplicates.
#[cfg(feature = "sandbox")]
mod pagination;
// No identifier, header or body breaks out of its place.
#[cfg(feature = "sandbox")]
mod untrusted_input;
// Bodies as the service writes them decode, and encode to the same.
#[cfg(feature = "sandbox")]
mod wire;
// Every rule of the document has a finding, with its severity and sources.
#[cfg(feature = "validate")]
mod validate;
// The document and the generated types agree.
#[cfg(all(feature = "schemars", feature = "validate"))]
mod contract;
// A difference between two descriptions is reported once, with its impact.
#[cfg(feature = "spec")]
mod diff;
// The sandbox responds as the service does, and fails as it is told to.
#[cfg(feature = "sandbox")]
mod sandbox;
// The command: results on standard output, the rest on standard error, exit statuses 0 to 3.
#[cfg(feature = "cli")]
mod command;
