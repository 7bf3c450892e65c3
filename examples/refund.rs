//! Refunds a part of a payment once, although the connection breaks after the request was sent.
//! `cargo run --example refund --features sandbox`
//!
//! The service has no key that makes a cancellation idempotent. So the shop writes a refund down before it sends it, with
//! what is left of the payment at that time, and sends this amount as `checksum`: the service refuses the cancellation if
//! something else is left. The reason has the number of the refund. If the outcome is unknown, the shop looks for the reason
//! in the history of the payment. It can carry the same refund out again, also after a restart. It writes the next refund of
//! the payment down when this one is made.
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
    /// The reason, with the number of the refund, so that no other refund has it.
    reason: String,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Refunded,
    /// Nothing is refunded yet. The service may still be at work on a request without an outcome: carry it out again later.
    Open,
    /// The service accepted it, and the gateway makes it later. Until then the checksum stays right, so a second request
    /// would be one more refund: record that it must not be sent again, and look for it.
    Accepted,
    /// Something was cancelled, but nothing for this reason. The gateway may have changed the reason: a person decides.
    Unclear,
}

impl Refund {
    /// Looks for the refund among the cancellations of the payment.
    fn outcome(&self, payment: &Payment) -> Result<Outcome, Box<dyn Error>> {
        let mut reasons = payment.cancellations()?.into_iter().map(|cancellation| cancellation.reason.as_deref());
        Ok(if reasons.any(|reason| reason == Some(self.reason.as_str())) {
            Outcome::Refunded
        } else if payment.remaining_amount()? == self.left {
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

        let Self { imp_uid, amount, left, reason } = self;
        if *amount <= Amount::ZERO {
            return Err("a refund of nothing would cancel all that is left".into());
        }
        let outcome = self.look_up(client).await?;
        if outcome != Outcome::Open {
            return Ok(outcome);
        }
        let cancel = Cancel { imp_uid, amount: *amount, checksum: *left, reason };
        let request = client.request(Method::POST, "/payments/cancel").json(&cancel);
        match request.send::<Payment>().await {
            // The service compared the checksum, so that less is left because of this refund.
            Ok(payment) if payment.remaining_amount()? < *left => Ok(Outcome::Refunded),
            Ok(_) => Ok(Outcome::Accepted),
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
    let (imp_uid, left) = (payment.imp_uid.clone(), payment.remaining_amount()?);
    let refund = Refund { imp_uid, amount: 900.into(), left, reason: "부분 환불 1042".to_owned() };
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
        Ok((sandbox, client, refund("1042", 15900)))
    }

    fn refund(number: &str, left: u64) -> Refund {
        Refund {
            imp_uid: "imp_1".to_owned(), amount: 900.into(), left: left.into(), reason: format!("환불 {number}")
        }
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

    #[tokio::test]
    async fn refund_that_the_gateway_makes_later_is_accepted() -> TestResult {
        let (sandbox, client, refund) = start().await?;
        let payment = serde_json::to_string(&client.get_payment("imp_1").await?)?;
        let unchanged = format!(r#"{{"code":0,"message":null,"response":{payment}}}"#);
        sandbox.enqueue_response(Endpoint::Cancel, MockResponse::json(200, unchanged));
        assert_eq!(refund.carry_out(&client).await?, Outcome::Accepted);
        assert_eq!(sandbox.count(Endpoint::Cancel), 1);
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

    /// Both have the same amount. The second one was written down too early, and then again.
    #[tokio::test]
    async fn second_refund_of_the_same_amount_is_not_taken_for_the_first() -> TestResult {
        let (sandbox, client, first) = start().await?;
        assert_eq!(first.carry_out(&client).await?, Outcome::Refunded);
        assert_eq!(refund("1043", 15900).carry_out(&client).await?, Outcome::Unclear);
        assert_eq!(sandbox.count(Endpoint::Cancel), 1);
        assert_eq!(refund("1043", 15000).carry_out(&client).await?, Outcome::Refunded);
        assert_eq!(first.carry_out(&client).await?, Outcome::Refunded, "whatever was cancelled since");
        assert_eq!((sandbox.count(Endpoint::Cancel), cancellations(&client).await?), (2, vec![900.into(); 2]));
        Ok(())
    }

    #[tokio::test]
    async fn refund_of_nothing_cancels_nothing() -> TestResult {
        let (sandbox, client, refund) = start().await?;
        let refund = Refund { amount: 0.into(), ..refund };
        assert!(refund.carry_out(&client).await.is_err());
        assert_eq!((sandbox.count(Endpoint::Cancel), cancellations(&client).await?), (0, vec![]));
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
