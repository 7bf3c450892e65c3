//! The walk through both descriptions at once.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::{
    change::{Change, Diff},
    impact::{Way, What, fits},
};
use crate::document::{
    error::SpecError,
    kind::{Kind, Kinds},
    operation::Operation,
    shape::{Code, Shape},
    source::{Source, identity},
    voice::{VENDOR, Voice},
};

/// How the vendor's documentation calls its objects: `PaymentAnnotation`. The other names are the document's own.
const DOCUMENTED: &str = "Annotation";

pub(super) fn compare(ours: &Value, theirs: &Value) -> Result<Diff, SpecError> {
    let mut walk = Walk {
        ours: Source::new(ours),
        theirs: Source::new(theirs),
        seen: HashSet::new(),
        compared: HashSet::new(),
        changes: BTreeMap::new(),
    };
    let covered = walk.ours.operations(|_| true)?;
    let others = walk.theirs.operations(|path| covered.keys().any(|(_, known)| path.starts_with(known)))?;
    for (key, operation) in covered {
        match others.get(&key) {
            Some(other) => walk.operation(&operation, other)?,
            None => walk.note(&operation.title(), Way::Parameter, &What::Gone),
        }
    }
    walk.named()?;
    let mut changes: Vec<_> = walk.changes.into_values().collect();
    changes.sort();
    Ok(Diff { changes })
}

pub(super) struct Walk<'a> {
    pub(super) ours: Source<'a>,
    pub(super) theirs: Source<'a>,
    /// Pairs that were compared: one parameter can serve several operations.
    seen: HashSet<(usize, usize)>,
    /// The named schemas whose fields were compared.
    compared: HashSet<&'a str>,
    changes: BTreeMap<String, Change>,
}

impl<'a> Walk<'a> {
    pub(super) fn note(&mut self, subject: &str, way: Way, what: &What<'_>) {
        let line = |text: String| text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
        let change = Change {
            impact: what.impact(way),
            id: line(format!("{subject} {}", what.id())),
            text: line(format!("{subject}: {}", what.text())),
        };
        self.changes.entry(change.id.clone()).or_insert(change);
    }

    /// Whether this pair comes up for the first time.
    pub(super) fn first(&mut self, ours: usize, theirs: usize) -> bool {
        self.seen.insert((ours, theirs))
    }

    fn operation(&mut self, ours: &Operation<'a>, theirs: &Operation<'a>) -> Result<(), SpecError> {
        self.parameters(ours, theirs)?;
        let body = format!("{} body", ours.title());
        match (&ours.body, &theirs.body) {
            (Some(one), Some(other)) => self.shapes(one, other, &body, Way::Body)?,
            (Some(_), None) => self.note(&body, Way::Body, &What::Gone),
            (None, Some(other)) => {
                let new = What::New { kinds: other.kinds.as_ref(), required: !other.required.is_empty() };
                self.note(&body, Way::Body, &new);
            }
            (None, None) => {}
        }
        for (status, schema) in ours.statuses() {
            let subject = format!("{} answer {status}", ours.title());
            match theirs.answer(status) {
                Some(other) => self.schema(schema, other, &subject, Way::Answer { strict: true })?,
                None if status == "200" => self.note(&subject, Way::Answer { strict: true }, &What::Undescribed),
                None => {}
            }
        }
        Ok(())
    }

    /// The schemas that both have under the documentation's names, and that stand in no answer that both have.
    fn named(&mut self) -> Result<(), SpecError> {
        let Some(others) = self.theirs.schemas() else { return Ok(()) };
        for (name, schema) in self.ours.schemas().into_iter().flatten() {
            let documented = name.ends_with(DOCUMENTED) && !self.compared.contains(name.as_str());
            if let Some(other) = others.get(name).filter(|_| documented) {
                let (one, other) = (self.ours.shape(schema)?, self.theirs.shape(other)?);
                let one = Shape { owner: Some(name), ..(*one).clone() };
                self.shapes(&one, &other, name, Way::Answer { strict: true })?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, ours: &'a Value, theirs: &'a Value, subject: &str, way: Way) -> Result<(), SpecError> {
        if !self.first(identity(ours), identity(theirs)) {
            return Ok(());
        }
        let (ours, theirs) = (self.ours.shape(ours)?, self.theirs.shape(theirs)?);
        self.shapes(&ours, &theirs, subject, way)
    }

    /// Two schemas that stand in the same place.
    pub(super) fn shapes(
        &mut self,
        ours: &Shape<'a>,
        theirs: &Shape<'a>,
        subject: &str,
        way: Way,
    ) -> Result<(), SpecError> {
        let Some(kinds) = &ours.kinds else { return Ok(()) }; // anything goes
        if matches!(way, Way::Answer { .. }) && theirs.nullable && !ours.nullable {
            self.note(subject, way, &What::Null);
        }
        let other_type = self.types(kinds, ours, theirs, subject, way);
        if !other_type {
            self.codes(&ours.codes, &theirs.codes, subject, way);
            let (was, now) = (ours.length_told(), theirs.length_told());
            if was != now {
                self.note(subject, way, &What::Length { now, was });
            }
        }
        self.fields(ours, theirs, subject, way)?;
        if let (Some(ours), Some(theirs)) = (ours.items, theirs.items) {
            // An item that does not fit makes the array unfit.
            let way = if let Way::Answer { .. } = way { Way::Answer { strict: true } } else { way };
            self.schema(ours, theirs, &format!("{subject}[]"), way)?;
        }
        Ok(())
    }

    /// Whether the type is another.
    fn types(&mut self, kinds: &Kinds, ours: &Shape<'a>, theirs: &Shape<'a>, subject: &str, way: Way) -> bool {
        let (Some(was), Some(now)) = (ours.kinds_told(), theirs.kinds_told()) else { return false };
        if was == now || was.is_empty() || now.is_empty() {
            return false;
        }
        let fits = match way {
            Way::Answer { .. } => fits(now, kinds, ours.patterned),
            Way::Body => fits(was, now, theirs.patterned),
            // All of it is text on its way.
            Way::Parameter => fits(was, now, theirs.patterned) || now.contains(&Kind::String),
        };
        self.note(subject, way, &What::Type { now, was, fits });
        true
    }

    fn codes(&mut self, ours: &[Code<'_>], theirs: &[Code<'_>], subject: &str, way: Way) {
        let listed = |codes: &[Code<'_>]| codes.iter().map(|code| text(code.value)).collect::<Vec<_>>();
        let (known, now) = (listed(ours), listed(theirs));
        if now.is_empty() {
            return;
        }
        if known.is_empty() {
            return self.note(subject, way, &What::Codes(now.join(", ")));
        }
        for value in now.iter().filter(|value| !known.contains(value)) {
            self.note(subject, way, &What::NewCode(value.clone()));
        }
        let vendors = ours.iter().filter(|code| code.sources.iter().any(|source| source == VENDOR));
        for value in vendors.map(|code| text(code.value)).filter(|value| !now.contains(value)) {
            self.note(subject, way, &What::GoneCode(value));
        }
    }

    fn fields(&mut self, ours: &Shape<'a>, theirs: &Shape<'a>, subject: &str, way: Way) -> Result<(), SpecError> {
        if ours.fields.is_empty() {
            return Ok(());
        }
        let owner = ours.owner.unwrap_or(subject);
        if theirs.fields.is_empty() {
            // Of another type it has been told already.
            if theirs.kinds.as_ref().is_none_or(|kinds| kinds.contains(&Kind::Object)) {
                self.note(owner, way, &What::Undescribed);
            }
            return Ok(());
        }
        self.compared.extend(ours.owner);
        for (name, node) in &ours.fields {
            let subject = format!("{owner}.{name}");
            let held = ours.required.contains(name);
            let way = if let Way::Answer { .. } = way { Way::Answer { strict: held } } else { way };
            let field = self.ours.shape(node)?;
            match theirs.fields.get(name) {
                Some(other) => {
                    let now = self.theirs.shape(other)?.required_told(theirs.required.contains(name));
                    if now != field.required_told(held) {
                        self.note(&subject, way, &What::Required { now, held });
                    }
                    self.schema(node, other, &subject, way)?;
                }
                None if matches!(field.voice, Voice::Silent) => {}
                None => self.note(&subject, way, &What::Gone),
            }
        }
        let unknown = |name: &&str| !ours.fields.contains_key(name) && !ours.slips.contains(name);
        for (name, node) in theirs.fields.iter().filter(|(name, _)| unknown(name)) {
            let shape = self.theirs.shape(node)?;
            let new = What::New { kinds: shape.kinds.as_ref(), required: theirs.required.contains(name) };
            self.note(&format!("{owner}.{name}"), way, &new);
        }
        Ok(())
    }
}

/// A code as one writes it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
