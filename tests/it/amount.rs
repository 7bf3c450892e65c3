//! Amounts calculate exactly, compare with numbers, and are shown with their currency.

use iamport::{Amount, Currency, rust_decimal::Decimal};
use proptest::prelude::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

#[test]
fn amount_is_multiplied_with_integers_of_every_width_and_decimals() {
    let price = amount("10.25");
    for product in [price * 3_i8, price * 3_i16, price * 3_i32, price * 3_i64, price * 3_isize, price * 3_i128] {
        assert_eq!(product.to_string(), "30.75");
    }
    for product in [price * 3_u8, price * 3_u16, price * 3_u32, price * 3_u64, price * 3_usize, price * 3_u128] {
        assert_eq!(product.to_string(), "30.75");
    }
    assert_eq!(price * Decimal::new(11, 1), amount("11.275"));
    assert_eq!((price * 3).to_string(), "30.75");
    let mut total = price;
    total *= 2_u8;
    total *= Decimal::new(5, 1);
    assert_eq!(total, price);
    assert_eq!((price.checked_mul(-2), price.checked_mul(Decimal::ONE)), (Some(amount("-20.50")), Some(price)));
    assert_eq!((price.checked_mul(i128::MAX), price.checked_mul(u128::MAX)), (None, None));
    let long = amount("1.000000000000000000000000001");
    assert_eq!(long.checked_mul(long.as_decimal()), None, "a product is never rounded");
    assert_eq!(
        amount("100000000000000000000").checked_mul(amount("0.00000000000000000001").as_decimal()),
        Some(1.into())
    );
}

#[test]
fn amount_is_divided_by_integers_of_every_width_and_decimals() {
    let price = amount("31.5");
    for quotient in [price / 3_i8, price / 3_i16, price / 3_i32, price / 3_i64, price / 3_isize, price / 3_i128] {
        assert_eq!(quotient, amount("10.5"));
    }
    for quotient in [price / 3_u8, price / 3_u16, price / 3_u32, price / 3_u64, price / 3_usize, price / 3_u128] {
        assert_eq!(quotient, amount("10.5"));
    }
    assert_eq!(price / Decimal::new(5, 1), amount("63"));
    let mut part = price;
    part /= 2;
    assert_eq!(part, amount("15.75"));
    assert_eq!(
        (price.checked_div(0), price.checked_div(Decimal::ZERO), price.checked_div(2)),
        (None, None, Some(part))
    );
    // A quotient that does not end is rounded at 28 digits.
    let third = Amount::from(10_000) / 3;
    assert_eq!(third.as_decimal().round_dp(2).to_string(), "3333.33");
    assert!(third.to_string().starts_with("3333.333333333333333333333333"), "{third}");
}

#[test]
fn amount_compares_with_decimals() {
    let price = amount("10.250");
    assert_eq!(price, Decimal::new(1025, 2));
    assert_eq!(Decimal::new(1025, 2), price);
    assert_ne!(price, Decimal::TEN);
    assert!(price > Decimal::TEN && price < Decimal::ONE_HUNDRED);
    assert!(Decimal::TEN < price);
}

#[test]
fn amount_is_shown_with_the_decimals_of_its_currency() {
    for (text, currency, shown) in [
        ("15900", "KRW", "15,900 KRW"),
        ("15900.00", "KRW", "15,900 KRW"),
        ("1234567", "JPY", "1,234,567 JPY"),
        ("40.5", "USD", "40.50 USD"),
        ("40", "USD", "40.00 USD"),
        ("-1040.500", "EUR", "-1,040.50 EUR"),
        // Nothing is rounded away.
        ("15900.5", "KRW", "15,900.5 KRW"),
        ("40.125", "USD", "40.125 USD"),
        // The decimals of an unknown currency are unknown.
        ("40.5", "XYZ", "40.5 XYZ"),
        ("40.50", "XYZ", "40.50 XYZ"),
    ] {
        assert_eq!(amount(text).with_currency(currency), shown);
        assert_eq!(amount(text).with_currency(Currency::from(currency)), shown);
    }
    let huge = amount("79228162514264337593543950335");
    assert_eq!(huge.with_currency("USD"), "79,228,162,514,264,337,593,543,950,335 USD");
}

proptest! {
    #[test]
    fn results_are_exact_or_none(
        a in any::<i64>(), a_scale in 0_u32..20, b in any::<i64>(), b_scale in 0_u32..20, times in any::<i64>(),
    ) {
        let decimal = |digits: i64, scale| Decimal::from_i128_with_scale(digits.into(), scale);
        let (one, two) = (Amount::from(decimal(a, a_scale)), Amount::from(decimal(b, b_scale)));
        // Undoing a rounded result would not bring the first amount back.
        if let Some(sum) = one.checked_add(two) {
            prop_assert_eq!(sum.checked_sub(two), Some(one));
        }
        let product = Decimal::try_from_i128_with_scale(i128::from(a) * i128::from(times), a_scale);
        if let Ok(product) = product {
            prop_assert_eq!(one.checked_mul(times), Some(product.into()));
        }
        prop_assert_eq!(one.checked_mul(two.as_decimal()), two.checked_mul(one.as_decimal()));
    }
}
