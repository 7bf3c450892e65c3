//! Shows what the crate does on an embedded sandbox, step by step, with the code of each step.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use iamport::{
    Error, OrderCheck, Payment, Validation,
    sandbox::{PaymentFixture, Sandbox},
};

use crate::{
    error::CliError,
    outcome::Outcome,
    output::{self, Zone},
};

/// The number of payments of the billing key: two full pages and a third.
const PAYMENTS: usize = 45;

pub(crate) async fn run() -> Result<Outcome, CliError> {
    let sandbox = Sandbox::start().await.map_err(CliError::Listen)?;
    fill(&sandbox);

    step(1, "Start a sandbox: a local server that responds like the PortOne V1 API.")?;
    code("let sandbox = Sandbox::start().await?;")?;
    code("let client = sandbox.client().build()?;   // in production: Client::from_env()?")?;
    say(&format!("listening on {}", sandbox.base_url()))?;
    let client = sandbox.client().build()?;

    step(2, "Look up the payment of an order.")?;
    code(r#"let payment = client.find_payment("order-0001").await?;"#)?;
    let payment = client.find_payment("order-0001").await?;
    table(payment.iter())?;
    code(r#"client.find_payment("order-9999").await?   // an order without a payment"#)?;
    say(match client.find_payment("order-9999").await? {
        Some(_) => "Some(payment)",
        None => "None",
    })?;

    step(3, "Verify an order before you fulfil it, by all its payments: status, amount and currency.")?;
    for (order, what) in [
        ("order-0001", "paid"),
        ("order-0002", "forged: the browser paid 100 won"),
        ("order-0003", "a test channel: no money moved"),
    ] {
        code(&format!("client.verify_order(\"{order}\", 15900, \"KRW\").await?   // {what}"))?;
        say(&assessment(&client.verify_order(order, 15900, "KRW").await?))?;
    }

    step(4, &format!("List the {PAYMENTS} payments of a billing key; several pages are fetched in advance."))?;
    code(r#"let mut payments = client.billing_key_payments("cust_0001").items();"#)?;
    code("while let Some(payment) = payments.next().await { … }")?;
    let mut payments = client.billing_key_payments("cust_0001").items();
    let mut listed = Vec::new();
    while let Some(payment) = payments.next().await {
        listed.push(payment?);
    }
    table(listed.iter().take(3))?;
    let total =
        output::money(listed.iter().map(|payment| payment.amount).sum(), payment.and_then(|p| p.currency).as_ref());
    say(&format!("… {} payments, {total} in total", listed.len()))?;

    step(5, "Handle an error: a wrong secret.")?;
    code(r#"let wrong = sandbox.client().credentials("imp_key", "wrong").build()?;"#)?;
    code(r#"wrong.find_payment("order-0001").await"#)?;
    let wrong = sandbox.client().credentials("imp_key", "wrong").build()?;
    say(&match wrong.find_payment("order-0001").await {
        Ok(_) => "Ok".to_owned(),
        Err(error) => description(&error),
    })?;

    step(6, "Validate responses: the API has changed, and the payment is read all the same.")?;
    code("let validation = Validation::observe(|_, _, report| …);   // every response, against the OpenAPI document")?;
    code("let client = sandbox.client().validation(validation).build()?;")?;
    code(r#"client.find_payment("order-0004").await?"#)?;
    let findings = Arc::new(Mutex::new(Vec::new()));
    let found = Arc::clone(&findings);
    let validation = Validation::observe(move |_, _, report| {
        let lines = report.without_ordinary().map(ToString::to_string);
        found.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
    });
    let validated = sandbox.client().validation(validation).build()?;
    table(validated.find_payment("order-0004").await?.iter())?;
    say(&findings.lock().unwrap_or_else(PoisonError::into_inner).join("\n"))?;

    sandbox.stop().await;
    let next = "\nNext, with your own keys:\n\n  IMP_KEY=… IMP_SECRET=… iamport find YOUR-ORDER-NUMBER\n";
    io::stdout().write_all(next.as_bytes())?;
    Ok(Outcome::Yes)
}

/// Adds four orders, the last with a field of an undocumented type, and the payments of a billing key, by invented people.
fn fill(sandbox: &Sandbox) {
    sandbox.upsert_payment(PaymentFixture::new("order-0001", 15900).paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0002", 100).paid());
    sandbox.upsert_payment(PaymentFixture::new("order-0003", 15900).paid().set("sandbox", true));
    sandbox.upsert_payment(PaymentFixture::new("order-0004", 15900).paid().set("card_quota", "three"));
    for month in 1..=PAYMENTS {
        sandbox.upsert_payment(PaymentFixture::new(&format!("sub-{month:04}"), 22000).billing_key("cust_0001").paid());
    }
}

fn assessment(order: &OrderCheck) -> String {
    match order.rejection() {
        None => "is_paid(): true; ship it".to_owned(),
        Some(reason) => format!("is_paid(): false; {reason}"),
    }
}

fn description(error: &Error) -> String {
    format!("Err: {error}\nis_unauthorized(): {}", error.is_unauthorized())
}

fn step(number: usize, what: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}{number}. {what}\n", if number == 1 { "" } else { "\n" })
}

fn code(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "   > {line}")
}

fn say(lines: &str) -> io::Result<()> {
    // Strips colours unless standard output is a terminal.
    lines.lines().try_for_each(|line| writeln!(anstream::stdout(), "     {line}"))
}

fn table<'a>(payments: impl Iterator<Item = &'a Payment>) -> io::Result<()> {
    let mut text = Vec::new();
    let mut table = output::Payments::table(&mut text, Zone::Kst, false);
    for payment in payments {
        table.write(payment)?;
    }
    table.finish()?;
    say(&String::from_utf8_lossy(&text))
}
