//! Remembers order numbers.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

/// The 128-bit fingerprint of an order number.
pub(super) type Fingerprint = (u64, u64);

/// The order numbers, as fingerprints: a million of them need up to 60 MB.
#[derive(Default)]
pub(in crate::reconcile) struct Seen {
    valid: HashSet<Fingerprint>,
    invalid: HashSet<Fingerprint>,
    keys: (RandomState, RandomState),
}

impl Seen {
    /// Adds an order number. Returns whether it is new.
    pub(in crate::reconcile) fn insert(&mut self, key: Fingerprint) -> bool {
        self.valid.insert(key)
    }

    /// Adds the order number of an invalid row.
    pub(super) fn insert_invalid(&mut self, key: Fingerprint) {
        self.invalid.insert(key);
    }

    pub(in crate::reconcile) fn contains(&self, merchant_uid: &str) -> bool {
        let key = self.fingerprint(merchant_uid);
        self.valid.contains(&key) || self.invalid.contains(&key)
    }

    pub(in crate::reconcile) fn fingerprint(&self, merchant_uid: &str) -> Fingerprint {
        let (first, second) = &self.keys;
        (first.hash_one(merchant_uid), second.hash_one(merchant_uid))
    }
}
