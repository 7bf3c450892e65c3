//! The rows of one order: its own row, its refunds, and repetitions.

use std::collections::HashMap;

use iamport::{Amount, Currency};

use super::{
    cells::{Stated, korean},
    seen::Fingerprint,
};
use crate::{
    args::RowMeaning,
    output::{Message, message, money},
};

/// A row that is read, before it is seen with the other rows of its order.
pub(super) struct Entry {
    pub(super) merchant_uid: String,
    /// Negative for a refund.
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) status: Option<Stated>,
    pub(super) refunded: Option<Amount>,
}

/// An order in the merchant's records.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reconcile) struct Order {
    pub(in crate::reconcile) merchant_uid: String,
    pub(in crate::reconcile) amount: Amount,
    pub(in crate::reconcile) currency: Currency,
    pub(in crate::reconcile) status: Stated,
    /// The refunded amount of an order that is partially cancelled, if the file has it.
    pub(in crate::reconcile) refunded: Option<Amount>,
}

/// What a row is among the rows of its order.
#[derive(Debug, PartialEq)]
pub(super) enum Role {
    Order(Order),
    /// A repetition of the order on this line.
    Duplicate(u64),
    /// A refund that is counted with the order on this line.
    Refund(u64),
    /// A part or another attempt of the order on this line.
    SameOrder(u64),
    Invalid(Message),
}

/// The rows of an order that has several, or a refund.
struct Group {
    /// The line of the order's own row: the first one that is paid, else cancelled, else not paid.
    line: Option<(Weight, u64)>,
    currency: Currency,
    has_several_currencies: bool,
    /// The sum of the rows that are not refunds. A sum is `None` if it has more than 28 digits.
    total: Option<Amount>,
    /// The sum of the negative rows.
    refunds: Option<Amount>,
    /// With `--rows sum`, what the other rows say was refunded.
    refunded: Option<Amount>,
    /// Whether a row says that a part was refunded.
    is_partial: bool,
}

/// How much a row says about what was paid.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Weight {
    Unpaid,
    Cancelled,
    Paid,
}

impl Entry {
    fn weight(&self) -> Weight {
        match self.status {
            None | Some(Stated::Paid) => Weight::Paid,
            Some(Stated::Cancelled | Stated::PartiallyCancelled) => Weight::Cancelled,
            Some(Stated::Ready | Stated::Failed) => Weight::Unpaid,
        }
    }

    pub(super) fn is_refund(&self) -> bool {
        self.amount < Amount::ZERO
    }
}

/// The orders that have several rows, or refunds. Memory grows with their number only.
#[derive(Default)]
pub(super) struct Groups {
    groups: HashMap<Fingerprint, Group>,
    meaning: RowMeaning,
}

impl Groups {
    pub(super) fn new(meaning: RowMeaning) -> Self {
        Self { groups: HashMap::new(), meaning }
    }

    pub(super) fn add(&mut self, key: Fingerprint, entry: &Entry, line: u64) {
        let group = self.groups.entry(key).or_insert_with(|| Group {
            line: None,
            currency: entry.currency.clone(),
            has_several_currencies: false,
            total: Some(Amount::ZERO),
            refunds: Some(Amount::ZERO),
            refunded: Some(Amount::ZERO),
            is_partial: false,
        });
        let sum = |sum: Option<Amount>, amount| sum?.checked_add(amount);
        group.has_several_currencies |= group.currency != entry.currency;
        if entry.is_refund() {
            group.refunds = sum(group.refunds, -entry.amount);
            return;
        }
        let weight = entry.weight();
        if group.line.is_none_or(|(heaviest, _)| weight > heaviest) {
            group.line = Some((weight, line));
        }
        if weight != Weight::Unpaid {
            group.total = sum(group.total, entry.amount);
        }
        // The amount of a row that is cancelled is refunded, unless the row says how much is.
        let amount = if entry.status == Some(Stated::Cancelled) { entry.amount } else { Amount::ZERO };
        let refunded = entry.refunded.filter(|refunded| *refunded > Amount::ZERO).unwrap_or(amount);
        group.refunded = sum(group.refunded, refunded);
        group.is_partial |= entry.status == Some(Stated::PartiallyCancelled);
    }

    pub(super) fn role(&self, key: Fingerprint, entry: Entry, line: u64) -> Role {
        let Some(group) = self.groups.get(&key) else { return order(entry, Amount::ZERO) };
        let Some((weight, of_order)) = group.line else {
            return Role::Invalid(message!(
                "expected the row of the order too, got only its refund",
                "환불 행만 있고 주문 행이 없습니다"
            ));
        };
        let is_sum = self.meaning == RowMeaning::Sum;
        let too_long = || {
            Role::Invalid(message!(
                "expected a sum of at most 28 digits in the rows of this order",
                "이 주문의 행을 더한 금액이 28자리를 넘습니다"
            ))
        };
        if line == of_order {
            if group.has_several_currencies {
                return Role::Invalid(message!(
                    "expected one currency in all rows of this order",
                    "이 주문의 행마다 통화가 다릅니다"
                ));
            }
            let (Some(total), Some(refunds)) = (group.total, group.refunds) else {
                return too_long();
            };
            if is_sum && weight != Weight::Unpaid {
                let Some(refunded) = group.refunded else { return too_long() };
                let is_whole = refunds.max(refunded) == total;
                // The whole sum may be refunded by rows of which each is a part.
                let status = Some(Stated::PartiallyCancelled).filter(|_| group.is_partial && !is_whole);
                return order(Entry { amount: total, refunded: Some(refunded), status, ..entry }, refunds);
            }
            return order(entry, refunds);
        }
        if entry.is_refund() {
            return match entry.weight() {
                Weight::Unpaid => Role::Invalid(message!(
                    "expected a refund in a row with a negative amount",
                    "미결제나 실패인 행의 금액이 음수입니다"
                )),
                _ => Role::Refund(of_order),
            };
        }
        if is_sum || entry.weight() == Weight::Unpaid && weight != Weight::Unpaid {
            return Role::SameOrder(of_order);
        }
        Role::Duplicate(of_order)
    }
}

/// Derives what the file expects of the payment of an order.
fn order(entry: Entry, refunds: Amount) -> Role {
    let Entry { merchant_uid, amount, currency, status, refunded } = entry;
    let stated = refunded.unwrap_or(Amount::ZERO);
    if stated > Amount::ZERO && refunds > Amount::ZERO && stated != refunds {
        let (stated, refunds) = (money(stated, None), money(refunds, None));
        return Role::Invalid(message!(
            "expected the refunded amount {stated} in the rows of refunds, got {refunds}",
            "환불금액은 {stated}인데 환불 행의 합계는 {refunds}입니다"
        ));
    }
    let refunds = stated.max(refunds);
    let none = refunds == Amount::ZERO;
    let refunded = match status.unwrap_or(Stated::Paid) {
        _ if refunds > amount => {
            let (amount, refunds) = (money(amount, None), money(refunds, None));
            return Role::Invalid(message!(
                "expected refunds of at most the amount {amount}, got {refunds}",
                "환불 합계 {refunds}이(가) 금액 {amount}보다 큽니다"
            ));
        }
        Stated::Paid if none => (Stated::Paid, None),
        Stated::Paid | Stated::Cancelled if refunds == amount => (Stated::Cancelled, None),
        Stated::Cancelled if none => (Stated::Cancelled, None),
        Stated::PartiallyCancelled if none => (Stated::PartiallyCancelled, None),
        Stated::Paid | Stated::PartiallyCancelled if refunds < amount => (Stated::PartiallyCancelled, Some(refunds)),
        status @ (Stated::Ready | Stated::Failed) if none => (status, None),
        status => {
            let (korean, status, refunds) = (korean(status.as_str()), status.as_str(), money(refunds, None));
            return Role::Invalid(message!(
                "the status is {status}, but the refunded amount is {refunds}",
                "상태는 {korean}인데 환불금액은 {refunds}입니다"
            ));
        }
    };
    let (status, refunded) = refunded;
    Role::Order(Order { merchant_uid, amount, currency, status, refunded })
}
