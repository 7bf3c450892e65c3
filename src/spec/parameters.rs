//! Compares the parameters in paths, queries and headers.

use super::{
    compare::Comparison,
    impact::{ChangeKind, Direction},
};
use crate::document::{
    claim::VENDOR,
    error::SpecError,
    identity,
    operation::{Operation, Parameter},
};

impl<'a> Comparison<'a> {
    pub(super) fn parameters(&mut self, ours: &Operation<'a>, theirs: &Operation<'a>) -> Result<(), SpecError> {
        for name in ours.parameters.iter().filter(|parameter| parameter.place == "path") {
            self.path(ours, theirs, name)?;
        }
        let listed = |operation: &Operation<'a>| {
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
                None if !self.first(identity(parameter.node), identity(theirs.node)) => {}
                None => self.note((&subject(ours, &parameter), Direction::Parameter), &ChangeKind::Gone),
            }
        }
        for new in left {
            if self.first(0, identity(new.node)) {
                let schema = self.theirs.parameter(&new)?;
                let what = ChangeKind::New { kinds: schema.kinds, required: new.required };
                self.note((&subject(ours, &new), Direction::Parameter), &what);
            }
        }
        Ok(())
    }

    /// Matches the segments of a path by position: their names are not sent.
    fn path(
        &mut self,
        ours: &Operation<'a>,
        theirs: &Operation<'a>,
        parameter: &Parameter<'a>,
    ) -> Result<(), SpecError> {
        let at = ours.path_names().position(|name| name == parameter.name);
        let Some(name) = at.and_then(|at| theirs.path_names().nth(at)) else { return Ok(()) };
        let declared = theirs.parameters.iter().find(|other| other.place == "path" && other.name == name);
        declared.map_or(Ok(()), |other| self.parameter(ours, parameter, other))
    }

    fn parameter(
        &mut self,
        operation: &Operation<'a>,
        ours: &Parameter<'a>,
        theirs: &Parameter<'a>,
    ) -> Result<(), SpecError> {
        if !self.first(identity(ours.node), identity(theirs.node)) {
            return Ok(());
        }
        let subject = subject(operation, ours);
        let subject = (&*subject, Direction::Parameter);
        let (one, other) = (self.ours.parameter(ours)?, self.theirs.parameter(theirs)?);
        if ours.place == "path" && theirs.name != ours.name {
            self.note(subject, &ChangeKind::Called(theirs.name));
        }
        if theirs.place != ours.place {
            self.note(subject, &ChangeKind::Place { now: theirs.place, was: ours.place });
        }
        let now = other.vendor_required(theirs.required);
        // A path has each of its segments.
        if ours.place != "path" && now != one.vendor_required(ours.required) {
            self.note(subject, &ChangeKind::Required { now, held: ours.required });
        }
        self.schemas(&one, &other, subject)
    }
}

/// `GET /payments/find/{merchant_uid} query sorting`
fn subject(operation: &Operation<'_>, parameter: &Parameter<'_>) -> String {
    format!("{} {} {}", operation.title(), parameter.place, parameter.name)
}
