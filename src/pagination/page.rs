use std::collections::BTreeMap;

use crate::{
    generated::types::{Payment, PaymentPage},
    types::PageOrArray,
};

/// The field `next` of a page.
pub(super) enum NextPage {
    Number(u64),
    End,
    Missing,
    Invalid,
}

impl PaymentPage {
    /// Returns the number of the page after this one. `None` on the last page, and where the service sent an array.
    pub fn next_page(&self) -> Option<u64> {
        number(self.next)
    }

    /// Returns the number of the page before this one. `None` on the first page, and where the service sent an array.
    pub fn previous_page(&self) -> Option<u64> {
        number(self.previous)
    }

    pub(super) fn next_page_or_end(&self) -> NextPage {
        match (self.next, self.extra.get("next")) {
            (Some(0), _) => NextPage::End,
            (Some(next), _) => u64::try_from(next).map_or(NextPage::Invalid, NextPage::Number),
            (None, None) => NextPage::Missing,
            // Captured code of PHP clients expects false for 0.
            (None, Some(other)) if *other == serde_json::Value::Bool(false) => NextPage::End,
            (None, Some(_)) => NextPage::Invalid,
        }
    }
}

fn number(page: Option<i64>) -> Option<u64> {
    page.and_then(|page| u64::try_from(page).ok()).filter(|page| *page != 0)
}

/// An array is a page that announces no other.
impl From<PageOrArray<PaymentPage, Payment>> for PaymentPage {
    fn from(listing: PageOrArray<PaymentPage, Payment>) -> Self {
        match listing {
            PageOrArray::Page(page) => page,
            PageOrArray::Array(list) => Self { list, ..Self::empty() },
        }
    }
}

impl PageOrArray<PaymentPage, Payment> {
    pub(crate) fn payments(&self) -> &[Payment] {
        match self {
            Self::Page(page) => &page.list,
            Self::Array(list) => list,
        }
    }
}

impl PaymentPage {
    pub(crate) fn empty() -> Self {
        Self { list: Vec::new(), next: None, previous: None, total: None, extra: BTreeMap::new() }
    }
}
