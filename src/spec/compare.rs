//! Compares the schemas of two descriptions.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::{
    change::{Change, Diff},
    impact::{ChangeKind, Direction, fits},
    location::Locations,
};
use crate::document::{
    Document,
    claim::{VENDOR, VendorClaim},
    error::SpecError,
    identity,
    kind::{JsonKind, JsonKinds},
    schema::{Code, KEYWORDS, Schema},
};

/// The suffix of object names in the vendor's documentation (`PaymentAnnotation`). Names without it are this document's.
const DOCUMENTED: &str = "Annotation";

/// The memory of all differences, in bytes.
const MAX_MEMORY: usize = 16 << 20;
/// The memory of a difference, apart from its texts.
const CHANGE_MEMORY: usize = 256;

pub(super) fn compare(ours: &Value, theirs: &Value, text: &str) -> Result<Diff, SpecError> {
    let mut comparison = Comparison {
        ours: Document::new(ours),
        theirs: Document::new(theirs),
        seen: HashSet::new(),
        compared: HashSet::new(),
        changes: BTreeMap::new(),
        memory: 0,
    };
    comparison.operations()?;
    comparison.named()?;
    if comparison.memory > MAX_MEMORY {
        return Err(SpecError::too_large(None, "it has too many differences"));
    }
    let locations = Locations::find(theirs, text, comparison.changes.values().map(|(_, node)| *node));
    let located = comparison.changes.into_values().map(|(change, node)| {
        let (pointer, line) = locations.of(node);
        Change { pointer, line, ..change }
    });
    let mut changes: Vec<_> = located.collect();
    changes.sort();
    Ok(Diff { changes })
}

/// The compared value: its name in the report, the direction in which it is sent, and the node of their description.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s, 'a> {
    pub(super) name: &'s str,
    pub(super) direction: Direction,
    pub(super) node: &'a Value,
}

pub(super) struct Comparison<'a> {
    pub(super) ours: Document<'a>,
    pub(super) theirs: Document<'a>,
    /// The compared pairs: several operations can share one parameter.
    seen: HashSet<(usize, usize)>,
    /// The named schemas whose fields are compared.
    compared: HashSet<&'a str>,
    /// The differences by id, with the identity of the node.
    changes: BTreeMap<String, (Change, usize)>,
    memory: usize,
}

impl<'a> Comparison<'a> {
    pub(super) fn note(&mut self, subject: Subject<'_, 'a>, what: &ChangeKind<'_>) {
        if self.memory > MAX_MEMORY {
            return;
        }
        let line = |text: String| text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
        let change = Change {
            impact: what.impact(subject.direction),
            id: line(format!("{} {}", subject.name, what.id())),
            text: line(format!("{}: {}", subject.name, what.text())),
            pointer: String::new(),
            line: None,
        };
        self.memory += CHANGE_MEMORY + 2 * change.id.len() + change.text.len();
        self.changes.entry(change.id.clone()).or_insert((change, identity(subject.node)));
    }

    /// Returns whether this pair has not been compared yet.
    pub(super) fn first(&mut self, ours: &Value, theirs: &Value) -> bool {
        self.seen.insert((identity(ours), identity(theirs)))
    }

    /// Compares the schemas that both have under a name of the documentation, and that no common response contains.
    fn named(&mut self) -> Result<(), SpecError> {
        let Some(others) = self.theirs.schemas() else { return Ok(()) };
        for (name, schema) in self.ours.schemas().into_iter().flatten() {
            let documented = name.ends_with(DOCUMENTED) && !self.compared.contains(name.as_str());
            if let Some(node) = others.get(name).filter(|_| documented) {
                let (one, other) = (self.ours.schema(schema)?, self.theirs.schema(node)?);
                let one = Schema { owner: Some(name), ..(*one).clone() };
                let subject = Subject { name, direction: Direction::Response { strict: true }, node };
                self.schemas(&one, &other, subject)?;
            }
        }
        Ok(())
    }

    pub(super) fn schema(
        &mut self,
        ours: &'a Value,
        theirs: &'a Value,
        subject: Subject<'_, 'a>,
    ) -> Result<(), SpecError> {
        if !self.first(ours, theirs) {
            return Ok(());
        }
        let (ours, theirs) = (self.ours.schema(ours)?, self.theirs.schema(theirs)?);
        self.schemas(&ours, &theirs, subject)
    }

    /// Compares two schemas of the same place.
    pub(super) fn schemas(
        &mut self,
        ours: &Schema<'a>,
        theirs: &Schema<'a>,
        subject: Subject<'_, 'a>,
    ) -> Result<(), SpecError> {
        if theirs.deprecated && !ours.deprecated {
            self.note(subject, &ChangeKind::Deprecated);
        }
        let Some(kinds) = ours.kinds else { return Ok(()) }; // any value
        let Subject { name, direction, .. } = subject;
        if matches!(direction, Direction::Response { .. }) && theirs.nullable && !ours.nullable {
            self.note(subject, &ChangeKind::Null);
        }
        let other_type = self.types(kinds, ours, theirs, subject);
        if !other_type {
            self.codes(ours, theirs, subject);
            self.lengths(ours, theirs, subject);
            self.keywords(ours, theirs, subject);
        }
        self.fields(ours, theirs, subject)?;
        if let (Some(ours), Some(node)) = (ours.items, theirs.items) {
            // An array with an item of another kind does not decode.
            let name = format!("{name}[]");
            self.schema(ours, node, Subject { name: &name, direction: direction.of_part(true), node })?;
        }
        Ok(())
    }

    /// Compares the types. Returns whether they differ.
    fn types(&mut self, kinds: JsonKinds, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_, 'a>) -> bool {
        let of_claims = (ours.vendor_kinds(), theirs.vendor_kinds());
        // A version of this document has schemas of its own besides the claims.
        let of_schemas = if theirs.claims.is_some() { (ours.kinds, theirs.kinds) } else { (None, None) };
        let differs = |(was, now): (Option<JsonKinds>, Option<JsonKinds>)| {
            was.zip(now).filter(|(was, now)| was != now && !was.is_empty() && !now.is_empty())
        };
        let Some((was, now)) = differs(of_claims).or_else(|| differs(of_schemas)) else { return false };
        let fits = match subject.direction {
            Direction::Response { .. } => fits(now, kinds, ours.pattern.is_some()),
            Direction::Body => fits(was, now, theirs.pattern.is_some()),
            // A parameter is sent as text.
            Direction::Parameter => {
                fits(was, now, theirs.pattern.is_some()) || now.iter().any(|kind| kind == JsonKind::String)
            }
        };
        self.note(subject, &ChangeKind::Type { now, was, fits });
        true
    }

    fn codes(&mut self, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_, 'a>) {
        let listed = |codes: &[Code<'_>]| codes.iter().map(|code| text(code.value)).collect::<Vec<_>>();
        let (known, now) = (listed(&ours.codes), listed(&theirs.codes));
        let of_vendor = ours.codes.iter().filter(|code| code.sources.iter().any(|source| source == VENDOR));
        let mut of_vendor = of_vendor.map(|code| text(code.value)).peekable();
        if now.is_empty() {
            // The vendor lists the values of parameters, and those of fields in words.
            let listed = subject.direction == Direction::Parameter && of_vendor.peek().is_some();
            if listed || (theirs.claims.is_some() && !known.is_empty()) {
                self.note(subject, &ChangeKind::NoCodes);
            }
            return;
        }
        if known.is_empty() {
            return self.note(subject, &ChangeKind::Codes(now.join(", ")));
        }
        for value in of_vendor.filter(|value| !now.contains(value)) {
            self.note(subject, &ChangeKind::GoneCode(value));
        }
        for value in now.into_iter().filter(|value| !known.contains(value)) {
            self.note(subject, &ChangeKind::NewCode(value));
        }
    }

    fn lengths(&mut self, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_, 'a>) {
        let of_claims = (ours.vendor_length(), theirs.vendor_length());
        let of_schemas = if theirs.claims.is_some() { (ours.max_length, theirs.max_length) } else { (None, None) };
        let differing = [of_claims, of_schemas].into_iter().find(|(was, now)| was != now);
        if let Some((was, now)) = differing {
            self.note(subject, &ChangeKind::Length { now, was });
        }
    }

    /// Compares limits and defaults. Another description may omit them.
    fn keywords(&mut self, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_, 'a>) {
        for name in KEYWORDS {
            let Some(now) = theirs.keywords.get(name).map(|value| text(value)) else { continue };
            let was = ours.keywords.get(name).map(|value| text(value));
            let number = |text: &str| text.trim().parse::<f64>().ok();
            let same =
                was.as_ref().is_some_and(|was| *was == now || (number(was).is_some() && number(was) == number(&now)));
            if !same {
                self.note(subject, &ChangeKind::Keyword { name, now, was });
            }
        }
    }

    fn fields(&mut self, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_, 'a>) -> Result<(), SpecError> {
        if ours.fields.is_empty() {
            return Ok(());
        }
        let Subject { name, direction, node } = subject;
        let owner = ours.owner.unwrap_or(name);
        let node = theirs.node.unwrap_or(node);
        if theirs.fields.is_empty() {
            // Another type is a difference already.
            if theirs.kinds.is_none_or(|kinds| kinds.allows(JsonKind::Object)) {
                self.note(Subject { name: owner, direction, node }, &ChangeKind::Undescribed);
            }
            return Ok(());
        }
        self.compared.extend(ours.owner);
        for (name, field_node) in &ours.fields {
            let field_name = format!("{owner}.{name}");
            let held = ours.required.contains(name);
            let subject = Subject { name: &field_name, direction: direction.of_part(held), node };
            let field = self.ours.schema(field_node)?;
            match theirs.fields.get(name) {
                Some(node) => {
                    let subject = Subject { node, ..subject };
                    let other = self.theirs.schema(node)?;
                    let required = theirs.required.contains(name);
                    let now = other.vendor_required(required);
                    if now != field.vendor_required(held) {
                        self.note(subject, &ChangeKind::Required { now, held });
                    } else if other.claims.is_some() && required != held {
                        self.note(subject, &ChangeKind::Required { now: required, held });
                    }
                    self.schema(field_node, node, subject)?;
                }
                None if matches!(field.vendor(), VendorClaim::Absent) => {}
                None => {
                    let relied_on = field_node.get("x-relied-on") == Some(&Value::Bool(true));
                    let subject = Subject { direction: direction.of_part(held || relied_on), ..subject };
                    self.note(subject, &ChangeKind::Gone);
                }
            }
        }
        let unknown = |name: &&str| !ours.fields.contains_key(name) && !ours.mistakes.contains(name);
        for (name, node) in theirs.fields.iter().filter(|(name, _)| unknown(name)) {
            let schema = self.theirs.schema(node)?;
            let new = ChangeKind::New { kinds: schema.kinds, required: theirs.required.contains(name) };
            self.note(Subject { name: &format!("{owner}.{name}"), direction, node }, &new);
        }
        Ok(())
    }
}

/// Returns a value as text: a string without its quotes.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
