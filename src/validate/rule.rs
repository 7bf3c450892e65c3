//! One place of the document, and how bad it is for a value there to be of a kind, to be missing or to be too long.
//!
//! The one file that decides severities; the table in the module's documentation tells the same in words.

use super::{
    finding::Severity,
    kind::{Kind, Kinds, one_of},
    shape::Shape,
    sources::{Claim, Source},
};

/// How bad a finding is, and whom it sets against whom.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) severity: Severity,
    pub(super) forbidden_by: Vec<Source>,
    pub(super) allowed_by: Vec<Source>,
}

impl Verdict {
    /// What nobody has told of yet.
    pub(super) const fn unknown() -> Self {
        Self { severity: Severity::Drift, forbidden_by: Vec::new(), allowed_by: Vec::new() }
    }
}

/// A place of the document: the body itself, a property, or an array's items.
#[derive(Debug)]
pub(super) struct Place {
    /// The kinds that the document's own schema allows.
    kinds: Kinds,
    /// What the sources that speak of the operation say.
    claims: Vec<Claim>,
    /// Whether a body without it does not decode.
    required: bool,
    /// The known codes, in words.
    pub(super) codes: String,
    /// Which of the sources list codes here.
    listed_by: Vec<Source>,
    /// The kinds that there is nothing to say about.
    pub(super) quiet: Kinds,
    /// The same in words.
    pub(super) expected: String,
    /// A key or token: never kept, not even for those who ask for values.
    pub(super) secret: bool,
}

impl Place {
    pub(super) fn new(shape: &Shape<'_>, claims: Vec<Claim>, required: bool, listed_by: Vec<Source>) -> Self {
        let (kinds, secret) = (shape.kinds(), shape.secret);
        let codes = one_of(shape.codes().map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned)));
        let (quiet, expected) = (Kinds::NONE, String::new());
        let place = Self { kinds, claims, required, codes, listed_by, secret, quiet, expected };
        let quiet = Kind::ALL.into_iter().filter(|kind| place.of_kind(*kind).is_none());
        let quiet = quiet.fold(Kinds::NONE, Kinds::with);
        Self { quiet, expected: quiet.to_string(), ..place }
    }

    /// A value of this kind.
    pub(super) fn of_kind(&self, kind: Kind) -> Option<Verdict> {
        if !self.kinds.has(kind) {
            return Some(self.violation());
        }
        let (mut forbidden_by, allowed_by) = self.split(|claim| match (kind, claim.source) {
            _ if claim.kinds.has(kind) => Some(true),
            // Only bodies have a word for null; in documentation what need not be there may as well be null.
            (Kind::Null, Source::A | Source::B | Source::V1) => Some(!claim.always),
            (Kind::Null, Source::BSample) => None,
            _ => Some(false),
        });
        if kind != Kind::Null && allowed_by.is_empty() && !forbidden_by.is_empty() {
            return Some(self.violation());
        }
        // Where bodies show this very kind, documentation that has another is mistaken. Its `*` is still a promise.
        if allowed_by.contains(&Source::Wire) {
            forbidden_by.retain(|source| kind == Kind::Null && self.always().any(|always| always == *source));
        }
        deviation(forbidden_by, allowed_by)
    }

    /// Nothing at all.
    pub(super) fn missing(&self) -> Option<Verdict> {
        let (forbidden_by, allowed_by) = self.split(|claim| match claim.source {
            Source::A | Source::B | Source::V1 => Some(!claim.always),
            // A sample promises nothing, and bodies tell what may be missing, not what may not.
            Source::BSample => None,
            Source::Wire => claim.absent.then_some(true),
        });
        match (forbidden_by.is_empty(), allowed_by.is_empty()) {
            (true, _) if self.required => Some(self.violation()),
            (false, _) if self.required => Some(violation(forbidden_by)),
            _ => deviation(forbidden_by, allowed_by),
        }
    }

    /// The shortest of the lengths that the sources give.
    pub(super) fn length(&self) -> Option<usize> {
        self.claims.iter().filter_map(|claim| claim.length).min()
    }

    /// A string of so many characters, too many for some source.
    pub(super) fn of_length(&self, length: usize) -> Option<Verdict> {
        let (forbidden_by, allowed_by) = self.split(|claim| Some(claim.length.is_none_or(|most| length <= most)));
        deviation(forbidden_by, allowed_by)
    }

    /// A code that is in none of the lists.
    pub(super) fn unlisted(&self) -> Verdict {
        Verdict { forbidden_by: self.listed_by.clone(), ..Verdict::unknown() }
    }

    /// What no source allows.
    pub(super) fn violation(&self) -> Verdict {
        violation(self.claims.iter().map(|claim| claim.source).collect())
    }

    fn always(&self) -> impl Iterator<Item = Source> {
        self.claims.iter().filter(|claim| claim.always).map(|claim| claim.source)
    }

    /// Who forbids and who allows; some sources say neither.
    fn split(&self, allows: impl Fn(&Claim) -> Option<bool>) -> (Vec<Source>, Vec<Source>) {
        let who = |answer| {
            let claims = self.claims.iter().filter(|claim| allows(claim) == Some(answer));
            claims.map(|claim| claim.source).collect()
        };
        (who(false), who(true))
    }
}

fn violation(forbidden_by: Vec<Source>) -> Verdict {
    Verdict { severity: Severity::Violation, forbidden_by, allowed_by: Vec::new() }
}

fn deviation(forbidden_by: Vec<Source>, allowed_by: Vec<Source>) -> Option<Verdict> {
    let forbidden = !forbidden_by.is_empty();
    forbidden.then_some(Verdict { severity: Severity::Deviation, forbidden_by, allowed_by })
}
