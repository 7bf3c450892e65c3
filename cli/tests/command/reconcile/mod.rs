//! `iamport reconcile`: files of orders in, results out.

use std::{
    fs,
    path::{Path, PathBuf},
};

mod columns;
mod encodings;
mod habits;
mod look_ups;
mod office;
mod operators;
mod rejected;
mod results;
mod workbooks;

use iamport::sandbox::{PaymentFixture, Sandbox};

use super::{of, run};
use crate::common::numbered;

/// Returns an empty folder for a test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs `reconcile` in a folder.
async fn reconcile(sandbox: &Sandbox, folder: &Path, args: &[&str]) -> std::process::Output {
    let mut command = of(sandbox, &[&["reconcile"], args].concat());
    command.current_dir(folder);
    run(command).await
}

/// Adds one order for each result.
fn fill(sandbox: &Sandbox) {
    sandbox.upsert_payment(numbered("주문-0001", 15900, 1).paid());
    sandbox.upsert_payment(numbered("order-0002", 100, 2).paid());
    sandbox.upsert_payment(numbered("order-0003", 10, 3).currency("USD").paid());
    sandbox.upsert_payment(numbered("order-0004", 15900, 4).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0005", 15900, 5).paid().cancelled(15900, "변심"));
    sandbox.upsert_payment(numbered("order-0006", 15900, 6).paid().cancelled(900, "부분 취소"));
    sandbox.upsert_payment(numbered("order-0007", 10, 7).currency("USD").paid());
    // A failed attempt after a paid one.
    sandbox.upsert_payment(numbered("order-0008", 22000, 8).paid());
    sandbox.upsert_payment(numbered("order-0008", 22000, 9).failed("이미 결제됨"));
    sandbox.upsert_payment(numbered("order-0009", 500, 10).paid().cancelled(500, "변심"));
    sandbox.upsert_payment(numbered("order-0010", 500, 11).failed("한도 초과"));
    sandbox.upsert_payment(numbered("order-0010", 500, 12).paid());
    sandbox.upsert_payment(numbered("order-0011", 500, 13).paid().set("sandbox", true));
}

const ORDERS: &str = "\
memo,currency,amount,merchant_uid,status
첫 구매,,15900,주문-0001,
,KRW,\"15,900\",order-0002,
,KRW,10,order-0003,paid
,,15900,order-0004,
,,15900,order-0005,
\"둘, 셋\",,15900,order-0006,
,usd,10,order-0007,paid
,,22000,order-0008,
,,500,order-0009,cancelled
,,500,order-0010,failed
,,500,order-0011,
,,15900,order-0005,cancelled
,,15900,order-9999,
,,만원,order-0001,
";

/// 40 orders that are all paid.
fn many(sandbox: &Sandbox, folder: &Path) {
    let mut orders = "merchant_uid,amount\n".to_owned();
    for number in 1..=40 {
        sandbox.upsert_payment(numbered(&format!("order-{number:04}"), 15900, number).paid());
        orders += &format!("order-{number:04},15900\n");
    }
    fs::write(folder.join("orders.csv"), orders).unwrap();
}

/// Attempts of one order: status, amount, cancelled amount, currency, test channel.
fn attempts(random: &mut fastrand::Rng, order: &str, first: usize) -> Vec<PaymentFixture> {
    let mut attempt = |number| {
        let fixture = numbered(order, *random.choice(&[15900, 100]).unwrap(), first + number);
        let fixture = fixture.currency(random.choice(["KRW", "KRW", "KRW", "USD"]).unwrap());
        let fixture = fixture.set("sandbox", random.u8(..5) == 0);
        match random.u8(..5) {
            0 => fixture,
            1 => fixture.failed("한도 초과"),
            2 => fixture.paid(),
            3 => fixture.paid().cancelled(100, "변심"),
            _ => fixture.paid().cancelled(15900, "변심"),
        }
    };
    (0..4).map(&mut attempt).collect()
}

/// The rows of a CSV of results, without the columns of the payment.
fn without_payments(csv: &[u8]) -> String {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows.records().map(Result::unwrap) {
        out.write_record(row.iter().take(row.len() - 8)).unwrap();
    }
    String::from_utf8(out.into_inner().unwrap()).unwrap()
}
