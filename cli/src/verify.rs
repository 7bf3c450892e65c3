use std::io::{self, Write};

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{UntilClosed, escaped, note},
};

pub(crate) async fn run(args: args::Verify) -> Result<Outcome, CliError> {
    let args::Verify { merchant_uid, amount, currency, allow_test, service } = args;
    let check = service.client()?.verify_order(merchant_uid, amount, currency).allow_test(allow_test).await?;
    if check.is_paid_twice() {
        note("iamport: the order is paid more than once; refund a payment");
    }
    let Some(rejection) = check.rejection() else {
        writeln!(UntilClosed(io::stdout()), "ok")?;
        return Ok(Outcome::Yes);
    };
    let mut reason = rejection.to_string();
    if let Some(payment) = check.payment().filter(|_| check.payments().len() > 1) {
        reason += &format!(" (payment {})", payment.imp_uid);
    }
    writeln!(UntilClosed(io::stdout()), "no: {}", escaped(&reason))?;
    Ok(Outcome::No)
}
