//! The client that progenitor generates from the document: envelopes, pages and headers as the service sends them.
//! `cargo run --example generated_client --features sandbox`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::num::NonZeroU64;

use iamport::{
    PageOrArray, Sorting,
    sandbox::{PaymentFixture, Sandbox},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    for month in 1..=25 {
        sandbox.upsert_payment(PaymentFixture::new(&format!("sub-{month:04}"), 22000).billing_key("cust_0001").paid());
    }
    let client = sandbox.client().build()?; // in production: Client::from_env()?

    // Access token, timeouts and checks are those of the client.
    let api = client.generated();
    let response = api.find_payment("sub-0001", Some(&Sorting::StartedDesc)).await?;
    println!("HTTP {}, code {}, message {:?}", response.status(), response.code, response.message);

    let response = api.list_billing_key_payments("cust_0001", NonZeroU64::new(2)).await?;
    match response.into_inner().response {
        Some(PageOrArray::Page(page)) => println!("{} of {:?}, next {:?}", page.list.len(), page.total, page.next),
        Some(PageOrArray::Array(list)) => println!("{} in an array", list.len()),
        None => println!("nothing"),
    }

    match api.find_payment("order-9999", None).await {
        Ok(response) => println!("HTTP {}", response.status()),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
