//! The faults of responses, and their queue.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Deserializer};

use super::{Endpoint, MockResponse};

/// A fault of the sandbox; see [`Sandbox::inject_fault`](super::Sandbox::inject_fault).
///
/// Unless a variant says otherwise, the content of the response is the usual one. It is deserialized from
/// the JSON of `POST /_sandbox/faults`.
///
/// At [`Endpoint::Cancel`] the cancellation is carried out before its response gets the fault, with these exceptions:
/// [`Response`](Self::Response), [`RevokedToken`](Self::RevokedToken) and [`ExpiredToken`](Self::ExpiredToken) carry out
/// nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// Another response, whatever the request's token is. The request is not carried out.
    Response(MockResponse),
    /// The request is carried out, and then another response is sent in place of its own: `MockResponse::html(502)` is that
    /// of a proxy that lost the response of the service.
    ReplacedResponse(MockResponse),
    /// The response is sent after this time.
    #[serde(deserialize_with = "milliseconds")]
    Latency(Duration),
    /// The connection is reset in the middle of the headers.
    ResetInHeaders,
    /// The connection is reset in the middle of the body.
    ResetInBody,
    /// The server stops sending in the middle of the headers, and the connection stays open.
    StallInHeaders,
    /// The server stops sending in the middle of the body, and the connection stays open.
    StallInBody,
    /// The response is sent byte by byte.
    Trickle,
    /// The body is cut to its first half, with the matching `Content-Length`.
    TruncatedBody,
    /// `Content-Length` is one byte more than the body.
    LengthTooLong,
    /// `Content-Length` is one byte less than the body.
    LengthTooShort,
    /// The body is this number of blanks, in chunks, without `Content-Length`.
    #[serde(deserialize_with = "bytes")]
    OversizedBody(u64),
    /// All tokens are revoked: before the response is computed, or, at the token endpoint, after the token is issued.
    RevokedToken,
    /// Like [`RevokedToken`](Self::RevokedToken); an issued token has an `expired_at` that is not in the future.
    ExpiredToken,
    /// At the token endpoint, `now` and `expired_at` are this far ahead.
    #[serde(deserialize_with = "seconds")]
    ClockAhead(Duration),
    /// At the token endpoint, `now` and `expired_at` are this far behind.
    #[serde(deserialize_with = "seconds")]
    ClockBehind(Duration),
}

/// Defines the reader of a variant from its one field, a number.
macro_rules! field {
    ($($field:ident: $type:ty = $from:expr;)+) => {$(
        pub(super) fn $field<'de, D: Deserializer<'de>>(fields: D) -> Result<$type, D::Error> {
            #[derive(Deserialize)]
            struct Fields {
                $field: u32,
            }

            Fields::deserialize(fields).map(|fields| $from(u64::from(fields.$field)))
        }
    )+};
}
field! {
    milliseconds: Duration = Duration::from_millis;
    seconds: Duration = Duration::from_secs;
    bytes: u64 = u64::from;
}

impl Fault {
    /// Returns whether the fault affects how a response is written, not its content.
    pub(super) fn is_on_the_wire(&self) -> bool {
        match self {
            Self::Latency(_)
            | Self::ResetInHeaders
            | Self::ResetInBody
            | Self::StallInHeaders
            | Self::StallInBody
            | Self::Trickle
            | Self::TruncatedBody
            | Self::LengthTooLong
            | Self::LengthTooShort
            | Self::OversizedBody(_) => true,
            Self::Response(_)
            | Self::ReplacedResponse(_)
            | Self::RevokedToken
            | Self::ExpiredToken
            | Self::ClockAhead(_)
            | Self::ClockBehind(_) => false,
        }
    }
}

impl From<MockResponse> for Fault {
    fn from(response: MockResponse) -> Self {
        Self::Response(response)
    }
}

/// The faults of future responses.
#[derive(Debug, Default)]
pub(super) struct Faults {
    queued: BTreeMap<Endpoint, VecDeque<(Fault, usize)>>,
    chances: BTreeMap<Endpoint, Chance>,
}

/// Random faults: one of several, in a random one of `one_in` responses.
#[derive(Debug)]
struct Chance {
    faults: Vec<Fault>,
    one_in: u32,
    random: fastrand::Rng,
}

impl Faults {
    pub(super) fn queue(&mut self, endpoint: Endpoint, fault: Fault, times: usize) {
        if times > 0 {
            self.queued.entry(endpoint).or_default().push_back((fault, times));
        }
    }

    pub(super) fn at_random(&mut self, endpoint: Endpoint, faults: Vec<Fault>, one_in: u32, seed: u64) {
        let chance = Chance { faults, one_in: one_in.max(1), random: fastrand::Rng::with_seed(seed) };
        self.chances.insert(endpoint, chance);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the fault of the endpoint's next response.
    pub(super) fn next(&mut self, endpoint: Endpoint) -> Option<Fault> {
        let queued = self.queued.get_mut(&endpoint).filter(|queue| !queue.is_empty());
        let Some(queue) = queued else { return self.chances.get_mut(&endpoint)?.draw() };
        let (fault, times) = queue.front_mut()?;
        *times = times.saturating_sub(1);
        if *times == 0 { queue.pop_front().map(|(fault, _)| fault) } else { Some(fault.clone()) }
    }
}

impl Chance {
    fn draw(&mut self) -> Option<Fault> {
        let hit = self.random.u32(..self.one_in) == 0;
        let which = self.random.usize(..self.faults.len().max(1));
        self.faults.get(which).filter(|_| hit).cloned()
    }
}
