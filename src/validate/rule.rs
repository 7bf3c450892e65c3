//! The rules of the document: a tree with one node for each field.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet, iter, sync::LazyLock};

use regex_lite::Regex;

use super::{reader::Text, severity::Assessment, value::JsonValue};
use crate::{
    document::kind::{JsonKind, JsonKinds},
    types::Amount,
};

/// The kinds in words, in the order of a report.
pub(super) const WORDS: [(JsonKind, &str); 7] = [
    (JsonKind::String, "a string"),
    (JsonKind::Integer, "an integer"),
    (JsonKind::Number, "a number"),
    (JsonKind::Boolean, "a boolean"),
    (JsonKind::Array, "an array"),
    (JsonKind::Object, "an object"),
    (JsonKind::Null, "null"),
];

/// The number of fields that are compared with the next name before it is read and looked up.
const PREDICTED: usize = 3;

/// A rule that a value breaks, in words, with its severity.
#[derive(Debug)]
pub(super) struct BrokenRule {
    pub(super) assessment: Assessment,
    pub(super) rule: String,
    pub(super) expected: String,
}

/// The rules for the values of one place.
#[derive(Debug)]
pub(super) struct FieldRule {
    /// The kinds without a finding.
    pub(super) clean: JsonKinds,
    /// Those of them without a rule for the value itself.
    pub(super) unchecked: JsonKinds,
    pub(super) kinds: Vec<(JsonKind, BrokenRule)>,
    pub(super) missing: Option<BrokenRule>,
    /// The violation of a `response` that is null or missing, though the API reports success.
    pub(super) no_response: BrokenRule,
    /// The lengths that some source claims, the shortest first.
    pub(super) lengths: Vec<(usize, BrokenRule)>,
    pub(super) min_length: Option<(usize, BrokenRule)>,
    pub(super) pattern: Option<(Regex, BrokenRule)>,
    pub(super) minimum: Option<(i64, BrokenRule)>,
    pub(super) maximum: Option<(i64, BrokenRule)>,
    /// The violation of a number that is not exact in 28 decimal digits.
    pub(super) decimal: Option<BrokenRule>,
    pub(super) codes: Option<(Codes, BrokenRule)>,
    /// Whether the value is a key or a token, which no report has.
    pub(super) secret: bool,
    pub(super) fields: Option<Fields>,
    pub(super) items: Option<Box<FieldRule>>,
}

/// The fields of an object, ordered by name.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) rules: Vec<(&'static str, FieldRule)>,
    /// The name of each field as the API writes it: `"name":`.
    pub(super) keys: Vec<String>,
    /// The fields, one bit each, that have a finding if they are missing.
    pub(super) expected: u128,
    /// Fields that a source lists by mistake.
    pub(super) mistakes: BTreeSet<&'static str>,
}

/// The known values of an open code.
#[derive(Debug)]
pub(super) struct Codes {
    pub(super) texts: Vec<Cow<'static, str>>,
    pub(super) numbers: Vec<i64>,
}

/// The rule that an unknown field breaks.
pub(super) fn unknown_field() -> &'static BrokenRule {
    static UNKNOWN: LazyLock<BrokenRule> = LazyLock::new(|| BrokenRule {
        assessment: Assessment::drift(Vec::new()),
        rule: "not a field of the document".to_owned(),
        expected: "no such field".to_owned(),
    });
    &UNKNOWN
}

/// The rule that the status of a response breaks.
pub(super) fn undeclared_status(declared: &BTreeSet<u16>) -> BrokenRule {
    let declared: Vec<_> = declared.iter().map(u16::to_string).collect();
    BrokenRule {
        assessment: Assessment::drift(Vec::new()),
        rule: "not a status of the document".to_owned(),
        expected: one_of(declared.iter().map(String::as_str)),
    }
}

/// The rule that the media type of a response breaks.
pub(super) fn not_json() -> &'static BrokenRule {
    static NOT_JSON: LazyLock<BrokenRule> = LazyLock::new(|| BrokenRule {
        assessment: Assessment::drift(Vec::new()),
        rule: "not the media type of JSON".to_owned(),
        expected: "application/json".to_owned(),
    });
    &NOT_JSON
}

impl BrokenRule {
    pub(super) fn must_be(expected: String, assessment: Assessment) -> Self {
        Self { assessment, rule: format!("must be {expected}"), expected }
    }
}

impl FieldRule {
    /// Reports each rule that a value breaks.
    pub(super) fn check(&'static self, value: &JsonValue<'_>, mut report: impl FnMut(&'static BrokenRule)) {
        let kind = value.kind();
        if !self.clean.has(kind)
            && let Some((_, broken)) = self.kinds.iter().find(|(other, _)| *other == kind)
        {
            report(broken);
        }
        match value {
            JsonValue::String(text) => self.check_string(*text, report),
            JsonValue::Integer(number) | JsonValue::Number(number) => self.check_number(number, report),
            _ => {}
        }
    }

    fn check_string(&'static self, text: Text<'_>, mut report: impl FnMut(&'static BrokenRule)) {
        let may_be_long = self.lengths.first().is_some_and(|(shortest, _)| text.max_chars() > *shortest);
        if !may_be_long && self.min_length.is_none() && self.pattern.is_none() && self.codes.is_none() {
            return;
        }
        // Most strings are too short to break a limit.
        let length = if may_be_long || self.min_length.is_some() { text.chars() } else { 0 };
        let mut when = |is_broken: bool, broken| {
            if is_broken {
                report(broken)
            }
        };
        if let Some((_, broken)) = self.lengths.iter().rev().find(|(longest, _)| length > *longest) {
            when(true, broken);
        }
        if let Some((least, broken)) = &self.min_length {
            when(length < *least, broken);
        }
        if let Some((pattern, broken)) = &self.pattern {
            when(!pattern.is_match(&text.decode()), broken);
        }
        if let Some((codes, broken)) = &self.codes {
            when(!codes.texts.contains(&text.decode()), broken);
        }
    }

    fn check_number(&'static self, number: &str, mut report: impl FnMut(&'static BrokenRule)) {
        if let Some(broken) = self.decimal.as_ref().filter(|_| !is_decimal(number)) {
            report(broken);
        }
        if self.minimum.is_none() && self.maximum.is_none() && self.codes.is_none() {
            return;
        }
        let whole = number.parse::<i64>();
        // An integer that is too large for 64 bits is beyond each limit; a number with a fraction is never a code.
        let order = |limit: &i64| {
            if let Ok(whole) = &whole {
                return whole.cmp(limit);
            }
            match (number.parse::<f64>(), limit.to_string().parse::<f64>()) {
                (Ok(number), Ok(limit)) if number != limit => number.total_cmp(&limit),
                _ if number.starts_with('-') => Ordering::Less,
                _ => Ordering::Greater,
            }
        };
        if let Some((_, broken)) = self.minimum.iter().find(|(least, _)| order(least).is_lt()) {
            report(broken);
        }
        if let Some((_, broken)) = self.maximum.iter().find(|(most, _)| order(most).is_gt()) {
            report(broken);
        }
        if let Some((codes, broken)) = &self.codes
            && !whole.is_ok_and(|whole| codes.numbers.contains(&whole))
        {
            report(broken);
        }
    }
}

/// Returns whether a number is exact in 28 decimal digits.
fn is_decimal(number: &str) -> bool {
    // Most numbers are short.
    (number.len() <= 28 && !number.contains(['e', 'E'])) || serde_json::from_str::<Amount>(number).is_ok()
}

impl Fields {
    /// Finds the field that comes next: the API sends fields in the order of their names, and few are missing.
    pub(super) fn predict(
        &'static self,
        next: usize,
        mut follows: impl FnMut(&str) -> bool,
    ) -> Option<(usize, &'static str, &'static FieldRule)> {
        let at = next + self.keys.get(next..)?.iter().take(PREDICTED).position(|key| follows(key))?;
        self.rules.get(at).map(|(name, rule)| (at, *name, rule))
    }

    pub(super) fn find(&'static self, name: &str) -> Option<(usize, &'static FieldRule)> {
        let at = self.rules.binary_search_by_key(&name, |(known, _)| known).ok()?;
        self.rules.get(at).map(|(_, rule)| (at, rule))
    }

    /// Returns the fields that are expected and not among those `seen`, one bit each.
    pub(super) fn missing(&'static self, seen: u128) -> impl Iterator<Item = (&'static str, &'static BrokenRule)> {
        let mut missing = self.expected & !seen;
        let next = iter::from_fn(move || {
            let (name, rule) = (missing != 0).then(|| self.rules.get(missing.trailing_zeros() as usize))??;
            missing &= missing - 1;
            Some((*name, rule.missing.as_ref()))
        });
        next.filter_map(|(name, broken)| Some((name, broken?)))
    }

    pub(super) fn is_mistake(&self, name: &str) -> bool {
        self.mistakes.contains(name)
    }
}

/// Returns the kinds in words. Numbers include the integers.
pub(super) fn words(kinds: JsonKinds) -> String {
    let named = |kind| kinds.has(kind) && !(kind == JsonKind::Integer && kinds.has(JsonKind::Number));
    one_of(WORDS.iter().filter(|(kind, _)| named(*kind)).map(|(_, word)| *word))
}

/// Returns `a`, `a or b`, or `a, b or c`.
pub(super) fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut words = words.peekable();
    let mut text = words.next().unwrap_or_default().to_owned();
    while let Some(word) = words.next() {
        text += if words.peek().is_some() { ", " } else { " or " };
        text += word;
    }
    text
}

/// Returns a kind in words: `a string`.
pub(super) fn word(kind: JsonKind) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(missing: bool) -> FieldRule {
        let broken = || BrokenRule::must_be(String::new(), Assessment::drift(Vec::new()));
        FieldRule {
            clean: JsonKinds::default(),
            unchecked: JsonKinds::default(),
            kinds: Vec::new(),
            missing: missing.then(broken),
            no_response: broken(),
            lengths: Vec::new(),
            min_length: None,
            pattern: None,
            minimum: None,
            maximum: None,
            decimal: None,
            codes: None,
            secret: false,
            fields: None,
            items: None,
        }
    }

    #[test]
    fn field_without_a_rule_hides_no_missing_field_after_it() {
        let rules = vec![("a", rule(true)), ("b", rule(false)), ("c", rule(true)), ("d", rule(true))];
        let fields =
            Box::leak(Box::new(Fields { rules, keys: Vec::new(), expected: 0b1111, mistakes: BTreeSet::new() }));
        let missing: Vec<_> = fields.missing(0b1000).map(|(name, _)| name).collect();
        assert_eq!(missing, ["a", "c"]);
    }
}
