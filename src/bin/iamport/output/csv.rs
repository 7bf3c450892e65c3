use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use iamport::Payment;
use serde_json::value::RawValue;

/// The fields of a payment, those one asks for first first. What the document does not know goes into the last.
const COLUMNS: [&str; 55] = [
    "imp_uid",
    "merchant_uid",
    "status",
    "amount",
    "currency",
    "cancel_amount",
    "pay_method",
    "name",
    "started_at",
    "paid_at",
    "failed_at",
    "cancelled_at",
    "fail_reason",
    "cancel_reason",
    "channel",
    "pg_provider",
    "emb_pg_provider",
    "pg_id",
    "pg_tid",
    "apply_num",
    "card_code",
    "card_name",
    "card_number",
    "card_quota",
    "card_type",
    "card_issuer_code",
    "card_issuer_name",
    "card_publisher_code",
    "card_publisher_name",
    "bank_code",
    "bank_name",
    "vbank_code",
    "vbank_name",
    "vbank_num",
    "vbank_holder",
    "vbank_date",
    "vbank_issued_at",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "buyer_addr",
    "buyer_postcode",
    "customer_uid",
    "customer_uid_usage",
    "custom_data",
    "escrow",
    "cash_receipt_issued",
    "receipt_url",
    "user_agent",
    "sandbox",
    "promotion",
    "deposit_history",
    "cancel_history",
    "cancel_receipt_urls",
    "extra",
];

/// Payments as CSV. Texts and numbers are written as they are, lists and objects as JSON, null as an empty cell.
pub(crate) struct Payments<W: Write> {
    out: csv::Writer<W>,
    headed: bool,
}

impl<W: Write> Payments<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out: csv::Writer::from_writer(out), headed: false }
    }

    pub(super) fn write(&mut self, payment: &Payment) -> io::Result<()> {
        self.head()?;
        // As raw JSON, so that amounts keep their digits.
        let text = serde_json::to_string(payment)?;
        let mut fields: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
        for column in COLUMNS {
            let cell = match column {
                "extra" if fields.is_empty() => String::new(),
                "extra" => serde_json::to_string(&fields)?,
                column => fields.remove(column).map(cell).transpose()?.unwrap_or_default(),
            };
            self.out.write_field(cell)?;
        }
        self.out.write_record(None::<&[u8]>)?;
        // At once: the reader may wait for the line.
        self.out.flush()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.head()?;
        self.out.flush()
    }

    fn head(&mut self) -> io::Result<()> {
        if !self.headed {
            self.headed = true;
            self.out.write_record(COLUMNS)?;
        }
        Ok(())
    }
}

fn cell(value: &RawValue) -> io::Result<String> {
    Ok(match value.get() {
        "null" => String::new(),
        text if text.starts_with('"') => serde_json::from_str(text)?,
        text => text.to_owned(),
    })
}
