//! Formats amounts and names for people.

use iamport::{Amount, Currency};

/// `15,900 KRW`
pub(crate) fn money(amount: Amount, currency: Option<&Currency>) -> String {
    let money = amount.grouped();
    currency.map(|currency| format!("{money} {currency}")).unwrap_or(money)
}

/// Masks a name: `홍**`.
pub(super) fn masked(name: &str) -> String {
    let shown = if name.chars().nth(1).is_some() { 1 } else { 0 };
    name.chars().enumerate().map(|(index, letter)| if index < shown { letter } else { '*' }).collect()
}
