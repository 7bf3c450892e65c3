use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

/// The payments that were read, by 128 bits of a keyed hash of their identifiers, each with the pass that read it last.
#[derive(Default)]
pub(super) struct SeenPayments {
    hashers: (RandomState, RandomState),
    passes: HashMap<(u64, u64), u32>,
    pass: u32,
    first_pass_of_listing: u32,
    in_pass: usize,
    in_listing: usize,
}

impl SeenPayments {
    /// Adds a payment. Returns whether it is new to all passes of all listings.
    pub(super) fn insert(&mut self, imp_uid: &str) -> bool {
        let hash = (self.hashers.0.hash_one(imp_uid), self.hashers.1.hash_one(imp_uid));
        let previous = match self.passes.entry(hash) {
            Entry::Occupied(mut entry) => Some(entry.insert(self.pass)),
            Entry::Vacant(entry) => {
                entry.insert(self.pass);
                None
            }
        };
        self.in_pass += usize::from(previous != Some(self.pass));
        self.in_listing += usize::from(previous.is_none_or(|previous| previous < self.first_pass_of_listing));
        previous.is_none()
    }

    pub(super) fn start_pass(&mut self) {
        self.pass = self.pass.saturating_add(1);
        self.in_pass = 0;
    }

    /// Starts the first pass of the next listing.
    pub(super) fn start_listing(&mut self) {
        self.start_pass();
        self.first_pass_of_listing = self.pass;
        self.in_listing = 0;
    }

    /// Returns the number of different payments in this pass.
    pub(super) fn in_pass(&self) -> usize {
        self.in_pass
    }

    /// Returns the number of different payments in all passes of this listing.
    pub(super) fn in_listing(&self) -> usize {
        self.in_listing
    }
}
