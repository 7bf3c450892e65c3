//! Compares the operations of two descriptions: request, responses and authentication.

use std::collections::BTreeSet;

use super::{
    compare::{Comparison, Subject},
    impact::{ChangeKind, Direction},
};
use crate::document::{error::SpecError, operation::ApiOperation, parameter::is_json};

const RESPONSE: Direction = Direction::Response { strict: true };

impl<'a> Comparison<'a> {
    pub(super) fn operations(&mut self) -> Result<(), SpecError> {
        let covered = self.ours.operations(|_| true)?;
        let others = self.theirs.operations(|path| covered.keys().any(|(_, known)| path.starts_with(known)))?;
        for (key, operation) in &covered {
            match others.get(key) {
                Some(other) => self.operation(operation, other)?,
                None => {
                    let paths = self.theirs.root.get("paths").unwrap_or(self.theirs.root);
                    let subject = Subject { name: &operation.title(), direction: Direction::Parameter, node: paths };
                    self.note(subject, &ChangeKind::Gone);
                }
            }
        }
        let paths: BTreeSet<_> = covered.keys().map(|(_, path)| path).collect();
        for (key, other) in others.iter().filter(|(key, _)| !covered.contains_key(key) && paths.contains(&key.1)) {
            let title = covered.iter().find(|((_, path), _)| *path == key.1).map(|(_, known)| known.path.as_str());
            let name = format!("{} {}", key.0.to_uppercase(), title.unwrap_or(&other.path));
            let new = ChangeKind::New { kinds: None, required: false };
            self.note(Subject { name: &name, direction: RESPONSE, node: other.node }, &new);
        }
        Ok(())
    }

    fn operation(&mut self, ours: &ApiOperation<'a>, theirs: &ApiOperation<'a>) -> Result<(), SpecError> {
        let title = ours.title();
        let subject = Subject { name: &title, direction: Direction::Parameter, node: theirs.node };
        let deprecated =
            |operation: &ApiOperation<'_>| operation.node.get("deprecated").is_some_and(|flag| flag == true);
        if deprecated(theirs) && !deprecated(ours) {
            self.note(subject, &ChangeKind::Deprecated);
        }
        self.security(ours, theirs, subject);
        self.parameters(ours, theirs)?;
        self.body(ours, theirs)?;
        self.responses(ours, theirs)
    }

    fn security(&mut self, ours: &ApiOperation<'a>, theirs: &ApiOperation<'a>, subject: Subject<'_, 'a>) {
        let (Some(was), Some(now)) = (&ours.security, &theirs.security) else { return };
        // The service accepts the token without the word `Bearer`, as a description without the scheme has it.
        let accepts =
            |way: &String| was.contains(way) || (way == "header authorization" && was.contains("http bearer"));
        if was.is_empty() && now.is_empty() || now.iter().any(accepts) {
            return;
        }
        let text = |ways: &BTreeSet<String>| match ways.iter().map(String::as_str).collect::<Vec<_>>().join(" or ") {
            none if none.is_empty() => "none".to_owned(),
            ways => ways,
        };
        self.note(subject, &ChangeKind::Security { now: text(now), was: text(was), needed: !now.is_empty() });
    }

    fn body(&mut self, ours: &ApiOperation<'a>, theirs: &ApiOperation<'a>) -> Result<(), SpecError> {
        let name = format!("{} body", ours.title());
        let subject = Subject { name: &name, direction: Direction::Body, node: theirs.node };
        match (&ours.body, &theirs.body) {
            (Some(one), Some(other)) => {
                let node = other.node.unwrap_or(theirs.node);
                self.schemas(one, other, Subject { node, ..subject })?;
                self.media_types(&theirs.consumes, subject);
            }
            (Some(_), None) => self.note(subject, &ChangeKind::Gone),
            (None, Some(other)) => {
                let new = ChangeKind::New { kinds: other.kinds, required: !other.required.is_empty() };
                self.note(subject, &new);
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// The crate sends and reads JSON. Further media types do not matter.
    fn media_types(&mut self, now: &BTreeSet<&'a str>, subject: Subject<'_, 'a>) {
        if !now.is_empty() && !now.iter().any(|media| is_json(media)) {
            self.note(subject, &ChangeKind::NotJson(now.iter().copied().collect::<Vec<_>>().join(", ")));
        }
    }

    fn responses(&mut self, ours: &ApiOperation<'a>, theirs: &ApiOperation<'a>) -> Result<(), SpecError> {
        let title = ours.title();
        for (status, schema) in ours.responses() {
            let name = format!("{title} response {status}");
            let subject = Subject { name: &name, direction: RESPONSE, node: theirs.node };
            match theirs.response(status) {
                Some(response) => {
                    self.media_types(&response.produces, Subject { node: response.node, ..subject });
                    match response.schema {
                        Some(other) => self.schema(schema, other, Subject { node: other, ..subject })?,
                        None if status == "200" => {
                            self.note(Subject { node: response.node, ..subject }, &ChangeKind::Undescribed);
                        }
                        None => {}
                    }
                }
                // Another success takes its place.
                None if status == "200" && theirs.statuses().next().is_some() => {
                    self.note(subject, &ChangeKind::Gone);
                }
                None if status == "200" => self.note(subject, &ChangeKind::Undescribed),
                None => {}
            }
        }
        for (status, response) in theirs.statuses().filter(|(status, _)| status.starts_with('2')) {
            if ours.response(status).is_none() {
                let name = format!("{title} response {status}");
                let new = ChangeKind::New { kinds: None, required: false };
                self.note(Subject { name: &name, direction: RESPONSE, node: response.node }, &new);
            }
        }
        Ok(())
    }
}
