use iamport::{Client, Payment};

use crate::{
    args,
    error::CliError,
    outcome::Outcome,
    output::{Listing, Shape, note, until_closed},
};

pub(crate) async fn run(args: args::Find) -> Result<Outcome, CliError> {
    let args::Find { merchant_uid, imp_uid, include_test, all, status, sort, show, save, service } = args;
    let client = save.client(&service, show.overwrite)?;
    let shape = if all || imp_uid.len() > 1 { Shape::Many } else { Shape::One };
    let mut out = Listing::open(&show, shape)?;
    let mut outcome = Outcome::Yes;

    let payments = match merchant_uid {
        None => {
            let (payments, missing) = by_imp_uid(&client, imp_uid, include_test).await?;
            for imp_uid in &missing {
                note(format_args!("iamport: no such payment: {imp_uid}"));
                outcome = Outcome::No;
            }
            if !missing.is_empty() && !include_test {
                note("  --include-test also finds payments of a test channel");
            }
            payments
        }
        Some(merchant_uid) => {
            let payments = if all {
                let mut find = client.find_payments(merchant_uid);
                find = status.into_iter().fold(find, |find, status| find.status(status));
                find = sort.into_iter().fold(find, |find, sorting| find.sorting(sorting));
                let (mut items, mut payments) = (find.items(), Vec::new());
                while let Some(payment) = items.next().await {
                    payments.push(payment?);
                }
                payments
            } else {
                let mut find = client.find_payment(merchant_uid);
                find = status.into_iter().fold(find, |find, status| find.status(status));
                find = sort.into_iter().fold(find, |find, sorting| find.sorting(sorting));
                find.await?.into_iter().collect()
            };
            if payments.is_empty() {
                note("iamport: no such payment");
                outcome = Outcome::No;
            }
            payments
        }
    };
    if !payments.is_empty() {
        until_closed(payments.iter().try_for_each(|payment| out.write(payment)).and_then(|()| out.finish()))?;
    }
    Ok(outcome)
}

/// Returns the payments found, in the order given, and the identifiers without one.
async fn by_imp_uid(
    client: &Client,
    mut imp_uids: Vec<String>,
    include_test: bool,
) -> Result<(Vec<Payment>, Vec<String>), CliError> {
    if imp_uids.len() == 1 {
        let imp_uid = imp_uids.remove(0);
        let payment = client.get_payment(&imp_uid).include_sandbox(include_test).await?;
        let missing = if payment.is_none() { vec![imp_uid] } else { Vec::new() };
        return Ok((payment.into_iter().collect(), missing));
    }
    let found = client.get_payments(&imp_uids).await?;
    if let Some(payment) = found.undecoded.first() {
        return Err(payment.error().clone().into());
    }
    let (mut payments, mut missing) = (found.payments, found.missing);
    if !include_test {
        // Only the look-up of a single payment hides test payments.
        let is_test = |payment: &mut Payment| payment.sandbox == Some(true);
        missing.extend(payments.extract_if(.., is_test).map(|payment| payment.imp_uid));
    }
    Ok((payments, missing))
}
