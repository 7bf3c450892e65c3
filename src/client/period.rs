//! The period of a listing, cut into windows that the service accepts.

use std::time::{Duration, SystemTime};

use crate::{error::Error, types::Timestamp};

/// The longest window in seconds, both ends included: 90 days.
const WINDOW_SECS: u64 = 90 * DAY_SECS;

const DAY_SECS: u64 = 24 * 60 * 60;

/// Korea Standard Time is nine hours ahead of UTC, without summer time.
const KST_OFFSET_SECS: u64 = 9 * 60 * 60;

/// A window in Unix seconds, both ends included. `None` is not sent.
pub(super) type Window = Option<(u64, u64)>;

/// The period that a caller set.
#[derive(Clone, Debug, Default)]
pub(super) enum Period {
    /// The last 90 days.
    #[default]
    Recent,
    Between(u64, u64),
    Invalid(&'static str),
}

/// The time of day when a listing began to be read, and when it is read on, in Unix seconds.
#[derive(Clone, Copy, Debug)]
pub struct Present {
    pub(super) began: u64,
    pub(super) now: u64,
}

impl Period {
    pub(super) fn between(from: impl TryInto<Timestamp>, to: impl TryInto<Timestamp>) -> Self {
        match (from.try_into(), to.try_into()) {
            (Ok(from), Ok(to)) if from > to => Self::Invalid("expected `from` before `to`"),
            (Ok(from), Ok(to)) => Self::Between(from.as_secs(), to.as_secs()),
            _ => Self::Invalid("expected two times after 1970-01-01T00:00:00Z and up to 9999-12-30T22:00:00Z"),
        }
    }

    pub(super) fn kst_days(first: (u16, u8, u8), last: (u16, u8, u8)) -> Self {
        let start = |day| kst_midnight(day).and_then(Timestamp::from_secs);
        let end = |day| kst_midnight(day).and_then(|start| Timestamp::from_secs(start + DAY_SECS - 1));
        match (start(first), end(last)) {
            (Some(from), Some(to)) => Self::between(from, to),
            _ => Self::Invalid("expected days of the calendar, from 1970-01-02 to 9999-12-30"),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Invalid(why) => Err(invalid(why)),
            Self::Recent | Self::Between(..) => Ok(()),
        }
    }

    /// Returns the window of one page.
    pub(super) fn single(&self) -> Result<Window, Error> {
        match *self {
            Self::Between(from, to) if to - from >= WINDOW_SECS => {
                Err(invalid("expected at most 90 days for one page; use `items` or `pages`"))
            }
            Self::Between(from, to) => Ok(Some((from, to))),
            Self::Recent => Ok(None),
            Self::Invalid(why) => Err(invalid(why)),
        }
    }

    /// Returns whether the period has one window.
    pub(super) fn is_single(&self, present: Present) -> bool {
        match *self {
            Self::Between(from, to) => to.min(present.now).saturating_sub(from) < WINDOW_SECS,
            Self::Recent | Self::Invalid(_) => true,
        }
    }

    /// Returns a window, counted from 0, or `None` after the last one.
    ///
    /// Windows end at the present, so that payments can leave the last one and none can enter it. A payment whose status
    /// changes meanwhile then belongs to the present: windows are read up to it, and a descending listing reads the time
    /// since it began at its end.
    pub(super) fn window(&self, index: usize, descending: bool, present: Present) -> Result<Option<Window>, Error> {
        let Present { began, now } = present;
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        let (from, to) = match *self {
            Self::Between(from, to) => (from, to),
            // A clock that stands at 1970 is wrong: the server's own period is better.
            Self::Recent if now < WINDOW_SECS => return Ok((index == 0).then_some(None)),
            Self::Recent => return Ok((index == 0).then_some(Some((now - WINDOW_SECS + 1, now)))),
            Self::Invalid(why) => return Err(invalid(why)),
        };
        let end = to.min(now);
        let window = |start: u64, end: u64| Some((start, end.min(start.saturating_add(WINDOW_SECS - 1))));
        if from > now {
            let is_short = to - from < WINDOW_SECS;
            let ahead = || invalid("expected a start before the present, got a later one by the clock of this machine");
            return if is_short { Ok((index == 0).then_some(window(from, to))) } else { Err(ahead()) };
        }
        let newest = to.min(began).saturating_sub(from) / WINDOW_SECS;
        let (start, end) = match index.checked_sub(newest + 1) {
            _ if !descending || newest == 0 => (from.saturating_add(index.saturating_mul(WINDOW_SECS)), end),
            None => (from + (newest - index) * WINDOW_SECS, to.min(began)),
            Some(_) if to <= began => return Ok(None),
            Some(index) => (began.saturating_add(index.saturating_mul(WINDOW_SECS)), end),
        };
        Ok((start <= end).then_some(window(start, end)))
    }
}

impl Present {
    /// Returns the time of day in Unix seconds; 0 before 1970.
    pub(super) fn secs(time: SystemTime) -> u64 {
        time.duration_since(SystemTime::UNIX_EPOCH).as_ref().map_or(0, Duration::as_secs)
    }
}

fn invalid(why: &str) -> Error {
    Error::invalid_argument(format!("invalid period: {why}"))
}

/// Returns the start of a day in Korea in Unix seconds, if the calendar has the day.
fn kst_midnight((year, month, day): (u16, u8, u8)) -> Option<u64> {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let months = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (before, rest) = months.split_at_checked(usize::from(month.checked_sub(1)?))?;
    if year > 9999 || !(1..=*rest.first()?).contains(&day) {
        return None;
    }
    let years_before = u64::from(year.checked_sub(1970)?);
    let leap_days = |years: u64| years / 4 - years / 100 + years / 400;
    let leap_days = leap_days(u64::from(year) - 1) - leap_days(1969);
    let days = years_before * 365 + leap_days + before.iter().map(|days| u64::from(*days)).sum::<u64>();
    ((days + u64::from(day) - 1) * DAY_SECS).checked_sub(KST_OFFSET_SECS)
}
