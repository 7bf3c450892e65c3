//! Every answer held against the document in passing: what has moved is logged, and nothing is refused.
//! `cargo run --example validate_in_production --features sandbox,validate`
//!
//! Payments go on being read when the service says something new; this is how one learns of it. What a log line tells
//! is where and what kind, never a value, so no buyer ends up in it.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::sync::Arc;

use iamport::{
    Client, Error, Validation,
    sandbox::{PaymentFixture, Sandbox},
};

/// Where log lines go. With the feature `tracing`, `Validation::trace()` is all of this.
type Log = Arc<dyn Fn(String) + Send + Sync>;

/// Logs each finding that ordinary responses do not have, and bodies that cannot be validated.
fn watch(log: Log) -> Validation {
    Validation::observe(move |operation, report| {
        if let Some(error) = report.error() {
            log(format!("{operation}: not validated: {error}"));
        }
        for finding in report.without_ordinary() {
            log(format!("{operation}: {finding}"));
        }
    })
}

/// A service that has moved: a field and a status that nobody has told of, and a flag that has become a text.
fn moved(sandbox: &Sandbox) {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0002", 15900).paid().set("points", 159).set("escrow", "홍길동"));
    sandbox.upsert_payment(PaymentFixture::new("order-0003", 15900).set("status", "held"));
}

async fn status(client: &Client, order: &str) -> Result<String, Error> {
    let payment = client.find_payment(order).await?;
    Ok(payment.map_or("no payment".to_owned(), |payment| payment.status.to_string()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    moved(&sandbox);
    let log: Log = Arc::new(|line| println!("log: {line}"));
    let client = sandbox.client().validation(watch(log)).build()?; // elsewhere: ClientBuilder::from_env()?
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

    /// What an order's status is, and what was logged on the way.
    async fn look(order: &str) -> Result<(String, Vec<String>), Box<dyn std::error::Error>> {
        let sandbox = Sandbox::start().await?;
        moved(&sandbox);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let log: Log = Arc::new(move |line| kept.lock().unwrap_or_else(PoisonError::into_inner).push(line));
        let client = sandbox.client().validation(watch(log)).build()?;
        let status = status(&client, order).await?;
        let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((status, lines))
    }

    #[tokio::test]
    async fn an_ordinary_answer_is_not_worth_a_line() -> Done {
        assert_eq!(look("order-0001").await?, ("paid".to_owned(), vec![]));
        Ok(())
    }

    #[tokio::test]
    async fn drift_and_violations_are_logged_without_values_and_the_payment_is_read() -> Done {
        let (status, lines) = look("order-0002").await?;
        assert_eq!(status, "paid");
        let begin: Vec<_> = lines.iter().filter_map(|line| line.split(": ").nth(1)).collect();
        assert_eq!(begin, ["violation at /response/escrow", "drift at /response/points"]);
        assert!(!lines.concat().contains("홍길동"));
        Ok(())
    }

    #[tokio::test]
    async fn a_new_code_is_drift() -> Done {
        let (status, lines) = look("order-0003").await?;
        assert_eq!((status.as_str(), lines.len()), ("held", 1));
        Ok(())
    }
}
