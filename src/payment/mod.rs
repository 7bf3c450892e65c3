//! What people ask of a payment, beyond its fields.

mod verify;

use serde::de::DeserializeOwned;

pub use verify::VerifyError;

use crate::{
    error::Error,
    generated::{
        codes::PaymentStatus,
        types::{Cancellation, Payment},
    },
    json,
    types::{Amount, Timestamp},
};

macro_rules! moments {
    ($($(#[$doc:meta])* $moment:ident),+ $(,)?) => {
        /// Moments; `None` for what has not happened.
        impl Payment {
            $($(#[$doc])* pub fn $moment(&self) -> Option<Timestamp> {
                self.$moment
            })+
        }
    };
}
moments! {
    /// When the payment was begun (결제시작시점).
    started_at,
    /// When it was paid (결제완료시점).
    paid_at,
    /// When it failed (결제실패시점).
    failed_at,
    /// When it was last cancelled, in part or as a whole (결제취소시점).
    cancelled_at,
    /// Until when a deposit into its virtual account must arrive (입금 마감기한).
    vbank_date,
    /// When its virtual account was made (가상계좌 생성 시각).
    vbank_issued_at,
}

impl Payment {
    /// Whether its status is `paid`. It says nothing of how much: before goods leave the house, call
    /// [`verify`](Self::verify).
    pub fn is_paid(&self) -> bool {
        self.status == PaymentStatus::Paid
    }

    /// How much has been given back so far, in major currency units: `cancel_amount`, or the sum of the cancellations
    /// where that is more.
    pub fn cancelled_amount(&self) -> Amount {
        let parts = self.cancel_history.iter().flatten().filter_map(|cancellation| cancellation.amount);
        parts.sum::<Amount>().max(self.cancel_amount.unwrap_or_default())
    }

    /// How much is left of `amount` after cancellations, in major currency units.
    pub fn remaining_amount(&self) -> Amount {
        self.amount.saturating_sub(self.cancelled_amount())
    }

    /// The cancellations, oldest first; one without a moment comes last.
    pub fn cancellations(&self) -> Vec<&Cancellation> {
        let mut cancellations: Vec<_> = self.cancel_history.iter().flatten().collect();
        cancellations.sort_by_key(|cancellation| (cancellation.cancelled_at.is_none(), cancellation.cancelled_at));
        cancellations
    }

    /// What the merchant sent along with the payment, read as JSON; `None` if nothing was.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// #[derive(serde::Deserialize)]
    /// struct Plan {
    ///     plan: String,
    ///     seats: u32,
    /// }
    ///
    /// let body = r#"{"imp_uid":"imps_1","merchant_uid":"sub-1","amount":22000,"status":"paid",
    ///     "custom_data":"{\"plan\":\"pro\",\"seats\":3}"}"#;
    /// let payment: iamport::Payment = serde_json::from_str(body)?;
    /// let plan = payment.custom_data_as::<Plan>()?.ok_or("no custom data")?;
    /// assert_eq!((plan.plan.as_str(), plan.seats), ("pro", 3));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not JSON or does not fit `T` ([`is_decode`](Error::is_decode)); the text tells where, not what.
    pub fn custom_data_as<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let data = self.custom_data.as_deref().filter(|data| !data.is_empty());
        data.map(|data| json::custom_data(data)).transpose()
    }
}
