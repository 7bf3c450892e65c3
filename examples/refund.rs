//! Refunds a part of a payment once, although the connection breaks after the request was sent.
//! `cargo run --example refund --features sandbox`
//!
//! The service has no key that makes a cancellation idempotent. So the shop writes a refund down before it sends it, with
//! what is left of the payment at that time, and sends this amount as `checksum`: the service refuses the cancellation if
//! something else is left. If the outcome is unknown, the shop looks the payment up, and compares. It can carry the same
//! refund out again, also after a restart.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use iamport::{
    Amount, Client, Payment,
    reqwest::Method,
    sandbox::{Endpoint, Fault, PaymentFixture, Sandbox},
};
use serde::Serialize;

/// A refund as the shop's database has it.
#[derive(Debug)]
struct Refund {
    imp_uid: String,
    amount: Amount,
    /// What was left of the payment when the refund was written down.
    left: Amount,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Refunded,
    /// Nothing is refunded yet. The service may still be at work on a request without an outcome: carry it out again later.
    Open,
    /// Somebody else cancelled a part, so nobody can tell whether this refund was made: a person decides.
    Unclear,
}

impl Refund {
    /// Compares what is left of the payment with what was left before.
    fn outcome(&self, payment: &Payment) -> Result<Outcome, Box<dyn Error>> {
        let left = payment.remaining_amount()?;
        Ok(if Some(left) == self.left.checked_sub(self.amount) {
            Outcome::Refunded
        } else if left == self.left {
            Outcome::Open
        } else {
            Outcome::Unclear
        })
    }

    async fn look_up(&self, client: &Client) -> Result<Outcome, Box<dyn Error>> {
        self.outcome(&client.get_payment(&self.imp_uid).await?.ok_or("no such payment")?)
    }

    /// Sends the refund, unless it is made already.
    async fn carry_out(&self, client: &Client) -> Result<Outcome, Box<dyn Error>> {
        #[derive(Serialize)]
        struct Cancel<'a> {
            imp_uid: &'a str,
            amount: Amount,
            checksum: Amount,
            reason: &'a str,
        }

        let outcome = self.look_up(client).await?;
        if outcome != Outcome::Open {
            return Ok(outcome);
        }
        let Self { imp_uid, amount, left } = self;
        let cancel = Cancel { imp_uid, amount: *amount, checksum: *left, reason: "부분 환불" };
        let request = client.request(Method::POST, "/payments/cancel").json(&cancel);
        match request.send::<Payment>().await {
            Ok(payment) => self.outcome(&payment),
            Err(error) if error.is_maybe_sent() => {
                println!("{error}: look the payment up");
                self.look_up(client).await
            }
            // The service did not receive it, or refused it.
            Err(error) => Err(error.into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
    let client = sandbox.client().build()?; // in production: Client::from_env()?

    let payment = client.get_payment("imp_1").await?.ok_or("no such payment")?;
    let refund = Refund { imp_uid: payment.imp_uid.clone(), amount: 900.into(), left: payment.remaining_amount()? };
    // The sandbox cancels the payment, then it breaks the connection.
    sandbox.inject_fault(Endpoint::Cancel, Fault::ResetInHeaders, 1);
    println!("{:?}", refund.carry_out(&client).await?);
    println!("{:?}, {} request(s)", refund.carry_out(&client).await?, sandbox.count(Endpoint::Cancel));
    Ok(())
}

#[cfg(test)]
mod tests {
    use iamport::sandbox::MockResponse;

    use super::*;

    type TestResult = Result<(), Box<dyn Error>>;

    async fn start() -> Result<(Sandbox, Client, Refund), Box<dyn Error>> {
        let sandbox = Sandbox::start().await?;
        sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
        let client = sandbox.client().build()?;
        Ok((sandbox, client, Refund { imp_uid: "imp_1".to_owned(), amount: 900.into(), left: 15900.into() }))
    }

    async fn cancellations(client: &Client) -> Result<Vec<Amount>, Box<dyn Error>> {
        let payment = client.get_payment("imp_1").await?.ok_or("no such payment")?;
        Ok(payment.cancellations()?.iter().filter_map(|cancellation| cancellation.amount).collect())
    }

    #[tokio::test]
    async fn refund_is_made_once_whatever_breaks() -> TestResult {
        for fault in [None, Some(Fault::ResetInHeaders), Some(Fault::ResetInBody), Some(Fault::TruncatedBody)] {
            let (sandbox, client, refund) = start().await?;
            if let Some(fault) = fault {
                sandbox.inject_fault(Endpoint::Cancel, fault, 1);
            }
            for _ in 0..3 {
                assert_eq!(refund.carry_out(&client).await?, Outcome::Refunded);
            }
            assert_eq!((sandbox.count(Endpoint::Cancel), cancellations(&client).await?), (1, vec![900.into()]));
        }
        Ok(())
    }

    #[tokio::test]
    async fn refund_that_was_not_made_is_sent_again() -> TestResult {
        let (sandbox, client, refund) = start().await?;
        // A gateway responds in place of the service.
        sandbox.enqueue_response(Endpoint::Cancel, MockResponse::html(502));
        assert_eq!(refund.carry_out(&client).await?, Outcome::Open);
        assert_eq!(refund.carry_out(&client).await?, Outcome::Refunded);
        assert_eq!((sandbox.count(Endpoint::Cancel), cancellations(&client).await?), (2, vec![900.into()]));
        Ok(())
    }

    /// Two processes send the same refund. The checksum lets one of them through.
    #[tokio::test]
    async fn refund_at_the_same_time_is_made_once() -> TestResult {
        let (sandbox, client, refund) = start().await?;
        let pause = sandbox.pause(Endpoint::Cancel);
        let (first, second, ()) = tokio::join!(refund.carry_out(&client), refund.carry_out(&client), async {
            sandbox.wait_for_requests(Endpoint::Cancel, 2).await;
            drop(pause);
        });
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        assert_eq!(cancellations(&client).await?, [Amount::from(900)]);
        assert_eq!(refund.carry_out(&client).await?, Outcome::Refunded);
        Ok(())
    }

    #[tokio::test]
    async fn cancellation_by_somebody_else_is_left_to_a_person() -> TestResult {
        let (sandbox, client, refund) = start().await?;
        sandbox.upsert_payment(
            PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid().cancelled(100, "콘솔"),
        );
        assert_eq!(refund.carry_out(&client).await?, Outcome::Unclear);
        assert_eq!(sandbox.count(Endpoint::Cancel), 0);
        Ok(())
    }
}
