//! The envelope of every response.

use std::collections::BTreeMap;

use bytes::Bytes;
use reqwest::StatusCode;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use crate::{
    error::Error,
    json::{self, DecodeError},
    types::{UnknownField, object},
};

/// The envelope of every response: `code` 0 and a `response` on success, any other `code` and a `message` on failure.
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Envelope<T> {
    /// 0 for success; any other code is a failure, independent of the HTTP status (응답코드).
    pub code: i64,
    /// The error message (응답메시지), in Korean. Null on success.
    #[cfg_attr(feature = "schemars", serde(skip_serializing_if = "Option::is_none"))]
    pub message: Option<String>,
    /// The content. Null on failure.
    #[cfg_attr(feature = "schemars", serde(skip_serializing_if = "Option::is_none"))]
    pub response: Option<T>,
    /// Fields that the document does not know, and values of an undocumented type.
    #[cfg_attr(feature = "schemars", serde(flatten))]
    pub extra: BTreeMap<String, UnknownField>,
}

object!(@serde Envelope<T> {
    code = "code" required,
    message = "message" optional,
    response = "response" optional,
});

impl<T> Envelope<T> {
    /// Reads the body of a response. An envelope with another `code` than 0 is the error of the service, a body without an
    /// envelope that of something between the client and the service.
    pub(crate) fn open(status: StatusCode, body: &Bytes) -> Result<Self, Error>
    where
        Self: DeserializeOwned,
    {
        open(status, body, json::parse(body), |envelope: &Self| envelope.code)
    }
}

/// Reads the body of a response whose content is a type of the caller. Its errors have no value and no name of the body.
pub(super) fn content<T: DeserializeOwned>(status: StatusCode, body: &Bytes) -> Result<T, Error> {
    let opened = if is_array(body) { Err(DecodeError::no_object()) } else { json::parse_foreign_bytes(body) };
    let opened = open(status, body, opened, |opened: &Opened<T>| opened.code);
    opened.map(|opened| opened.response).map_err(Error::of_raw_request)
}

/// Returns whether a body is an array. serde reads a struct from an array too.
fn is_array(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}

/// The envelope of a response whose content is a type of the caller: `Option`, if it may be null.
#[derive(Deserialize)]
struct Opened<T> {
    code: i64,
    response: T,
}

fn open<E>(
    status: StatusCode,
    body: &Bytes,
    envelope: Result<E, DecodeError>,
    code: impl FnOnce(&E) -> i64,
) -> Result<E, Error> {
    let fault = match envelope {
        Ok(envelope) if code(&envelope) == 0 && status.is_success() => return Ok(envelope),
        Ok(_) => None,
        Err(fault) => Some(fault),
    };
    let failure = if is_array(body) { None } else { json::parse::<Failure>(body).ok() };
    Err(match (failure, fault) {
        (Some(Failure { code, message: Some(message), response }), _) if code != 0 => {
            Error::of_service(status, code, serde_json::from_str(message.get()).ok(), response.is_some())
        }
        (_, Some(fault)) if status.is_success() => Error::decoding(status, fault, Some(body.clone())),
        _ => Error::status_alone(status),
    })
}

/// The fields that an error of the service always has. Other fields can be anything.
#[derive(Deserialize)]
struct Failure {
    code: i64,
    #[serde(default, deserialize_with = "present")]
    message: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "present")]
    response: Option<IgnoredAny>,
}

/// Reads a field that is there, even null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}
