//! The kinds of difference, in words, and what each does to a user.

use std::fmt;

use serde::Serialize;

use crate::document::kind::{Kind, Kinds, words};

/// What a difference does to a user of the crate, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Impact {
    /// A call fails or does not do what it is asked, an answer does not decode, or a value that was read no longer is.
    Breaking,
    /// There is something new that the crate does not know: kept as it came, or not to be asked for.
    Additive,
    /// The description changes, the crate works on.
    Documentation,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaks decoding or a call",
            Self::Additive => "new and unread",
            Self::Documentation => "documentation only",
        })
    }
}

/// Which way a value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The service answers with it. Whether the crate gives up where it is missing or of another type is in `strict`.
    Answer { strict: bool },
    /// It is sent in a body.
    Body,
    /// It is sent as text, in an address or a header.
    Parameter,
}

/// What has changed.
pub(super) enum What<'a> {
    Gone,
    New { kinds: Option<&'a Kinds>, required: bool },
    Called(&'a str),
    Place { now: &'a str, was: &'a str },
    Required { now: bool, held: bool },
    Null,
    Type { now: &'a Kinds, was: &'a Kinds, fits: bool },
    NewCode(String),
    GoneCode(String),
    Codes(String),
    Length { now: Option<u64>, was: Option<u64> },
    Undescribed,
}

impl What<'_> {
    pub(super) fn impact(&self, way: Way) -> Impact {
        let answer = matches!(way, Way::Answer { .. });
        let strict = way == Way::Answer { strict: true };
        let breaks = match self {
            Self::Gone => !answer || strict,
            Self::New { required, .. } if answer || !required => return Impact::Additive,
            Self::New { .. } | Self::Place { .. } => true,
            Self::Required { now, held } => {
                if answer {
                    !now && *held
                } else {
                    *now && !held
                }
            }
            Self::Null => strict,
            Self::Type { fits, .. } => !fits,
            Self::NewCode(_) => return Impact::Additive,
            Self::GoneCode(_) => !answer,
            Self::Length { now: Some(now), was } => !answer && was.is_none_or(|was| *now < was),
            Self::Length { .. } | Self::Called(_) | Self::Codes(_) | Self::Undescribed => false,
        };
        if breaks { Impact::Breaking } else { Impact::Documentation }
    }

    /// The difference for programs.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Gone => "gone".to_owned(),
            Self::New { .. } => "new".to_owned(),
            Self::Called(name) => format!("name={name}"),
            Self::Place { now, .. } => format!("place={now}"),
            Self::Required { now, .. } => format!("required={now}"),
            Self::Null => "nullable=true".to_owned(),
            Self::Type { now, .. } => format!("type={}", words(now).replace(' ', "-")),
            Self::NewCode(value) => format!("value+={value}"),
            Self::GoneCode(value) => format!("value-={value}"),
            Self::Codes(values) => format!("values={values}"),
            Self::Length { now, .. } => format!("length={}", now.map_or("any".to_owned(), |now| now.to_string())),
            Self::Undescribed => "undescribed".to_owned(),
        }
    }

    /// The difference for people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Gone => "gone".to_owned(),
            Self::New { kinds, required } => {
                let kinds = kinds.filter(|kinds| !kinds.is_empty()).map(|kinds| format!(", {}", words(kinds)));
                format!("new{}{}", kinds.unwrap_or_default(), if *required { ", required" } else { "" })
            }
            Self::Called(name) => format!("is called `{name}` now"),
            Self::Place { now, was } => format!("is in the {now} now, was in the {was}"),
            Self::Required { now: true, .. } => "is required now".to_owned(),
            Self::Required { now: false, .. } => "is no longer required".to_owned(),
            Self::Null => "may be null now".to_owned(),
            Self::Type { now, was, .. } => format!("is {} now, was {}", words(now), words(was)),
            Self::NewCode(value) => format!("new value `{value}`"),
            Self::GoneCode(value) => format!("value `{value}` is gone"),
            Self::Codes(values) => format!("has listed values now: {values}"),
            Self::Length { now, was } => {
                let limit =
                    |limit: &Option<u64>| limit.map_or("unlimited".to_owned(), |most| format!("at most {most}"));
                format!("length is {} now, was {}", limit(now), limit(was))
            }
            Self::Undescribed => "is no longer described".to_owned(),
        }
    }
}

/// Whether whoever reads `to` can read all of `from`. `patterned` strings are not just any.
pub(super) fn fits(from: &Kinds, to: &Kinds, patterned: bool) -> bool {
    from.iter().all(|kind| to.iter().any(|reader| kind.is(*reader) && !(patterned && *kind == Kind::Date)))
}
