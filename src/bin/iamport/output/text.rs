//! Amounts and names as people write them.

use iamport::{Amount, Currency};

/// `15,900 KRW`
pub(crate) fn money(amount: Amount, currency: Option<&Currency>) -> String {
    let text = amount.to_string();
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut money = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            money.push(',');
        }
        money.push(digit);
    }
    if let Some(fraction) = fraction {
        money = money + "." + fraction;
    }
    currency.map(|currency| format!("{money} {currency}")).unwrap_or(money)
}

/// Masks a name: `홍**`.
pub(super) fn masked(name: &str) -> String {
    let shown = if name.chars().nth(1).is_some() { 1 } else { 0 };
    name.chars().enumerate().map(|(index, letter)| if index < shown { letter } else { '*' }).collect()
}
