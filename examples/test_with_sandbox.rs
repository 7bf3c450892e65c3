//! Tests of your own code against the sandbox. `cargo test --example test_with_sandbox --features sandbox`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use iamport::{
    Client, Error,
    sandbox::{PaymentFixture, Sandbox},
};

/// The function to test: returns whether an order is paid and may be shipped.
async fn may_ship(client: &Client, order: &str, price: u64) -> Result<bool, Error> {
    let payment = client.find_payment(order).status("paid").await?;
    Ok(payment.is_some_and(|payment| payment.verify(price, "KRW").is_ok()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().build()?; // in production: Client::from_env()?
    println!("order-0001 may be shipped: {}", may_ship(&client, "order-0001", 15900).await?);
    println!("order-0002 may be shipped: {}", may_ship(&client, "order-0002", 15900).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use iamport::sandbox::{Endpoint, MockResponse};

    use super::*;

    type TestResult = Result<(), Box<dyn std::error::Error>>;

    #[tokio::test]
    async fn only_paid_order_may_be_shipped() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        sandbox.upsert_payment(PaymentFixture::new("paid", 15900).paid());
        sandbox.upsert_payment(PaymentFixture::new("started", 15900));
        sandbox.upsert_payment(PaymentFixture::new("too-little", 100).paid());
        sandbox.upsert_payment(PaymentFixture::new("refunded", 15900).paid().cancelled(5900, "변심"));
        for (order, expected) in
            [("paid", true), ("started", false), ("too-little", false), ("refunded", false), ("unknown", false)]
        {
            assert_eq!(may_ship(&client, order, 15900).await?, expected, "{order}");
        }
        Ok(())
    }

    /// The token expires after 30 minutes. `advance` moves the clock of the sandbox.
    #[tokio::test]
    async fn expired_token_is_replaced() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        may_ship(&client, "order-0001", 15900).await?;
        sandbox.advance(Duration::from_secs(31 * 60));
        may_ship(&client, "order-0001", 15900).await?;
        assert_eq!(sandbox.count(Endpoint::Token), 2);
        Ok(())
    }

    /// A 404 of a proxy does not mean that the order is not paid.
    #[tokio::test]
    async fn response_of_a_proxy_is_an_error() -> TestResult {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(404));
        assert!(may_ship(&client, "order-0001", 15900).await.is_err());
        Ok(())
    }
}
