//! The kinds of difference, in words, and the impact of each.

use std::fmt;

use serde::Serialize;

use crate::document::kind::{JsonKind, JsonKinds};

/// The impact of a difference on users of the crate, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Impact {
    /// A call fails or does something else, a response does not decode, or a value is no longer read.
    Breaking,
    /// Something is new: the crate keeps the field, or does not use the parameter.
    Additive,
    /// The description changes, the crate works as before.
    Documentation,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaks decoding or a call",
            Self::Additive => "added, not read by this crate",
            Self::Documentation => "documentation only",
        })
    }
}

/// The direction in which a value is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// In a response. It is `strict` where the response does not decode without the value, or with one of another kind.
    Response { strict: bool },
    /// In a request body.
    Body,
    /// As text, in a URL or a header.
    Parameter,
}

/// The kind of a difference.
pub(super) enum ChangeKind<'a> {
    Gone,
    New { kinds: Option<JsonKinds>, required: bool },
    Called(&'a str),
    Place { now: &'a str, was: &'a str },
    Required { now: bool, held: bool },
    Null,
    Type { now: JsonKinds, was: JsonKinds, fits: bool },
    NewCode(String),
    GoneCode(String),
    Codes(String),
    Length { now: Option<usize>, was: Option<usize> },
    Undescribed,
    NoCodes,
    Keyword { name: &'static str, now: String, was: Option<String> },
    Encoding { now: &'a str, was: &'a str },
    NotJson(String),
    Security { now: String, was: String, needed: bool },
    Deprecated,
}

impl Direction {
    /// Returns the direction of a part, such as a field or an item.
    pub(super) fn of_part(self, strict: bool) -> Self {
        if let Self::Response { .. } = self { Self::Response { strict } } else { self }
    }
}

impl ChangeKind<'_> {
    pub(super) fn impact(&self, direction: Direction) -> Impact {
        let response = matches!(direction, Direction::Response { .. });
        let strict = direction == Direction::Response { strict: true };
        let breaks = match self {
            Self::Gone => !response || strict,
            Self::New { required, .. } if response || !required => return Impact::Additive,
            Self::New { .. } | Self::Place { .. } => true,
            Self::Required { now, held } => {
                if response {
                    !now && *held
                } else {
                    *now && !held
                }
            }
            Self::Null => strict,
            Self::Type { fits, .. } => !fits,
            Self::NewCode(_) => return Impact::Additive,
            Self::GoneCode(_) => !response,
            Self::Length { now: Some(now), was } => !response && was.is_none_or(|was| *now < was),
            // A call without the parameter does something else.
            Self::Keyword { name: "default", was, .. } => !response && was.is_some(),
            Self::Keyword { name, now, was } => !response && is_narrower(name, now, was.as_deref()),
            Self::Encoding { .. } | Self::NotJson(_) => true,
            Self::Security { needed, .. } => *needed,
            Self::Length { .. } | Self::Called(_) | Self::Codes(_) | Self::Undescribed => false,
            Self::NoCodes | Self::Deprecated => false,
        };
        if breaks { Impact::Breaking } else { Impact::Documentation }
    }

    /// Returns the difference for programs.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Gone => "gone".to_owned(),
            Self::New { .. } => "new".to_owned(),
            Self::Called(name) => format!("name={name}"),
            Self::Place { now, .. } => format!("place={now}"),
            Self::Required { now, .. } => format!("required={now}"),
            Self::Null => "nullable=true".to_owned(),
            Self::Type { now, .. } => format!("type={}", now.names().replace(' ', "-")),
            Self::NewCode(value) => format!("value+={value}"),
            Self::GoneCode(value) => format!("value-={value}"),
            Self::Codes(values) => format!("values={values}"),
            Self::Length { now, .. } => format!("length={}", now.map_or("any".to_owned(), |now| now.to_string())),
            Self::Undescribed => "undescribed".to_owned(),
            Self::NoCodes => "values=any".to_owned(),
            Self::Keyword { name, now, .. } => format!("{name}={now}"),
            Self::Encoding { now, .. } => format!("encoding={now}"),
            Self::NotJson(now) => format!("media-type={now}"),
            Self::Security { now, .. } => format!("security={}", now.replace(' ', "-")),
            Self::Deprecated => "deprecated=true".to_owned(),
        }
    }

    /// Returns the difference for people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Gone => "gone".to_owned(),
            Self::New { kinds, required } => {
                let kinds = kinds.filter(|kinds| !kinds.is_empty()).map(|kinds| format!(", {}", kinds.names()));
                format!("new{}{}", kinds.unwrap_or_default(), if *required { ", required" } else { "" })
            }
            Self::Called(name) => format!("is called `{name}` now"),
            Self::Place { now, was } => format!("is in the {now} now, was in the {was}"),
            Self::Required { now: true, .. } => "is required now".to_owned(),
            Self::Required { now: false, .. } => "is no longer required".to_owned(),
            Self::Null => "may be null now".to_owned(),
            Self::Type { now, was, .. } => format!("is {} now, was {}", now.names(), was.names()),
            Self::NewCode(value) => format!("new value `{value}`"),
            Self::GoneCode(value) => format!("value `{value}` is gone"),
            Self::Codes(values) => format!("has listed values now: {values}"),
            Self::Length { now, was } => {
                let limit =
                    |limit: &Option<usize>| limit.map_or("unlimited".to_owned(), |most| format!("at most {most}"));
                format!("length is {} now, was {}", limit(now), limit(was))
            }
            Self::Undescribed => "is no longer described".to_owned(),
            Self::NoCodes => "no longer lists its values".to_owned(),
            Self::Keyword { name, now, was } => {
                let was = was.as_ref().map_or(String::new(), |was| format!(", was {was}"));
                format!("{name} is {now} now{was}")
            }
            Self::Encoding { now, was } => format!("array is sent as `{now}` now, was `{was}`"),
            Self::NotJson(now) => format!("is {now} now, was JSON"),
            Self::Security { now, was, .. } => format!("authentication is {now} now, was {was}"),
            Self::Deprecated => "is deprecated now".to_owned(),
        }
    }
}

/// Returns whether a limit allows less than before.
fn is_narrower(name: &str, now: &str, was: Option<&str>) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    match (number(now), was.and_then(number)) {
        (Some(now), Some(was)) if name.contains("min") || name.contains("Min") => now > was,
        (Some(now), Some(was)) if name.contains("max") || name.contains("Max") => now < was,
        _ => true,
    }
}

/// Returns whether a reader of `to` reads each value of `from`. A date does not match every pattern of a string.
pub(super) fn fits(from: JsonKinds, to: JsonKinds, patterned: bool) -> bool {
    from.iter().all(|kind| to.allows(kind) && !(patterned && kind == JsonKind::Date))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document limits no length of a request yet, so a comparison cannot show all of these.
    #[test]
    fn only_a_shorter_length_in_a_request_breaks() {
        let impact = |now, was, direction| ChangeKind::Length { now, was }.impact(direction);
        for (now, was, in_request) in [
            (Some(6), None, Impact::Breaking),
            (Some(6), Some(7), Impact::Breaking),
            (Some(8), Some(7), Impact::Documentation),
            (None, Some(7), Impact::Documentation),
        ] {
            for direction in [Direction::Body, Direction::Parameter] {
                assert_eq!(impact(now, was, direction), in_request, "{now:?} {was:?}");
            }
            for strict in [true, false] {
                assert_eq!(impact(now, was, Direction::Response { strict }), Impact::Documentation, "{now:?} {was:?}");
            }
        }
    }
}
