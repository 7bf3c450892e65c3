//! Scenarios: short lists of steps of an order, with the webhooks that the service would send.

use std::{error, fmt, str::FromStr};

use super::{InvalidFixture, PaymentFixture, fixture::PAYMENT_TIME, service::Service};
use crate::types::{Amount, Tier};

/// A course of events of an order; see [`Sandbox::run_scenario`](super::Sandbox::run_scenario).
///
/// `FromStr` reads the name in snake case, as in `paid_twice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scenario {
    /// The order is paid by card.
    Paid,
    /// A forged payment of another amount is paid: a hundredth of the price.
    WrongAmount,
    /// The order is paid through a test channel: no money moves.
    TestChannel,
    /// A virtual account is issued, then the deposit arrives.
    VirtualAccount,
    /// A scheduled payment with the billing key `cust_0001` fails.
    ScheduledFailed,
    /// A first attempt fails, and a second one is paid.
    FailedThenPaid,
    /// The order is paid, then cancelled in the console.
    CancelledInConsole,
    /// The order is paid, then cancelled by the API without `enable_webhook`: no webhook announces the cancellation.
    CancelledByApi,
    /// The order is paid, then a third of it is cancelled in the console.
    PartiallyCancelled,
    /// Two attempts are paid.
    PaidTwice,
}

/// One step of a scenario.
#[derive(Clone, Copy)]
enum Step {
    /// A payment of the order starts: of its price, or of a wrong amount.
    Start(fn(&str, Amount) -> PaymentFixture),
    Pay,
    Fail,
    Cancel,
    CancelThird,
    CancelByApi,
}

use Step::{Cancel, CancelByApi, CancelThird, Fail, Pay, Start};

const CARD: Step = Start(PaymentFixture::new);

impl Scenario {
    /// All scenarios, with their names.
    pub const ALL: [(&'static str, Self); 10] = [
        ("paid", Self::Paid),
        ("wrong_amount", Self::WrongAmount),
        ("test_channel", Self::TestChannel),
        ("virtual_account", Self::VirtualAccount),
        ("scheduled_failed", Self::ScheduledFailed),
        ("failed_then_paid", Self::FailedThenPaid),
        ("cancelled_in_console", Self::CancelledInConsole),
        ("cancelled_by_api", Self::CancelledByApi),
        ("partially_cancelled", Self::PartiallyCancelled),
        ("paid_twice", Self::PaidTwice),
    ];

    fn steps(self) -> &'static [Step] {
        match self {
            Self::Paid => &[CARD, Pay],
            Self::WrongAmount => &[Start(|order, price| PaymentFixture::new(order, part(price, 100))), Pay],
            Self::TestChannel => &[Start(|order, price| PaymentFixture::new(order, price).test()), Pay],
            Self::VirtualAccount => {
                &[Start(|order, price| PaymentFixture::new(order, price).set("pay_method", "vbank")), Pay]
            }
            Self::ScheduledFailed => {
                &[Start(|order, price| PaymentFixture::new(order, price).billing_key("cust_0001")), Fail]
            }
            Self::FailedThenPaid => &[CARD, Fail, CARD, Pay],
            Self::CancelledInConsole => &[CARD, Pay, Cancel],
            Self::CancelledByApi => &[CARD, Pay, CancelByApi],
            Self::PartiallyCancelled => &[CARD, Pay, CancelThird],
            Self::PaidTwice => &[CARD, Pay, CARD, Pay],
        }
    }
}

impl Service {
    /// Runs all steps of a scenario, at the time of the clock. Returns the payments.
    pub(super) fn run(
        &mut self,
        scenario: Scenario,
        merchant_uid: &str,
        amount: Amount,
        tier: Option<&Tier>,
    ) -> Result<Vec<PaymentFixture>, InvalidFixture> {
        if merchant_uid.is_empty() || amount <= Amount::ZERO {
            return Err(InvalidFixture::expected("a `merchant_uid`, and an `amount` above 0"));
        }
        let now = self.clock.now();
        let mut payments: Vec<PaymentFixture> = Vec::new();
        for step in scenario.steps() {
            let last = payments.pop();
            let (payment, sends_webhook) = match (step, last) {
                (Start(start), last) => {
                    payments.extend(last);
                    let new = start(merchant_uid, amount).started_at(now.saturating_sub(PAYMENT_TIME));
                    let is_account = new.text("pay_method").as_deref() == Some("vbank");
                    let new = if is_account { new.virtual_account() } else { new };
                    (tier.cloned().into_iter().fold(new, PaymentFixture::tier), true)
                }
                (Pay, Some(last)) => (last.pay_now(now)?, true),
                (Fail, Some(last)) => (last.fail_now(None, now)?, true),
                (Cancel, Some(last)) => (last.cancel_now(None, "고객 변심", now)?, true),
                (CancelThird, Some(last)) => (last.cancel_now(Some(part(amount, 3)), "고객 변심", now)?, true),
                (CancelByApi, Some(last)) => (last.cancel_now(None, "고객 변심", now)?, false),
                (_, None) => continue,
            };
            self.change(&payment, sends_webhook);
            payments.push(payment);
        }
        Ok(payments)
    }
}

/// Returns a part of an amount, in whole units if there is one.
fn part(amount: Amount, divisor: u32) -> Amount {
    let part = amount.checked_div(divisor).unwrap_or_default();
    let whole = Amount::from(part.as_decimal().trunc());
    if whole.is_zero() { part } else { whole }
}

impl FromStr for Scenario {
    type Err = UnknownScenario;

    /// # Errors
    ///
    /// [`UnknownScenario`], which lists the names.
    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, scenario)| *scenario).ok_or(UnknownScenario(()))
    }
}

/// The error of a name that is no [`Scenario`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScenario(());

impl fmt::Display for UnknownScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Scenario::ALL.map(|(name, _)| name);
        write!(f, "expected a scenario: {}", names.join(", "))
    }
}

impl error::Error for UnknownScenario {}
