//! Checks a body against the rules while it is read, in one pass. Only findings are allocated, and unknown names.

use std::borrow::Cow;

use super::{
    finding::Finding,
    findings::Findings,
    reader::{Invalid, JsonReader, JsonToken},
    rule::{BrokenRule, FieldRule, Fields, unknown_field},
    severity::Severity,
    value::{JsonValue, Path, Segment},
};
use crate::document::kind::JsonKind;

/// The maximum depth of arrays and objects, the same as that of serde_json.
const MAX_DEPTH: usize = 127;

/// The part of a body whose findings are reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// All but the `response`.
    Envelope,
    Response,
}

/// The result of a check.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Findings,
    /// The `code` of the envelope, where it is an integer of 64 bits.
    pub(super) code: Option<i64>,
    /// The kind of the envelope's `response`.
    pub(super) response: Option<JsonKind>,
}

pub(super) fn check(rule: &'static FieldRule, body: &str, part: Part) -> Result<Checked, Invalid> {
    let mut checker = Checker { reader: JsonReader::new(body), part, checked: Checked::default() };
    checker.value(Some(rule), Path::ROOT)?;
    checker.reader.end()?;
    Ok(checker.checked)
}

struct Checker<'b> {
    reader: JsonReader<'b>,
    part: Part,
    checked: Checked,
}

impl<'b> Checker<'b> {
    fn value(&mut self, rule: Option<&'static FieldRule>, path: &Path<'_>) -> Result<JsonValue<'b>, Invalid> {
        let value = match self.reader.token()? {
            JsonToken::Null => JsonValue::Null,
            JsonToken::Boolean(flag) => JsonValue::Boolean(flag),
            JsonToken::Integer(number) => JsonValue::Integer(number),
            JsonToken::Number(number) => JsonValue::Number(number),
            JsonToken::String(text) => JsonValue::String(text),
            JsonToken::Array | JsonToken::Object if path.depth >= MAX_DEPTH => {
                return Err(Invalid::Depth(self.reader.position() - 1));
            }
            JsonToken::Array => self.array(rule.and_then(|rule| rule.items.as_deref()), path)?,
            JsonToken::Object => self.object(rule.and_then(|rule| rule.fields.as_ref()), path)?,
        };
        if let Some(rule) = rule.filter(|rule| !rule.unchecked.has(value.kind())) {
            let mut found = Vec::new();
            rule.check(&value, |broken| found.push(broken));
            // A place with a violation has no other finding.
            if found.iter().any(|broken| broken.assessment.severity == Severity::Violation) {
                found.retain(|broken| broken.assessment.severity == Severity::Violation);
            }
            found.into_iter().for_each(|broken| self.add(path, broken, Some(&value), rule.secret));
        }
        Ok(value)
    }

    fn add(&mut self, path: &Path<'_>, broken: &'static BrokenRule, value: Option<&JsonValue<'_>>, secret: bool) {
        let reported = match self.part {
            Part::Whole => true,
            Part::Envelope => !path.in_response,
            Part::Response => path.in_response,
        };
        if reported {
            self.checked.findings.add(broken, || Finding::new(path, broken, value, secret));
        }
    }

    fn array(&mut self, rule: Option<&'static FieldRule>, path: &Path<'_>) -> Result<JsonValue<'b>, Invalid> {
        let mut length = 0;
        while self.reader.item(length == 0)? {
            self.value(rule, &path.inner(Segment::Index(length)))?;
            length += 1;
        }
        Ok(JsonValue::Array(length))
    }

    fn object(&mut self, fields: Option<&'static Fields>, path: &Path<'_>) -> Result<JsonValue<'b>, Invalid> {
        let (mut length, mut next, mut seen) = (0, 0, 0_u128);
        let mut others: Vec<(Cow<'b, str>, usize)> = Vec::new();
        while self.reader.field(length == 0)? {
            let at = self.reader.position();
            length += 1;
            let (name, known) = match fields.and_then(|fields| fields.predict(next, |key| self.reader.skip(key))) {
                Some((index, name, rule)) => (Cow::Borrowed(name), Some((index, rule))),
                None => {
                    let name = self.reader.name()?.decode();
                    let known = fields.and_then(|fields| fields.find(&name));
                    (name, known)
                }
            };
            let path = path.inner(Segment::Name(&name));
            let value = self.value(known.map(|(_, rule)| rule), &path)?;
            match (path.depth, &*name, &value) {
                (1, "code", JsonValue::Integer(code)) => self.checked.code = code.parse().ok(),
                (1, "response", value) => self.checked.response = Some(value.kind()),
                _ => {}
            }
            if let Some((index, _)) = known {
                if seen & (1 << index) != 0 {
                    return Err(Invalid::Duplicate(at));
                }
                seen |= 1 << index;
                next = index + 1;
                continue;
            }
            if fields.is_some_and(|fields| !fields.is_mistake(&name)) {
                self.add(&path, unknown_field(), Some(&value), false);
            }
            others.push((name, at));
        }
        others.sort_unstable();
        if let Some((_, (_, at))) = others.iter().zip(others.iter().skip(1)).find(|((one, _), (other, _))| one == other)
        {
            return Err(Invalid::Duplicate(*at));
        }
        for (name, broken) in fields.into_iter().flat_map(|fields| fields.missing(seen)) {
            self.add(&path.inner(Segment::Name(name)), broken, None, false);
        }
        Ok(JsonValue::Object(length))
    }
}
