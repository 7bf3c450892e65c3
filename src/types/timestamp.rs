use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Serialize, Serializer};

use super::{Lenient, Parsed, Redact, code, string};

/// The last second that every supported calendar can represent: 9999-12-30T22:00:00Z.
const MAX: u64 = 253_402_207_200;

/// A time in Unix seconds (UNIX timestamp), serialized as an integer.
///
/// Strings of digits are parsed too, since the documentation has them. In a payment, 0, an empty string and null mean that
/// something has not happened, and the field is `None`; there is no timestamp of 0. Converts from and to [`SystemTime`],
/// and with the features of those names `jiff`, `chrono` and `time`.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// # fn main() -> Result<(), serde_json::Error> {
/// let paid_at: iamport::Timestamp = serde_json::from_str("1709722069")?;
/// assert_eq!(paid_at.as_secs(), 1_709_722_069);
/// assert_eq!(SystemTime::from(paid_at), SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_722_069));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Returns the time this many seconds after 1970-01-01T00:00:00Z. `None` for 0 and for a time after
    /// 9999-12-30T22:00:00Z, the last that `jiff`, `chrono` and `time` all represent.
    pub const fn from_secs(secs: u64) -> Option<Self> {
        if secs == 0 || secs > MAX { None } else { Some(Self(secs)) }
    }

    /// Returns the time of the system's clock.
    pub fn now() -> Self {
        // A clock that is set to no valid time is an error of the system; 1970 and 9999 are the nearest times.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(since.as_secs().clamp(1, MAX))
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl Lenient for Timestamp {
    const EXPECTED: &'static str = "Unix seconds";

    fn parse(json: &str) -> serde_json::Result<Parsed<Self>> {
        let text = string(json);
        let digits = text.as_deref().unwrap_or(json);
        if json == "null" || (json.len() == 2 && digits.is_empty()) {
            return Ok(Parsed::Nothing);
        }
        let secs = if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None };
        Ok(if secs == Some(0) { Parsed::Nothing } else { Parsed::new(secs.and_then(Self::from_secs), json) })
    }
}

code!(@strict Timestamp);

impl Redact for Timestamp {}

invalid! {
    /// The error of a time that is not a [`Timestamp`].
    InvalidTimestamp: "expected a time after 1970-01-01T00:00:00Z and up to 9999-12-30T22:00:00Z"
}

impl TryFrom<i64> for Timestamp {
    type Error = InvalidTimestamp;

    /// # Errors
    ///
    /// Returns an error for seconds that are not after 1970 or not before the end of the year 9999.
    fn try_from(secs: i64) -> Result<Self, InvalidTimestamp> {
        u64::try_from(secs).ok().and_then(Self::from_secs).ok_or(InvalidTimestamp(()))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(at: Timestamp) -> Self {
        SystemTime::UNIX_EPOCH + Duration::from_secs(at.0)
    }
}

/// Drops the part of a second.
impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(at: SystemTime) -> Result<Self, InvalidTimestamp> {
        let secs = at.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs());
        secs.and_then(Self::from_secs).ok_or(InvalidTimestamp(()))
    }
}

#[cfg(feature = "jiff")]
impl From<Timestamp> for jiff::Timestamp {
    fn from(at: Timestamp) -> Self {
        i64::try_from(at.0)
            .ok()
            .and_then(|secs| jiff::Timestamp::from_second(secs).ok())
            .unwrap_or(jiff::Timestamp::MAX)
    }
}

/// Drops the part of a second.
#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(at: jiff::Timestamp) -> Result<Self, InvalidTimestamp> {
        at.as_second().try_into()
    }
}

#[cfg(feature = "chrono")]
impl From<Timestamp> for chrono::DateTime<chrono::Utc> {
    fn from(at: Timestamp) -> Self {
        let secs = i64::try_from(at.0).ok();
        secs.and_then(|secs| chrono::DateTime::from_timestamp(secs, 0))
            .unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
    }
}

/// Drops the part of a second.
#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> TryFrom<chrono::DateTime<Tz>> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(at: chrono::DateTime<Tz>) -> Result<Self, InvalidTimestamp> {
        at.timestamp().try_into()
    }
}

#[cfg(feature = "time")]
impl From<Timestamp> for time::OffsetDateTime {
    fn from(at: Timestamp) -> Self {
        let secs = i64::try_from(at.0).ok().and_then(|secs| Self::from_unix_timestamp(secs).ok());
        secs.unwrap_or(Self::UNIX_EPOCH)
    }
}

/// Drops the part of a second.
#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(at: time::OffsetDateTime) -> Result<Self, InvalidTimestamp> {
        at.unix_timestamp().try_into()
    }
}

#[cfg(feature = "schemars")]
super::schema!(Timestamp, { "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]*$" });
