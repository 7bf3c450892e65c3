use std::io::{self, Write};

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{escaped, note},
    reconcile::{Expected, OrderResult, look_up},
};

pub(crate) async fn run(args: args::Verify) -> Result<Outcome, CliError> {
    let args::Verify { merchant_uid, amount, currency, allow_test, service } = args;
    let expected = Expected { amount, currency, status: "paid".into(), allow_test };
    let order = look_up(&service.client()?, &merchant_uid, &expected).await?;
    if order.is_paid_twice() {
        note("iamport: the order is paid more than once; refund a payment");
    }
    let verdict = expected.compare(&order);
    if verdict.outcome == OrderResult::Match {
        writeln!(io::stdout(), "ok")?;
        Ok(Outcome::Yes)
    } else {
        writeln!(io::stdout(), "no: {}", escaped(&verdict.detail))?;
        Ok(Outcome::No)
    }
}
