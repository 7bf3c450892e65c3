//! What can go wrong with an answer, and how long it does.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{Endpoint, MockResponse};

/// What the sandbox does wrong; see [`Sandbox::inject_fault`](super::Sandbox::inject_fault).
///
/// Where nothing else is said, the answer is what it would have been.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// Another answer, without a look at the token.
    Answer(MockResponse),
    /// The connection is reset in the middle of the headers.
    ResetInHeaders,
    /// The connection is reset in the middle of the body.
    ResetInBody,
    /// Nothing comes after the middle of the headers, and the connection stays open.
    StallInHeaders,
    /// Nothing comes after the middle of the body, and the connection stays open.
    StallInBody,
    /// The answer comes byte by byte.
    Trickle,
    /// Half the body comes, and its length is told as that.
    TruncatedBody,
    /// The length is told as one byte more than comes.
    LengthTooLong,
    /// The length is told as one byte less than comes.
    LengthTooShort,
    /// So many bytes of blanks come as the body, in chunks, with no length told.
    OversizedBody(u64),
    /// Tokens are revoked: before the answer is decided, or at the token's endpoint right after it is given.
    RevokedToken,
    /// Like [`RevokedToken`](Self::RevokedToken); a token that is given has ended by its own `expired_at`.
    ExpiredToken,
    /// At the token's endpoint, `now` and `expired_at` are told by a clock that is so far ahead.
    ClockAhead(Duration),
    /// At the token's endpoint, `now` and `expired_at` are told by a clock that is so far behind.
    ClockBehind(Duration),
}

impl Fault {
    /// Whether it is in how an answer is written, not in what it says.
    pub(super) fn is_on_the_wire(&self) -> bool {
        match self {
            Self::ResetInHeaders
            | Self::ResetInBody
            | Self::StallInHeaders
            | Self::StallInBody
            | Self::Trickle
            | Self::TruncatedBody
            | Self::LengthTooLong
            | Self::LengthTooShort
            | Self::OversizedBody(_) => true,
            Self::Answer(_) | Self::RevokedToken | Self::ExpiredToken | Self::ClockAhead(_) | Self::ClockBehind(_) => {
                false
            }
        }
    }
}

impl From<MockResponse> for Fault {
    fn from(answer: MockResponse) -> Self {
        Self::Answer(answer)
    }
}

/// The faults that are to come.
#[derive(Debug, Default)]
pub(super) struct Faults {
    queued: BTreeMap<Endpoint, VecDeque<(Fault, usize)>>,
    chances: BTreeMap<Endpoint, Chance>,
}

/// One of some faults, once in so many requests.
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

    /// What goes wrong with the endpoint's next answer.
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
