//! Amounts calculate with each other, and calculate and compare with integers and decimals.

use std::{
    cmp::Ordering,
    iter::Sum,
    ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign},
};

use rust_decimal::Decimal;

use super::{Amount, InvalidAmount, factor::Factor};

macro_rules! operators {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident $checked:ident [$($generic:tt)*] $operand:ty,
        $words:literal, $panics:literal;)+) => {$(
        #[doc = $words]
        ///
        /// # Panics
        ///
        #[doc = $panics]
        impl $($generic)* $trait<$operand> for Amount {
            type Output = Self;

            #[track_caller]
            fn $method(self, other: $operand) -> Self {
                #[allow(clippy::expect_used, reason = "documented, as with the integers of the standard library")]
                self.$checked(other).expect("the amount has at most 28 digits")
            }
        }

        #[doc = $words]
        ///
        /// # Panics
        ///
        #[doc = $panics]
        impl $($generic)* $assign<$operand> for Amount {
            #[track_caller]
            fn $assign_method(&mut self, other: $operand) {
                *self = $trait::$method(*self, other);
            }
        }
    )+};
}
operators! {
    Add add AddAssign add_assign checked_add [] Amount,
        "Adds exactly.", "Panics if the result has more than 28 digits.";
    Sub sub SubAssign sub_assign checked_sub [] Amount,
        "Subtracts exactly.", "Panics if the result has more than 28 digits.";
    Mul mul MulAssign mul_assign checked_mul [<T: Factor>] T,
        "Multiplies exactly, with an integer or a decimal.", "Panics if the result has more than 28 digits.";
    Div div DivAssign div_assign checked_div [<T: Factor>] T,
        "Divides by an integer or a decimal. A quotient of more than 28 digits is rounded.",
        "Panics if the divisor is 0 or the quotient is too large.";
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// Adds exactly.
///
/// # Panics
///
/// Panics if the sum has more than 28 digits.
impl Sum for Amount {
    #[track_caller]
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Adds exactly.
///
/// # Panics
///
/// Panics if the sum has more than 28 digits.
impl<'a> Sum<&'a Amount> for Amount {
    #[track_caller]
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

impl From<Decimal> for Amount {
    fn from(amount: Decimal) -> Self {
        Self(amount)
    }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

macro_rules! comparisons {
    ($($number:ty),+) => {$(
        impl PartialEq<$number> for Amount {
            fn eq(&self, other: &$number) -> bool {
                self.0 == Decimal::from(*other)
            }
        }

        impl PartialEq<Amount> for $number {
            fn eq(&self, other: &Amount) -> bool {
                other == self
            }
        }

        impl PartialOrd<$number> for Amount {
            fn partial_cmp(&self, other: &$number) -> Option<Ordering> {
                self.0.partial_cmp(&Decimal::from(*other))
            }
        }

        impl PartialOrd<Amount> for $number {
            fn partial_cmp(&self, other: &Amount) -> Option<Ordering> {
                Decimal::from(*self).partial_cmp(&other.0)
            }
        }
    )+};
}
comparisons!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, Decimal);

macro_rules! integers {
    ($($integer:ty),+) => {$(
        impl From<$integer> for Amount {
            fn from(amount: $integer) -> Self {
                Self(amount.into())
            }
        }

        impl TryFrom<Amount> for $integer {
            type Error = InvalidAmount;

            /// # Errors
            ///
            /// Returns an error if the amount has a fraction or is out of range. Nothing is rounded.
            fn try_from(amount: Amount) -> Result<Self, InvalidAmount> {
                if !amount.0.is_integer() {
                    return Err(InvalidAmount(()));
                }
                amount.0.trunc().try_into().map_err(|_| InvalidAmount(()))
            }
        }
    )+};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl TryFrom<i128> for Amount {
    type Error = InvalidAmount;

    fn try_from(amount: i128) -> Result<Self, InvalidAmount> {
        amount.into_decimal().map(Self).ok_or(InvalidAmount(()))
    }
}

impl TryFrom<u128> for Amount {
    type Error = InvalidAmount;

    fn try_from(amount: u128) -> Result<Self, InvalidAmount> {
        amount.into_decimal().map(Self).ok_or(InvalidAmount(()))
    }
}
