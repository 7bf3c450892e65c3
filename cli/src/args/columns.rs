//! The columns of a file of orders.

use clap::ValueEnum;

/// A column of the orders.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Field {
    Order,
    Amount,
    Currency,
    Status,
    Refunded,
}

impl Field {
    pub(crate) const ALL: [Self; 5] = [Self::Order, Self::Amount, Self::Currency, Self::Status, Self::Refunded];

    /// Returns its key in `--column`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Status => "status",
            Self::Refunded => "refunded",
        }
    }

    /// Returns its name in a message.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Order => "merchant_uid (주문번호)",
            Self::Amount => "amount (금액)",
            Self::Currency => "currency (통화)",
            Self::Status => "status (상태)",
            Self::Refunded => "refunded_amount (환불금액)",
        }
    }
}

/// Parses `amount=총 결제금액`.
pub(super) fn column(text: &str) -> Result<(Field, String), String> {
    let keys = Field::ALL.map(Field::key).join(", ");
    let expected = || format!("expected KEY=NAME with a key of {keys}, as in amount='총 결제금액'");
    let (key, name) = text.split_once('=').ok_or_else(expected)?;
    let field = Field::ALL.into_iter().find(|field| field.key() == key.trim()).ok_or_else(expected)?;
    if name.trim().is_empty() { Err(expected()) } else { Ok((field, name.trim().to_owned())) }
}

/// The meaning of several rows of one order.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum RowMeaning {
    /// One row per order. Negative rows are its refunds, and others are duplicates.
    #[default]
    Order,
    /// One row per item: the amounts of an order are added up.
    Sum,
}
