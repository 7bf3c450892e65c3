//! A service of one's own, and its tests against the sandbox. `cargo test --example test_with_sandbox --features sandbox`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use iamport::{
    Client, Error,
    sandbox::{PaymentFixture, Sandbox},
};

/// What is to be tested: may this order leave the house?
async fn may_ship(client: &Client, order: &str, price: u64) -> Result<bool, Error> {
    let payment = client.find_payment(order).status("paid").await?;
    Ok(payment.is_some_and(|payment| payment.verify(price, "KRW").is_ok()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    let client = sandbox.client().build()?; // elsewhere: Client::from_env()?
    println!("order-0001 may leave the house: {}", may_ship(&client, "order-0001", 15900).await?);
    println!("order-0002 may leave the house: {}", may_ship(&client, "order-0002", 15900).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use iamport::sandbox::{Endpoint, MockResponse};

    use super::*;

    type Done = Result<(), Box<dyn std::error::Error>>;

    #[tokio::test]
    async fn only_what_is_paid_and_kept() -> Done {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        sandbox.upsert_payment(PaymentFixture::new("paid", 15900).paid());
        sandbox.upsert_payment(PaymentFixture::new("begun", 15900));
        sandbox.upsert_payment(PaymentFixture::new("too-little", 100).paid());
        sandbox.upsert_payment(PaymentFixture::new("given-back", 15900).paid().cancelled(5900, "변심"));
        for (order, may) in
            [("paid", true), ("begun", false), ("too-little", false), ("given-back", false), ("unknown", false)]
        {
            assert_eq!(may_ship(&client, order, 15900).await?, may, "{order}");
        }
        Ok(())
    }

    /// Half an hour later the token is no longer taken. Nobody has to wait for that.
    #[tokio::test]
    async fn tokens_end() -> Done {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        may_ship(&client, "order-0001", 15900).await?;
        sandbox.advance(Duration::from_secs(31 * 60));
        may_ship(&client, "order-0001", 15900).await?;
        assert_eq!(sandbox.count(Endpoint::Token), 2);
        Ok(())
    }

    /// A proxy in front of the service may answer in its place.
    #[tokio::test]
    async fn no_answer_is_no_yes() -> Done {
        let sandbox = Sandbox::start().await?;
        let client = sandbox.client().build()?;
        sandbox.enqueue_response(Endpoint::Find, MockResponse::html(404));
        assert!(may_ship(&client, "order-0001", 15900).await.is_err());
        Ok(())
    }
}
