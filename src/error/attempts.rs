//! What an error says about the attempts of its call.

use std::fmt;

/// The attempts of a call, and why there was no further one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) made: u32,
    /// The retry budget did not allow a retry.
    pub(crate) is_over_budget: bool,
    /// Why the last 401 was final.
    pub(crate) rejected: Option<RejectedToken>,
}

/// An access token that the service rejected with 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RejectedToken {
    /// The token that replaced it was rejected too.
    Twice,
    /// The service returned the same token again, so the token is not the reason.
    Reissued,
    /// The request is not repeated.
    Once,
}

impl From<u32> for Attempts {
    fn from(made: u32) -> Self {
        Self { made, ..Self::default() }
    }
}

impl fmt::Display for RejectedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Twice => "access token rejected twice: another program may revoke the tokens of this merchant",
            Self::Reissued => {
                "access token rejected, but issued again by the service: \
                 the merchant may not be allowed this operation or tier"
            }
            Self::Once => "access token rejected: the request was not repeated, and the next one gets another token",
        })
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.made, self.is_over_budget) {
            (0 | 1, false) => Ok(()),
            (0 | 1, true) => f.write_str(" (no retry budget left)"),
            (made, false) => write!(f, " (after {made} attempts)"),
            (made, true) => write!(f, " (after {made} attempts, no retry budget left)"),
        }
    }
}
