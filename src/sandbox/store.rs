//! The payments, and how they are found.

use std::collections::{BTreeSet, HashMap};

use super::{PaymentBody, wire::Page};
use crate::generated::codes::Sorting;

/// How many payments are on a page.
const PAGE_SIZE: usize = 20;

/// Every payment and billing key, in the order they were put.
#[derive(Debug, Default)]
pub(super) struct Store {
    payments: Vec<PaymentBody>,
    /// Where each `imp_uid` is among them.
    places: HashMap<String, usize>,
    billing_keys: BTreeSet<String>,
}

impl Store {
    /// Adds a payment, or puts it in the place of the one that has its `imp_uid`.
    pub(super) fn put(&mut self, body: PaymentBody) {
        let imp_uid = body.text("imp_uid");
        let place = imp_uid.as_ref().and_then(|imp_uid| self.places.get(imp_uid));
        if let Some(payment) = place.and_then(|place| self.payments.get_mut(*place)) {
            *payment = body;
            return;
        }
        self.places.extend(imp_uid.map(|imp_uid| (imp_uid, self.payments.len())));
        self.payments.push(body);
    }

    pub(super) fn put_billing_key(&mut self, customer_uid: String) {
        self.billing_keys.insert(customer_uid);
    }

    /// The first payment of an order; among equals, what was put later counts as newer.
    pub(super) fn find(&self, merchant_uid: &str, status: Option<&str>, sorting: Sorting) -> Option<&PaymentBody> {
        let moment = |payment: &PaymentBody| match sorting {
            Sorting::StartedDesc | Sorting::StartedAsc | Sorting::Unknown(_) => payment.moment("started_at"),
            Sorting::PaidDesc | Sorting::PaidAsc => payment.moment("paid_at"),
            Sorting::UpdatedDesc | Sorting::UpdatedAsc => payment.updated_at(),
        };
        let fits = |payment: &&PaymentBody| {
            payment.text("merchant_uid").as_deref() == Some(merchant_uid)
                && status.is_none_or(|status| payment.text("status").as_deref() == Some(status))
        };
        let order = |(index, payment): &(usize, &PaymentBody)| (moment(payment), *index);
        let payments = self.payments.iter().filter(fits).enumerate();
        let first = match sorting {
            Sorting::StartedAsc | Sorting::PaidAsc | Sorting::UpdatedAsc => payments.min_by_key(order),
            _ => payments.max_by_key(order),
        };
        first.map(|(_, payment)| payment)
    }

    /// The payments of a billing key in the order they were begun, or the other way round; `None` if there is no such
    /// key.
    pub(super) fn list(&self, customer_uid: &str, newest_first: bool) -> Option<Vec<&PaymentBody>> {
        let fits = |payment: &&PaymentBody| payment.text("customer_uid").as_deref() == Some(customer_uid);
        let mut payments: Vec<_> = self.payments.iter().filter(fits).collect();
        payments.sort_by_cached_key(|payment| payment.moment("started_at"));
        if newest_first {
            payments.reverse();
        }
        (!payments.is_empty() || self.billing_keys.contains(customer_uid)).then_some(payments)
    }
}

/// A page of a listing, counted from 1. What is no number of a page is the first.
pub(super) fn page<'a>(payments: &[&'a PaymentBody], number: Option<&str>) -> Page<&'a PaymentBody> {
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
