//! The payments, and how they are found: at once, however many there are.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};

use serde_json::value::RawValue;

use super::{
    PaymentFixture,
    wire::{self, Page},
};
use crate::generated::codes::Sorting;

/// How many payments are on a page.
const PAGE_SIZE: usize = 20;

/// Every payment and billing key, in the order they were put.
#[derive(Default)]
pub(super) struct Store {
    payments: Vec<Stored>,
    /// Where each `imp_uid` is among them.
    places: HashMap<String, usize>,
    /// Where the payments of each order are.
    orders: HashMap<String, BTreeSet<usize>>,
    /// When each payment of a billing key was begun, and where it is; sorted.
    keys: HashMap<String, Vec<(u64, usize)>>,
    billing_keys: BTreeSet<String>,
}

/// A payment as its text, which is a tenth of the size of its fields, and what is asked of it.
struct Stored {
    text: Box<RawValue>,
    order: Option<String>,
    key: Option<String>,
    status: Option<String>,
    started: u64,
    paid: u64,
    updated: u64,
}

impl Store {
    /// Adds a payment, or puts it in the place of the one that has its `imp_uid`.
    pub(super) fn put(&mut self, body: &PaymentFixture) {
        let stored = Stored::of(body);
        let imp_uid = body.text("imp_uid");
        let known = imp_uid.as_ref().and_then(|imp_uid| self.places.get(imp_uid)).copied();
        let place = known.unwrap_or(self.payments.len());
        if let Some(before) = self.payments.get(place) {
            let (order, key) = (before.order.as_deref().unwrap_or_default(), before.key.as_deref().unwrap_or_default());
            self.orders.get_mut(order).map(|places| places.remove(&place));
            if let Some(places) = self.keys.get_mut(key) {
                places.retain(|(_, other)| *other != place);
            }
        }
        if let Some(order) = &stored.order {
            self.orders.entry(order.clone()).or_default().insert(place);
        }
        if let Some(key) = &stored.key {
            let (places, this) = (self.keys.entry(key.clone()).or_default(), (stored.started, place));
            places.insert(places.partition_point(|other| *other < this), this);
        }
        match self.payments.get_mut(place) {
            Some(payment) => *payment = stored,
            None => {
                self.places.extend(imp_uid.map(|imp_uid| (imp_uid, place)));
                self.payments.push(stored);
            }
        }
    }

    pub(super) fn put_billing_key(&mut self, customer_uid: String) {
        self.billing_keys.insert(customer_uid);
    }

    /// The first payment of an order; among equals, what was put later counts as newer.
    pub(super) fn find(&self, merchant_uid: &str, status: Option<&str>, sorting: Sorting) -> Option<&RawValue> {
        let moment = |payment: &Stored| match sorting {
            Sorting::StartedDesc | Sorting::StartedAsc | Sorting::Unknown(_) => payment.started,
            Sorting::PaidDesc | Sorting::PaidAsc => payment.paid,
            Sorting::UpdatedDesc | Sorting::UpdatedAsc => payment.updated,
        };
        let fits = |payment: &&Stored| status.is_none_or(|status| payment.status.as_deref() == Some(status));
        let order = |(index, payment): &(usize, &Stored)| (moment(payment), *index);
        let places = self.orders.get(merchant_uid)?.iter();
        let payments = places.filter_map(|place| self.payments.get(*place)).filter(fits).enumerate();
        let first = match sorting {
            Sorting::StartedAsc | Sorting::PaidAsc | Sorting::UpdatedAsc => payments.min_by_key(order),
            _ => payments.max_by_key(order),
        };
        first.map(|(_, payment)| &*payment.text)
    }

    /// The payments of a billing key in the order they were begun, or the other way round; `None` if there is no such
    /// key.
    pub(super) fn list(&self, customer_uid: &str, newest_first: bool) -> Option<Vec<&RawValue>> {
        let places = self.keys.get(customer_uid).map(Vec::as_slice).unwrap_or_default();
        let mut payments: Vec<_> =
            places.iter().filter_map(|(_, place)| Some(&*self.payments.get(*place)?.text)).collect();
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
            order: body.text("merchant_uid"),
            key: body.text("customer_uid"),
            status: body.text("status"),
            started: body.moment("started_at"),
            paid: body.moment("paid_at"),
            updated: body.updated_at(),
        }
    }
}

/// Nothing of whom they are about.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("payments", &self.payments.len()).finish_non_exhaustive()
    }
}

/// A page of a listing, counted from 1. What is no number of a page is the first.
pub(super) fn page<'a>(payments: &[&'a RawValue], number: Option<&str>) -> Page<&'a RawValue> {
    let number = number.and_then(|number| number.parse().ok()).unwrap_or(1).max(1);
    let before: usize = number - 1;
    let last = payments.len().div_ceil(PAGE_SIZE);
    Page {
        total: payments.len(),
        previous: before.min(last),
        next: if number < last { number + 1 } else { 0 },
        list: payments.iter().copied().skip(before.saturating_mul(PAGE_SIZE)).take(PAGE_SIZE).collect(),
    }
}
