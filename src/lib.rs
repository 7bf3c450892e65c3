//! Look payments up at PortOne V1.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod decode;
mod envelope;
mod error;
pub mod generated;
mod hooks;
mod path;
mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod token;
mod types;

pub use error::Error;
pub use types::*;
