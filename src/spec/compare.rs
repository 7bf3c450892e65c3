//! Compares two descriptions, from the operations down.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::{
    change::{Change, Diff},
    impact::{ChangeKind, Direction, fits},
};
use crate::document::{
    Document,
    claim::{VENDOR, VendorClaim},
    error::SpecError,
    identity,
    kind::{Kind, Kinds},
    operation::Operation,
    schema::{Code, Schema},
};

/// The suffix of object names in the vendor's documentation (`PaymentAnnotation`). Names without it are this document's.
const DOCUMENTED: &str = "Annotation";

pub(super) fn compare(ours: &Value, theirs: &Value) -> Result<Diff, SpecError> {
    let mut comparison = Comparison {
        ours: Document::new(ours),
        theirs: Document::new(theirs),
        seen: HashSet::new(),
        compared: HashSet::new(),
        changes: BTreeMap::new(),
    };
    let covered = comparison.ours.operations(|_| true)?;
    let others = comparison.theirs.operations(|path| covered.keys().any(|(_, known)| path.starts_with(known)))?;
    for (key, operation) in covered {
        match others.get(&key) {
            Some(other) => comparison.operation(&operation, other)?,
            None => comparison.note((&operation.title(), Direction::Parameter), &ChangeKind::Gone),
        }
    }
    comparison.named()?;
    let mut changes: Vec<_> = comparison.changes.into_values().collect();
    changes.sort();
    Ok(Diff { changes })
}

/// The name of the compared value in the report, and the direction in which it is sent.
pub(super) type Subject<'s> = (&'s str, Direction);

pub(super) struct Comparison<'a> {
    pub(super) ours: Document<'a>,
    pub(super) theirs: Document<'a>,
    /// The compared pairs: several operations can share one parameter.
    seen: HashSet<(usize, usize)>,
    /// The named schemas whose fields are compared.
    compared: HashSet<&'a str>,
    changes: BTreeMap<String, Change>,
}

impl<'a> Comparison<'a> {
    pub(super) fn note(&mut self, (subject, direction): Subject<'_>, what: &ChangeKind<'_>) {
        let line = |text: String| text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
        let change = Change {
            impact: what.impact(direction),
            id: line(format!("{subject} {}", what.id())),
            text: line(format!("{subject}: {}", what.text())),
        };
        self.changes.entry(change.id.clone()).or_insert(change);
    }

    /// Returns whether this pair has not been compared yet.
    pub(super) fn first(&mut self, ours: usize, theirs: usize) -> bool {
        self.seen.insert((ours, theirs))
    }

    fn operation(&mut self, ours: &Operation<'a>, theirs: &Operation<'a>) -> Result<(), SpecError> {
        self.parameters(ours, theirs)?;
        let body = format!("{} body", ours.title());
        let body = (&*body, Direction::Body);
        match (&ours.body, &theirs.body) {
            (Some(one), Some(other)) => self.schemas(one, other, body)?,
            (Some(_), None) => self.note(body, &ChangeKind::Gone),
            (None, Some(other)) => {
                let new = ChangeKind::New { kinds: other.kinds, required: !other.required.is_empty() };
                self.note(body, &new);
            }
            (None, None) => {}
        }
        for (status, schema) in ours.responses() {
            let subject = format!("{} response {status}", ours.title());
            let subject = (&*subject, Direction::Response { strict: true });
            match theirs.response(status) {
                Some(other) => self.schema(schema, other, subject)?,
                None if status == "200" => self.note(subject, &ChangeKind::Undescribed),
                None => {}
            }
        }
        Ok(())
    }

    /// Compares the schemas that both have under a name of the documentation, and that no common response contains.
    fn named(&mut self) -> Result<(), SpecError> {
        let Some(others) = self.theirs.schemas() else { return Ok(()) };
        for (name, schema) in self.ours.schemas().into_iter().flatten() {
            let documented = name.ends_with(DOCUMENTED) && !self.compared.contains(name.as_str());
            if let Some(other) = others.get(name).filter(|_| documented) {
                let (one, other) = (self.ours.schema(schema)?, self.theirs.schema(other)?);
                let one = Schema { owner: Some(name), ..(*one).clone() };
                self.schemas(&one, &other, (name, Direction::Response { strict: true }))?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, ours: &'a Value, theirs: &'a Value, subject: Subject<'_>) -> Result<(), SpecError> {
        if !self.first(identity(ours), identity(theirs)) {
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
        subject: Subject<'_>,
    ) -> Result<(), SpecError> {
        let Some(kinds) = ours.kinds else { return Ok(()) }; // any value
        let (name, direction) = subject;
        if matches!(direction, Direction::Response { .. }) && theirs.nullable && !ours.nullable {
            self.note(subject, &ChangeKind::Null);
        }
        let other_type = self.types(kinds, ours, theirs, subject);
        if !other_type {
            self.codes(&ours.codes, &theirs.codes, subject);
            let (was, now) = (ours.vendor_length(), theirs.vendor_length());
            if was != now {
                self.note(subject, &ChangeKind::Length { now, was });
            }
        }
        self.fields(ours, theirs, subject)?;
        if let (Some(ours), Some(theirs)) = (ours.items, theirs.items) {
            // An array with an item of another kind does not decode.
            self.schema(ours, theirs, (&format!("{name}[]"), direction.of_part(true)))?;
        }
        Ok(())
    }

    /// Compares the types. Returns whether they differ.
    fn types(&mut self, kinds: Kinds, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_>) -> bool {
        let (Some(was), Some(now)) = (ours.vendor_kinds(), theirs.vendor_kinds()) else { return false };
        if was == now || was.is_empty() || now.is_empty() {
            return false;
        }
        let (_, direction) = subject;
        let fits = match direction {
            Direction::Response { .. } => fits(now, kinds, ours.pattern.is_some()),
            Direction::Body => fits(was, now, theirs.pattern.is_some()),
            // A parameter is sent as text.
            Direction::Parameter => {
                fits(was, now, theirs.pattern.is_some()) || now.iter().any(|kind| kind == Kind::String)
            }
        };
        self.note(subject, &ChangeKind::Type { now, was, fits });
        true
    }

    fn codes(&mut self, ours: &[Code<'_>], theirs: &[Code<'_>], subject: Subject<'_>) {
        let listed = |codes: &[Code<'_>]| codes.iter().map(|code| text(code.value)).collect::<Vec<_>>();
        let (known, now) = (listed(ours), listed(theirs));
        if now.is_empty() {
            return;
        }
        if known.is_empty() {
            return self.note(subject, &ChangeKind::Codes(now.join(", ")));
        }
        for value in now.iter().filter(|value| !known.contains(value)) {
            self.note(subject, &ChangeKind::NewCode(value.clone()));
        }
        let vendors = ours.iter().filter(|code| code.sources.iter().any(|source| source == VENDOR));
        for value in vendors.map(|code| text(code.value)).filter(|value| !now.contains(value)) {
            self.note(subject, &ChangeKind::GoneCode(value));
        }
    }

    fn fields(&mut self, ours: &Schema<'a>, theirs: &Schema<'a>, subject: Subject<'_>) -> Result<(), SpecError> {
        if ours.fields.is_empty() {
            return Ok(());
        }
        let (name, direction) = subject;
        let owner = ours.owner.unwrap_or(name);
        if theirs.fields.is_empty() {
            // Another type is a difference already.
            if theirs.kinds.is_none_or(|kinds| kinds.allows(Kind::Object)) {
                self.note((owner, direction), &ChangeKind::Undescribed);
            }
            return Ok(());
        }
        self.compared.extend(ours.owner);
        for (name, node) in &ours.fields {
            let subject = format!("{owner}.{name}");
            let held = ours.required.contains(name);
            let subject = (&*subject, direction.of_part(held));
            let field = self.ours.schema(node)?;
            match theirs.fields.get(name) {
                Some(other) => {
                    let now = self.theirs.schema(other)?.vendor_required(theirs.required.contains(name));
                    if now != field.vendor_required(held) {
                        self.note(subject, &ChangeKind::Required { now, held });
                    }
                    self.schema(node, other, subject)?;
                }
                None if matches!(field.vendor(), VendorClaim::Absent) => {}
                None => self.note(subject, &ChangeKind::Gone),
            }
        }
        let unknown = |name: &&str| !ours.fields.contains_key(name) && !ours.slips.contains(name);
        for (name, node) in theirs.fields.iter().filter(|(name, _)| unknown(name)) {
            let schema = self.theirs.schema(node)?;
            let new = ChangeKind::New { kinds: schema.kinds, required: theirs.required.contains(name) };
            self.note((&format!("{owner}.{name}"), direction), &new);
        }
        Ok(())
    }
}

/// Returns a code as text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
