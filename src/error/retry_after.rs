use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest wait that is returned: one that callers can add to any time.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Returns the wait of the header `Retry-After`, in seconds or as a date. An HTTP date is relative to the response's
/// `Date` header, since the clocks of client and server differ.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let wait = text(RETRY_AFTER)?;
    if !wait.is_empty() && wait.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(wait.parse().unwrap_or(u64::MAX)).min(LONGEST));
    }
    let date = |text| httpdate::parse_http_date(text).ok();
    Some(date(wait)?.duration_since(date(text(DATE)?)?).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_in_seconds_or_as_a_date_is_read() {
        let read = |wait: &str, date: Option<&str>| {
            let pairs = [Some((RETRY_AFTER, wait)), date.map(|date| (DATE, date))];
            let pairs = pairs.into_iter().flatten();
            retry_after(&pairs.filter_map(|(name, value)| Some((name, value.parse().ok()?))).collect())
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let noon = Some("Wed, 06 Mar 2024 12:00:00 GMT");
        assert_eq!(read("7", None), seconds(7));
        assert_eq!(read(" 0 ", noon), seconds(0));
        assert_eq!(read("99999999999999999999999", None), Some(LONGEST));
        assert_eq!(read("Wed, 06 Mar 2999 12:00:05 GMT", noon), Some(LONGEST));
        assert_eq!(read("Wed, 06 Mar 2024 12:00:05 GMT", noon), seconds(5));
        assert_eq!(read("Wed, 06 Mar 2024 11:00:00 GMT", noon), seconds(0));
        for invalid in ["", "-1", "soon", "1.5", "7 s"] {
            assert_eq!(read(invalid, noon), None, "{invalid}");
        }
        assert_eq!(read("Wed, 06 Mar 2024 12:00:05 GMT", None), None, "without a `Date` there is no clock to compare");
    }
}
