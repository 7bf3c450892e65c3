//! Validates every response in production: differences from the document are logged, and no response is rejected.
//! `cargo run --example validate_in_production --features sandbox,validate`
//!
//! The client also reads payments with unknown fields and codes, so a change of the API goes unnoticed without validation.
//! A log line has the location and type of a value but not the value itself, so the log has no personal data.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use iamport::{
    Client, Error, Validation,
    sandbox::{PaymentFixture, Sandbox},
};

/// The destination of log lines. With the feature `tracing`, `Validation::trace()` replaces this code.
type Log = Arc<dyn Fn(String) + Send + Sync>;

/// Logs each finding that ordinary responses do not have, and bodies that cannot be validated.
fn watch(log: Log) -> Validation {
    Validation::observe(move |operation, _, report| {
        if let Some(error) = report.error() {
            log(format!("{operation}: not validated: {error}"));
        }
        for finding in report.without_ordinary() {
            log(format!("{operation}: {finding}"));
        }
    })
}

/// Simulates a changed API: a new field, a new status, and a boolean that has become a string.
fn change_api(sandbox: &Sandbox) {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox.upsert_payment(
        PaymentFixture::new("order-0002", 15900).paid().set("points_of_tests", 159).set("escrow", "홍길동"),
    );
    sandbox.upsert_payment(PaymentFixture::new("order-0003", 15900).set("status", "held"));
}

async fn status(client: &Client, order: &str) -> Result<String, Error> {
    let payment = client.find_payment(order).await?;
    Ok(payment.map_or("no payment".to_owned(), |payment| payment.status.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    change_api(&sandbox);
    let log: Log = Arc::new(|line| println!("log: {line}"));
    let client = sandbox.client().validation(watch(log)).build()?; // in production: ClientBuilder::from_env()?
    for order in ["order-0001", "order-0002", "order-0003"] {
        println!("{order}: {}", status(&client, order).await?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    type Done = Result<(), Box<dyn std::error::Error>>;

    /// Returns the status of an order and the log lines.
    async fn look_up(order: &str) -> Result<(String, Vec<String>), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start().await?;
        change_api(&sandbox);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let log: Log = Arc::new(move |line| kept.lock().unwrap_or_else(PoisonError::into_inner).push(line));
        let client = sandbox.client().validation(watch(log)).build()?;
        let status = status(&client, order).await?;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((status, lines))
    }

    #[tokio::test]
    async fn ordinary_response_is_not_logged() -> Done {
        assert_eq!(look_up("order-0001").await?, ("paid".to_owned(), vec![]));
        Ok(())
    }

    #[tokio::test]
    async fn drift_and_violations_are_logged_without_values() -> Done {
        let (status, lines) = look_up("order-0002").await?;
        assert_eq!(status, "paid");
        let begin: Vec<_> = lines.iter().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(begin, ["violation at /response/escrow", "drift at /response/points_of_tests"]);
        assert!(!lines.concat().contains("홍길동"));
        Ok(())
    }

    #[tokio::test]
    async fn new_code_is_logged() -> Done {
        let (status, lines) = look_up("order-0003").await?;
        assert_eq!((status.as_str(), lines.len()), ("held", 1));
        Ok(())
    }
}
