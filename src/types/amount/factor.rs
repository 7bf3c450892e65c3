use rust_decimal::Decimal;

/// A number that an [`Amount`](super::Amount) is multiplied with and divided by: an integer of any width, or a [`Decimal`].
pub trait Factor {
    /// Returns the number, or `None` if it has more than 28 digits.
    fn into_decimal(self) -> Option<Decimal>;
}

macro_rules! factors {
    ($($number:ty),+) => {$(
        impl Factor for $number {
            fn into_decimal(self) -> Option<Decimal> {
                Some(self.into())
            }
        }
    )+};
}
factors!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, Decimal);

impl Factor for i128 {
    fn into_decimal(self) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(self, 0).ok()
    }
}

impl Factor for u128 {
    fn into_decimal(self) -> Option<Decimal> {
        i128::try_from(self).ok()?.into_decimal()
    }
}
