//! The payments, with an index by order and by billing key.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    fmt, mem,
    sync::Arc,
};

use serde_json::value::RawValue;

use super::{
    PaymentFixture,
    wire::{self, ListedPage},
};
use crate::types::Tier;

/// The payments of the merchant itself, and of each sub-merchant.
#[derive(Clone, Debug, Default)]
pub(super) struct Stores(HashMap<Option<String>, Store>);

impl Stores {
    /// Adds a payment to those of its tier, or replaces the one with its `imp_uid`.
    pub(super) fn put(&mut self, payment: &PaymentFixture) {
        self.of(payment.tier_of().map(Tier::to_string)).put(payment);
    }

    /// Returns a payment with its fields.
    pub(super) fn payment(&self, tier: Option<&Tier>, imp_uid: &str) -> Option<PaymentFixture> {
        let stored = self.get(&tier.map(Tier::to_string))?.get(imp_uid)?;
        Some(PaymentFixture::from_text(&stored.text, tier.cloned()))
    }

    /// Returns the payments of an order with their fields, in the order they were put.
    pub(super) fn payments_of_order(&self, tier: Option<&Tier>, merchant_uid: &str) -> Vec<PaymentFixture> {
        let Some(store) = self.get(&tier.map(Tier::to_string)) else { return Vec::new() };
        let payments = store.of_order(merchant_uid).into_iter();
        payments.map(|stored| PaymentFixture::from_text(&stored.text, tier.cloned())).collect()
    }

    pub(super) fn get(&self, tier: &Option<String>) -> Option<&Store> {
        self.0.get(tier)
    }

    pub(super) fn of(&mut self, tier: Option<String>) -> &mut Store {
        self.0.entry(tier).or_default()
    }
}

/// Every payment and billing key of one tier, in the order they were put.
#[derive(Clone, Default)]
pub(super) struct Store {
    payments: Vec<Arc<Stored>>,
    /// The index of each `imp_uid` in the payments.
    places: HashMap<String, usize>,
    /// The indexes of the payments of each order.
    orders: HashMap<String, Vec<usize>>,
    /// The start and the index of each payment of a billing key, sorted.
    keys: HashMap<String, Vec<(u64, usize)>>,
    billing_keys: BTreeSet<String>,
}

/// A payment as JSON, which needs a tenth of the memory of its fields, and the values that it is found by.
pub(super) struct Stored {
    pub(super) text: Box<RawValue>,
    pub(super) status: Option<String>,
    pub(super) imp_uid: Option<String>,
    pub(super) merchant_uid: Option<String>,
    pub(super) is_test: bool,
    /// The time of the last change of the status.
    pub(super) updated: u64,
    key: Option<String>,
    started: u64,
    paid: u64,
}

/// The order of a listing: by a time, ascending or descending.
#[derive(Clone, Copy, Debug)]
pub(super) struct PaymentOrder {
    time: fn(&Stored) -> u64,
    ascending: bool,
}

impl PaymentOrder {
    /// Parses the `sorting` parameter. Any other value, or none, means the latest start first.
    pub(super) fn parse(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default();
        let (ascending, name) = text.strip_prefix('-').map_or((true, text), |name| (false, name));
        match name {
            "started" => Self { time: |payment| payment.started, ascending },
            "paid" => Self { time: |payment| payment.paid, ascending },
            "updated" => Self { time: |payment| payment.updated, ascending },
            _ => Self { time: |payment| payment.started, ascending: false },
        }
    }

    /// Sorts payments that are in the order they were put: among equals, the later one counts as newer.
    pub(super) fn sort(self, payments: &mut [&Stored]) {
        if self.ascending {
            payments.sort_by_key(|payment| (self.time)(payment));
        } else {
            payments.reverse();
            payments.sort_by_key(|payment| Reverse((self.time)(payment)));
        }
    }
}

impl Store {
    /// Adds a payment, or replaces the one with its `imp_uid`.
    pub(super) fn put(&mut self, body: &PaymentFixture) {
        self.insert(Arc::new(Stored::of(body)));
    }

    fn insert(&mut self, stored: Arc<Stored>) {
        let known = stored.imp_uid.as_ref().and_then(|imp_uid| self.places.get(imp_uid)).copied();
        let place = known.unwrap_or(self.payments.len());
        if let Some(before) = self.payments.get(place) {
            let uid = before.merchant_uid.as_deref().unwrap_or_default();
            self.orders.get_mut(uid).into_iter().for_each(|places| places.retain(|other| *other != place));
            if let Some(places) = self.keys.get_mut(before.key.as_deref().unwrap_or_default()) {
                places.retain(|(_, other)| *other != place);
            }
        }
        if let Some(uid) = &stored.merchant_uid {
            let places = self.orders.entry(uid.clone()).or_default();
            places.insert(places.partition_point(|other| *other < place), place);
        }
        if let Some(key) = &stored.key {
            let (places, this) = (self.keys.entry(key.clone()).or_default(), (stored.started, place));
            places.insert(places.partition_point(|other| *other < this), this);
        }
        match self.payments.get_mut(place) {
            Some(payment) => *payment = stored,
            None => {
                self.places.extend(stored.imp_uid.clone().map(|imp_uid| (imp_uid, place)));
                self.payments.push(stored);
            }
        }
    }

    /// Removes a payment.
    pub(super) fn remove(&mut self, imp_uid: &str) {
        let kept: Vec<_> = mem::take(&mut self.payments);
        let billing_keys = mem::take(&mut self.billing_keys);
        *self = Self { billing_keys, ..Self::default() };
        for payment in kept.into_iter().filter(|payment| payment.imp_uid.as_deref() != Some(imp_uid)) {
            self.insert(payment);
        }
    }

    /// Removes all payments and billing keys.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn put_billing_key(&mut self, customer_uid: String) {
        self.billing_keys.insert(customer_uid);
    }

    /// Returns all payments, in the order they were put.
    pub(super) fn all(&self) -> impl Iterator<Item = &Stored> {
        self.payments.iter().map(|payment| &**payment)
    }

    fn at(&self, place: usize) -> Option<&Stored> {
        self.payments.get(place).map(|payment| &**payment)
    }

    /// Returns the payment of an `imp_uid`.
    pub(super) fn get(&self, imp_uid: &str) -> Option<&Stored> {
        self.at(*self.places.get(imp_uid)?)
    }

    /// Returns the payments of an order, in the order they were put.
    pub(super) fn of_order(&self, merchant_uid: &str) -> Vec<&Stored> {
        let places = self.orders.get(merchant_uid).into_iter().flatten();
        places.filter_map(|place| self.at(*place)).collect()
    }

    /// Returns the payments with one of these identifiers, in the order they were put.
    pub(super) fn of_identifiers(&self, imp_uids: &[&str], merchant_uids: &[&str]) -> Vec<&Stored> {
        let imp_uids = imp_uids.iter().filter_map(|uid| self.places.get(*uid));
        let merchant_uids = merchant_uids.iter().filter_map(|uid| self.orders.get(*uid)).flatten();
        let places: BTreeSet<_> = imp_uids.chain(merchant_uids).collect();
        places.into_iter().filter_map(|place| self.at(*place)).collect()
    }

    /// Returns the payments of a billing key, sorted by their start; `None` if there is no such key.
    pub(super) fn of_billing_key(&self, customer_uid: &str, newest_first: bool) -> Option<Vec<&Stored>> {
        let places = self.keys.get(customer_uid).map(Vec::as_slice).unwrap_or_default();
        let mut payments: Vec<_> = places.iter().filter_map(|(_, place)| self.at(*place)).collect();
        if newest_first {
            payments.reverse();
        }
        (!payments.is_empty() || self.billing_keys.contains(customer_uid)).then_some(payments)
    }
}

impl Stored {
    fn of(body: &PaymentFixture) -> Self {
        let text = String::from_utf8(wire::write(body)).unwrap_or_default();
        Self {
            text: RawValue::from_string(text).unwrap_or_default(),
            status: body.text("status"),
            imp_uid: body.text("imp_uid"),
            merchant_uid: body.text("merchant_uid"),
            is_test: body.is_test(),
            updated: body.status_changed_at(),
            key: body.text("customer_uid"),
            started: body.time("started_at"),
            paid: body.time("paid_at"),
        }
    }
}

/// Shows no personal data.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("payments", &self.payments.len()).finish_non_exhaustive()
    }
}

/// Returns payments as JSON.
pub(super) fn texts<'a>(payments: &[&'a Stored]) -> Vec<&'a RawValue> {
    payments.iter().map(|payment| &*payment.text).collect()
}

/// Returns a page of a listing, counted from 1.
pub(super) fn page<'a>(payments: &[&'a Stored], number: usize, size: usize) -> ListedPage<&'a RawValue> {
    let (before, last) = (number.saturating_sub(1), payments.len().div_ceil(size));
    let list: Vec<_> = payments.iter().skip(before.saturating_mul(size)).take(size).copied().collect();
    ListedPage {
        total: payments.len(),
        previous: before.min(last),
        next: if number < last { number + 1 } else { 0 },
        list: texts(&list),
    }
}
