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
mod token;
mod types;
#[cfg(feature = "validate")]
pub mod validate;

pub use error::Error;
pub use types::*;
