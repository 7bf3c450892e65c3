//! Files of any content end with rows or with an error, never with a panic.

use std::{fs, path::Path};

use clap::Parser;
use fastrand::Rng;

use super::Orders;
use crate::args::{Args, Command};

/// Parts that mean something to a reader of tables.
const PARTS: [&[u8]; 34] = [
    b"merchant_uid",
    "주문번호".as_bytes(),
    b"amount",
    "결제금액(원)".as_bytes(),
    b"status",
    b"Currency",
    b"order-0001",
    b"15900",
    b"-5,900",
    b"(5,900)",
    "15,900원".as_bytes(),
    b"1e400",
    b"KRW",
    b"paid",
    "취소".as_bytes(),
    "합계".as_bytes(),
    b",",
    b",",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\n",
    b"\n",
    b"\r",
    b"\r\n",
    b"\"",
    b"\"\"",
    b" ",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"PK\x03\x04",
    b"\xb0\xa1",
];

fn read(path: &Path) -> Result<usize, crate::error::CliError> {
    let arguments = ["iamport", "reconcile", path.to_str().unwrap(), "--quiet"];
    let Command::Reconcile(args) = Args::try_parse_from(arguments).unwrap().into_command() else { unreachable!() };
    let (mut orders, mut line, mut rows) = (Orders::open(&args, None)?, 0, 0);
    while let Some(row) = orders.next()? {
        assert!(row.line > line, "line {} after {line}", row.line);
        (line, rows) = (row.line, rows + 1);
    }
    Ok(rows)
}

#[test]
fn file_of_any_content_has_rows_in_order_or_an_error() {
    let path = std::env::temp_dir().join(format!("iamport-orders-{}.csv", std::process::id()));
    let (mut random, mut with_rows) = (Rng::with_seed(26), 0);
    for _ in 0..2_000 {
        let mut file = b"merchant_uid,amount,status\n".to_vec();
        if random.u8(..4) == 0 {
            file.clear();
        }
        for _ in 0..random.usize(..40) {
            file.extend(random.choice(PARTS).unwrap_or_default());
        }
        fs::write(&path, &file).unwrap();
        with_rows += usize::from(read(&path).is_ok_and(|rows| rows > 0));
    }
    fs::remove_file(&path).unwrap();
    assert!(with_rows > 200, "{with_rows} of 2,000 had rows");
}
