//! Refunds a part of a payment once, whatever breaks: `cargo run --example refund --features sandbox`
//!
//! The service has no key that makes a cancellation idempotent, and some gateways make a cancellation some time after the
//! service accepted it. So the shop records that a refund is sent before it sends it, and one worker alone can do that.
//! After that the program looks for the refund in the history of the payment, by its reason, and does not send it again:
//! not after an unknown outcome, and not after a crash. There are two exceptions: the error says that the service did not
//! receive it or refused it, or a person released it.
//!
//! The shop records the next refund of a payment when this one is made, since it needs to know what is left then.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::{
    collections::BTreeSet,
    error::Error,
    sync::{Mutex, MutexGuard, PoisonError},
};

use iamport::{
    Amount, Client, Payment,
    reqwest::Method,
    sandbox::{Endpoint, Fault, MockResponse, PaymentFixture, Sandbox},
};
use serde::Serialize;

/// A refund as the shop's database has it, and the body of its request.
#[derive(Debug, Serialize)]
struct Refund {
    imp_uid: String,
    amount: Amount,
    /// What is left of the payment before the refund. The service refuses the refund if something else is left.
    checksum: Amount,
    /// The reason, with the number of the refund, so that no other refund has it.
    reason: String,
}

/// The shop's database, here in memory: the reasons of the refunds that are sent. In SQL this is a column `sent`.
#[derive(Debug, Default)]
struct Database(Mutex<BTreeSet<String>>);

impl Database {
    /// Records that the refund is sent. Returns `false` if it is sent already. In SQL:
    /// `UPDATE refunds SET sent = TRUE WHERE reason = ? AND NOT sent`, and whether it changed a row.
    fn claim(&self, refund: &Refund) -> bool {
        self.sent().insert(refund.reason.clone())
    }

    /// Records that the refund is not sent. A person calls this when no worker is sending the refund, and the gateway says that
    /// it will not be made.
    fn release(&self, refund: &Refund) {
        self.sent().remove(&refund.reason);
    }

    fn sent(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Refunded,
    /// It is sent, and not made yet. If this lasts, a person asks the gateway, and closes or releases the refund.
    Unknown,
}

impl Refund {
    /// Sends the refund unless it is sent already, and looks for it. Any worker can call this at any time.
    ///
    /// After an error the next call looks for the refund again. It sends the refund again only if that is safe.
    async fn carry_out(&self, client: &Client, database: &Database) -> Result<Outcome, Box<dyn Error>> {
        if self.amount <= Amount::ZERO {
            return Err("a refund of nothing would cancel all that is left".into());
        }
        if self.is_made(client).await? {
            return Ok(Outcome::Refunded);
        }
        if !database.claim(self) {
            return Ok(Outcome::Unknown);
        }
        let sent = client.request(Method::POST, "/payments/cancel").json(self).send::<Payment>().await;
        // A success does not say that it is made, and an error does not say that it is not.
        let is_made = self.is_made(client).await;
        match sent {
            // The service did not receive it, or refused it.
            Err(error) if !error.is_maybe_sent() && !matches!(is_made, Ok(true)) => {
                database.release(self);
                Err(error.into())
            }
            _ => Ok(if is_made? { Outcome::Refunded } else { Outcome::Unknown }),
        }
    }

    /// Returns whether the refund is among the cancellations of the payment.
    async fn is_made(&self, client: &Client) -> Result<bool, Box<dyn Error>> {
        let payment = client.get_payment(&self.imp_uid).await?.ok_or("no such payment")?;
        Ok(payment.cancellations()?.iter().any(|made| made.reason.as_deref() == Some(self.reason.as_str())))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid());
    let client = sandbox.client().build()?; // in production: Client::from_env()?
    let database = Database::default();

    let payment = client.get_payment("imp_1").await?.ok_or("no such payment")?;
    let (imp_uid, checksum) = (payment.imp_uid.clone(), payment.remaining_amount()?);
    let refund = Refund { imp_uid, amount: 900.into(), checksum, reason: "부분 환불 1042".to_owned() };
    // A proxy responds with 502. The first time it did not pass the request on, the second time it did.
    sandbox.enqueue_response(Endpoint::Cancel, MockResponse::html(502));
    sandbox.inject_fault(Endpoint::Cancel, Fault::ReplacedResponse(MockResponse::html(502)), 1);
    for is_released in [false, false, true, false] {
        if is_released {
            database.release(&refund);
        }
        let outcome = refund.carry_out(&client, &database).await?;
        println!("{outcome:?}, {} request(s)", sandbox.count(Endpoint::Cancel));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestResult = Result<(), Box<dyn Error>>;

    /// A shop with a payment of 15,900 won.
    struct Shop {
        sandbox: Sandbox,
        client: Client,
        database: Database,
    }

    impl Shop {
        async fn start() -> Result<Self, Box<dyn Error>> {
            let sandbox = Sandbox::start().await?;
            let client = sandbox.client().build()?;
            let shop = Self { sandbox, client, database: Database::default() };
            shop.sandbox.upsert_payment(Self::payment());
            Ok(shop)
        }

        fn payment() -> PaymentFixture {
            PaymentFixture::new("order-0001", 15900).set("imp_uid", "imp_1").paid()
        }

        async fn carry_out(&self, refund: &Refund) -> Result<Outcome, Box<dyn Error>> {
            refund.carry_out(&self.client, &self.database).await
        }

        /// Asserts how many requests for a cancellation arrived, and the amounts that are cancelled.
        async fn expect(&self, requests: usize, cancelled: &[u64]) -> TestResult {
            let payment = self.client.get_payment("imp_1").await?.ok_or("no such payment")?;
            let amounts: Vec<_> = payment.cancellations()?.iter().filter_map(|made| made.amount).collect();
            let expected: Vec<_> = cancelled.iter().copied().map(Amount::from).collect();
            assert_eq!((self.sandbox.count(Endpoint::Cancel), amounts), (requests, expected));
            Ok(())
        }
    }

    fn refund(number: &str, left: u64) -> Refund {
        let reason = format!("환불 {number}");
        Refund { imp_uid: "imp_1".to_owned(), amount: 900.into(), checksum: left.into(), reason }
    }

    #[tokio::test]
    async fn refund_that_is_carried_out_is_sent_once_whatever_breaks() -> TestResult {
        for fault in [
            None,
            Some(Fault::ResetInHeaders),
            Some(Fault::ResetInBody),
            Some(Fault::TruncatedBody),
            Some(Fault::LengthTooLong),
            Some(Fault::ReplacedResponse(MockResponse::html(502))),
        ] {
            let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
            if let Some(fault) = fault {
                shop.sandbox.inject_fault(Endpoint::Cancel, fault, 1);
            }
            for _ in 0..3 {
                assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
            }
            shop.expect(1, &[900]).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn refund_that_is_not_carried_out_is_not_sent_again_until_a_person_releases_it() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        shop.sandbox.enqueue_response(Endpoint::Cancel, MockResponse::html(502));
        for _ in 0..3 {
            assert_eq!(shop.carry_out(&refund).await?, Outcome::Unknown);
        }
        shop.expect(1, &[]).await?;
        shop.database.release(&refund);
        for _ in 0..3 {
            assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        }
        shop.expect(2, &[900]).await
    }

    /// The response of the service has the payment without the cancellation.
    #[tokio::test]
    async fn refund_that_the_gateway_makes_later_is_sent_once() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        let payment = serde_json::to_string(&shop.client.get_payment("imp_1").await?)?;
        let accepted = format!(r#"{{"code":0,"message":null,"response":{payment}}}"#);
        shop.sandbox.enqueue_response(Endpoint::Cancel, MockResponse::json(200, accepted));
        for _ in 0..3 {
            assert_eq!(shop.carry_out(&refund).await?, Outcome::Unknown);
        }
        shop.expect(1, &[]).await?;
        shop.sandbox.upsert_payment(Shop::payment().cancelled(900, &refund.reason));
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        shop.expect(1, &[900]).await
    }

    /// Both look before one of them sends.
    #[tokio::test]
    async fn two_workers_at_once_send_one_request() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        let pause = shop.sandbox.pause(Endpoint::Get);
        let (first, second, ()) = tokio::join!(shop.carry_out(&refund), shop.carry_out(&refund), async {
            shop.sandbox.wait_for_requests(Endpoint::Get, 2).await;
            drop(pause);
        });
        assert!([first?, second?].contains(&Outcome::Refunded));
        shop.expect(1, &[900]).await?;
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        Ok(())
    }

    /// The worker ends while it waits for the response.
    #[tokio::test]
    async fn crash_after_sending_sends_no_second_request() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        shop.sandbox.inject_fault(Endpoint::Cancel, Fault::StallInHeaders, 1);
        tokio::select! {
            outcome = shop.carry_out(&refund) => return Err(format!("not stalled: {outcome:?}").into()),
            () = shop.sandbox.wait_for_requests(Endpoint::Cancel, 1) => {}
        }
        while !refund.is_made(&shop.client).await? {}
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        shop.expect(1, &[900]).await
    }

    /// The sandbox does not carry out a request whose client is gone when the pause ends.
    #[tokio::test]
    async fn crash_before_the_service_carries_it_out_leaves_it_to_a_person() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        let pause = shop.sandbox.pause(Endpoint::Cancel);
        tokio::select! {
            outcome = shop.carry_out(&refund) => return Err(format!("not paused: {outcome:?}").into()),
            () = shop.sandbox.wait_for_requests(Endpoint::Cancel, 1) => {}
        }
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Unknown);
        drop(pause);
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Unknown);
        shop.expect(1, &[]).await?;
        shop.database.release(&refund);
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        shop.expect(2, &[900]).await
    }

    /// A person releases the refund while its request is under way. The checksum lets one of the two through.
    #[tokio::test]
    async fn refused_refund_that_another_worker_made_is_refunded() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        let pause = shop.sandbox.pause(Endpoint::Cancel);
        let (first, second) = tokio::join!(shop.carry_out(&refund), async {
            shop.sandbox.wait_for_requests(Endpoint::Cancel, 1).await;
            shop.database.release(&refund);
            let both = async {
                shop.sandbox.wait_for_requests(Endpoint::Cancel, 2).await;
                drop(pause);
            };
            tokio::join!(shop.carry_out(&refund), both).0
        });
        assert_eq!([first?, second?], [Outcome::Refunded, Outcome::Refunded]);
        shop.expect(2, &[900]).await
    }

    #[tokio::test]
    async fn refund_that_was_certainly_not_carried_out_is_sent_again() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        shop.sandbox.inject_fault(Endpoint::Cancel, Fault::RevokedToken, 1);
        assert!(shop.carry_out(&refund).await.is_err());
        assert_eq!(shop.carry_out(&refund).await?, Outcome::Refunded);
        shop.expect(2, &[900]).await
    }

    #[tokio::test]
    async fn refund_with_a_wrong_checksum_is_refused() -> TestResult {
        let (shop, refund) = (Shop::start().await?, refund("1042", 15900));
        shop.sandbox.upsert_payment(Shop::payment().cancelled(100, "콘솔"));
        assert!(shop.carry_out(&refund).await.is_err());
        shop.expect(1, &[100]).await
    }

    /// Both have the same amount.
    #[tokio::test]
    async fn second_refund_of_the_same_amount_is_not_taken_for_the_first() -> TestResult {
        let (shop, first) = (Shop::start().await?, refund("1042", 15900));
        assert_eq!(shop.carry_out(&first).await?, Outcome::Refunded);
        assert_eq!(shop.carry_out(&refund("1043", 15000)).await?, Outcome::Refunded);
        assert_eq!(shop.carry_out(&first).await?, Outcome::Refunded);
        shop.expect(2, &[900, 900]).await
    }

    #[tokio::test]
    async fn refund_of_nothing_cancels_nothing() -> TestResult {
        let (shop, refund) = (Shop::start().await?, Refund { amount: 0.into(), ..refund("1042", 15900) });
        assert!(shop.carry_out(&refund).await.is_err());
        shop.expect(0, &[]).await
    }
}
