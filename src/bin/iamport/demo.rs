//! What the crate does, step by step, on an embedded sandbox: each step with the code that does it.

use std::io::{self, Write};

use iamport::{
    Error, Payment,
    sandbox::{PaymentFixture, Sandbox},
};

use crate::{
    error::CliError,
    outcome::Outcome,
    output::{self, Format, Show},
};

/// How many payments the billing key of the demo has: two full pages and a rest.
const PAYMENTS: usize = 45;

pub(crate) async fn run() -> Result<Outcome, CliError> {
    let sandbox = Sandbox::start().await.map_err(CliError::Listen)?;
    fill(&sandbox);

    step(1, "Start a sandbox: a server on this machine that answers as the service does.")?;
    code("let sandbox = Sandbox::start().await?;")?;
    code("let client = sandbox.client().build()?;   // elsewhere: Client::from_env()?")?;
    say(&format!("listening on {}", sandbox.base_url()))?;
    let client = sandbox.client().build()?;

    step(2, "Look up the payment of an order.")?;
    code(r#"let payment = client.find_payment("order-0001").await?;"#)?;
    let payment = client.find_payment("order-0001").await?;
    table(payment.iter())?;
    code(r#"client.find_payment("order-9999").await?   // an order that nobody paid"#)?;
    say(match client.find_payment("order-9999").await? {
        Some(_) => "Some(payment)",
        None => "None",
    })?;

    step(3, "Verify it before you ship: status, amount and currency against your own order.")?;
    if let Some(payment) = &payment {
        code(r#"payment.verify(15900, "KRW")"#)?;
        say(&verdict(payment, 15900))?;
        code(r#"payment.verify(129000, "KRW")   // the browser said so, for a dearer order"#)?;
        say(&verdict(payment, 129_000))?;
    }

    step(4, &format!("Walk the {PAYMENTS} payments of a billing key, page after page."))?;
    code(r#"let mut payments = client.billing_key_payments("cust_0001").items();"#)?;
    code("while let Some(payment) = payments.next().await { … }")?;
    let mut payments = client.billing_key_payments("cust_0001").items();
    let mut walked = Vec::new();
    while let Some(payment) = payments.next().await {
        walked.push(payment?);
    }
    table(walked.iter().take(3))?;
    let total =
        output::money(walked.iter().map(|payment| payment.amount).sum(), payment.and_then(|p| p.currency).as_ref());
    say(&format!("… {} payments in all, {total}", walked.len()))?;

    step(5, "Meet a failure: a wrong secret.")?;
    code(r#"let stranger = sandbox.client().credentials("imp_key", "wrong").build()?;"#)?;
    code(r#"stranger.find_payment("order-0001").await"#)?;
    let stranger = sandbox.client().credentials("imp_key", "wrong").build()?;
    say(&match stranger.find_payment("order-0001").await {
        Ok(_) => "Ok".to_owned(),
        Err(error) => told(&error),
    })?;

    sandbox.stop().await;
    let next =
        "\nNext, with the keys of your own merchant:\n\n  IMP_KEY=… IMP_SECRET=… iamport find YOUR-ORDER-NUMBER\n";
    io::stdout().write_all(next.as_bytes())?;
    Ok(Outcome::Yes)
}

/// One order, and the payments of a billing key, by invented people.
fn fill(sandbox: &Sandbox) {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    for month in 1..=PAYMENTS {
        sandbox.upsert_payment(PaymentFixture::new(&format!("sub-{month:04}"), 22000).billing_key("cust_0001").paid());
    }
}

fn verdict(payment: &Payment, amount: u64) -> String {
    match payment.verify(amount, "KRW") {
        Ok(()) => "Ok(()): ship it".to_owned(),
        Err(refusal) => format!("Err: {refusal}"),
    }
}

fn told(error: &Error) -> String {
    format!("Err: {error}\nis_unauthorized(): {}", error.is_unauthorized())
}

fn step(number: usize, what: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}{number}. {what}\n", if number == 1 { "" } else { "\n" })
}

fn code(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "   > {line}")
}

fn say(lines: &str) -> io::Result<()> {
    // Colours are for terminals that want them.
    lines.lines().try_for_each(|line| writeln!(anstream::stdout(), "     {line}"))
}

fn table<'a>(payments: impl Iterator<Item = &'a Payment>) -> io::Result<()> {
    let mut text = Vec::new();
    let show = Show { format: Format::Table, utc: false, no_mask: false };
    let mut table = output::Payments::new(&mut text, show, output::Shape::Many);
    for payment in payments {
        table.write(payment)?;
    }
    table.finish()?;
    say(&String::from_utf8_lossy(&text))
}
