//! What a description of the API says: its operations, its schemas, and whose word they are.

pub(crate) mod error;
pub(crate) mod kind;
pub(crate) mod operation;
pub(crate) mod read;
pub(crate) mod shape;
pub(crate) mod source;
pub(crate) mod voice;
