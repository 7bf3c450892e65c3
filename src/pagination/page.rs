use std::collections::BTreeMap;

use crate::{
    generated::types::{Payment, PaymentPage},
    types::PageOrArray,
};

impl PaymentPage {
    /// The number of the page after this one; `None` on the last, and where the service sent a plain array.
    pub fn next_page(&self) -> Option<u64> {
        number(self.next)
    }

    /// The number of the page before this one; `None` on the first, and where the service sent a plain array.
    pub fn previous_page(&self) -> Option<u64> {
        number(self.previous)
    }
}

fn number(page: Option<i64>) -> Option<u64> {
    page.and_then(|page| u64::try_from(page).ok()).filter(|page| *page != 0)
}

/// A plain array is a page that knows of no others.
impl From<PageOrArray<PaymentPage, Payment>> for PaymentPage {
    fn from(listing: PageOrArray<PaymentPage, Payment>) -> Self {
        match listing {
            PageOrArray::Page(page) => page,
            PageOrArray::Array(list) => Self { list, next: None, previous: None, total: None, extra: BTreeMap::new() },
        }
    }
}
