//! Compares the parameters in paths, queries and headers.

use super::{
    compare::{Comparison, Subject},
    impact::{ChangeKind, Direction},
};
use crate::document::{claim::VENDOR, error::SpecError, kind::JsonKind, operation::ApiOperation, parameter::Parameter};

impl<'a> Comparison<'a> {
    pub(super) fn parameters(&mut self, ours: &ApiOperation<'a>, theirs: &ApiOperation<'a>) -> Result<(), SpecError> {
        for segment in ours.parameters.iter().filter(|parameter| parameter.place == "path") {
            self.path(ours, theirs, segment)?;
        }
        let listed = |operation: &ApiOperation<'a>| {
            operation.parameters.iter().filter(|parameter| parameter.place != "path").copied().collect::<Vec<_>>()
        };
        let mut left = listed(theirs);
        for parameter in listed(ours) {
            let same = |other: &Parameter<'_>| match parameter.place {
                "header" => other.name.eq_ignore_ascii_case(parameter.name),
                _ => other.name == parameter.name,
            };
            let at = left.iter().position(|other| same(other) && other.place == parameter.place);
            match at.or_else(|| left.iter().position(same)).map(|at| left.swap_remove(at)) {
                Some(other) => self.parameter(ours, &parameter, &other)?,
                // A description may mention a header once for all operations, in words.
                None if parameter.place == "header" => {}
                None if parameter.claims().is_some_and(|claims| claims.iter().all(|claim| claim.source != VENDOR)) => {}
                None if !self.first(parameter.node, theirs.node) => {}
                None => {
                    let name = name(ours, &parameter);
                    let subject = Subject { name: &name, direction: Direction::Parameter, node: theirs.node };
                    self.note(subject, &ChangeKind::Gone);
                }
            }
        }
        for new in left {
            // Several operations can share one parameter.
            if self.first(new.node, new.node) {
                let schema = self.theirs.parameter(&new)?;
                let what = ChangeKind::New { kinds: schema.kinds, required: new.required };
                let name = name(ours, &new);
                self.note(Subject { name: &name, direction: Direction::Parameter, node: new.node }, &what);
            }
        }
        Ok(())
    }

    /// Matches the segments of a path by position: their names are not sent.
    fn path(
        &mut self,
        ours: &ApiOperation<'a>,
        theirs: &ApiOperation<'a>,
        parameter: &Parameter<'a>,
    ) -> Result<(), SpecError> {
        let at = ours.path_names().position(|name| name == parameter.name);
        let Some(name) = at.and_then(|at| theirs.path_names().nth(at)) else { return Ok(()) };
        let declared = theirs.parameters.iter().find(|other| other.place == "path" && other.name == name);
        declared.map_or(Ok(()), |other| self.parameter(ours, parameter, other))
    }

    fn parameter(
        &mut self,
        operation: &ApiOperation<'a>,
        ours: &Parameter<'a>,
        theirs: &Parameter<'a>,
    ) -> Result<(), SpecError> {
        if !self.first(ours.node, theirs.node) {
            return Ok(());
        }
        let name = name(operation, ours);
        let subject = Subject { name: &name, direction: Direction::Parameter, node: theirs.node };
        let (mut one, mut other) = (self.ours.parameter(ours)?, self.theirs.parameter(theirs)?);
        other.deprecated |= theirs.node.get("deprecated").is_some_and(|flag| flag == true);
        let are_arrays =
            [&one, &other].iter().all(|schema| schema.kinds.is_some_and(|kinds| kinds.has(JsonKind::Array)));
        if are_arrays && ours.encoding() != theirs.encoding() {
            self.note(subject, &ChangeKind::Encoding { now: theirs.encoding(), was: ours.encoding() });
        }
        if ours.place == "path" && theirs.name != ours.name {
            self.note(subject, &ChangeKind::Called(theirs.name));
        }
        if theirs.place != ours.place {
            self.note(subject, &ChangeKind::Place { now: theirs.place, was: ours.place });
        }
        let now = other.vendor_required(theirs.required);
        // A path has each of its segments, so it has no defaults. Its values need not be listed.
        if ours.place == "path" {
            other.keywords.remove("default");
            if other.codes.is_empty() {
                one.codes.clear();
            }
        }
        if ours.place != "path" && now != one.vendor_required(ours.required) {
            self.note(subject, &ChangeKind::Required { now, held: ours.required });
        }
        self.schemas(&one, &other, subject)
    }
}

/// `GET /payments/find/{merchant_uid} query sorting`
fn name(operation: &ApiOperation<'_>, parameter: &Parameter<'_>) -> String {
    format!("{} {} {}", operation.title(), parameter.place, parameter.name)
}
