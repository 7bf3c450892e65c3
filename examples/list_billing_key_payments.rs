//! Lists all payments of a billing key and sums them up. `cargo run --example list_billing_key_payments --features sandbox`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use iamport::{
    Amount, PaymentStatus,
    sandbox::{PaymentFixture, Sandbox},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    for month in 1..=45 {
        let payment = PaymentFixture::new(&format!("sub-{month:04}"), 22000).billing_key("cust_0001");
        sandbox.upsert_payment(if month % 9 == 0 { payment.failed("한도 초과") } else { payment.paid() });
    }
    let client = sandbox.client().build()?; // in production: Client::from_env()?

    // Several pages are requested in advance. Payments are returned one by one, in order.
    let mut payments = client.billing_key_payments("cust_0001").items();
    let (mut paid, mut failed) = (Amount::ZERO, Vec::new());
    while let Some(payment) = payments.next().await {
        let payment = payment?;
        match payment.status {
            PaymentStatus::Paid => {
                paid = paid.checked_add(payment.remaining_amount()?).ok_or("a sum of more than 28 digits")?;
            }
            PaymentStatus::Failed => failed.push(payment.merchant_uid),
            _ => {}
        }
    }
    println!("paid: {paid} KRW; failed: {}", failed.join(", "));
    Ok(())
}
