//! Whatever goes wrong: how often the service is asked, what the caller gets, how long that takes, and what becomes of
//! the token.
#![cfg(feature = "sandbox")]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

#[path = "faults/hostile.rs"]
mod hostile;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/retries.rs"]
mod retries;
#[path = "faults/streams.rs"]
mod streams;
#[path = "faults/time.rs"]
mod time;
#[path = "faults/token.rs"]
mod token;
