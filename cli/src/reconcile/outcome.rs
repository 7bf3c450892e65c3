//! The result of a row, and its columns.

use anstyle::{AnsiColor, Style};
use iamport::{Amount, Currency, Payment, PaymentStatus, Timestamp};

use crate::output::{Lang, Message, Zone};

/// The columns that are added to those of the orders.
pub(crate) const COLUMNS: [&str; 2] = ["result", "detail"];

/// The same columns as people read them in Korean.
pub(super) const KOREAN_COLUMNS: [&str; 2] = ["결과", "설명"];

macro_rules! order_results {
    ($($outcome:ident = $name:literal, $korean:literal, $meaning:literal, $korean_meaning:literal;)+) => {
        /// The value of the column `result`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum OrderResult { $($outcome,)+ }

        impl OrderResult {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$outcome => $name,)+ }
            }

            /// Returns the value as people read it.
            pub(crate) fn title(self, lang: Lang) -> &'static str {
                match self { $(Self::$outcome => lang.of($name, $korean),)+ }
            }

            pub(super) fn meaning(self, lang: Lang) -> &'static str {
                match self { $(Self::$outcome => lang.of($meaning, $korean_meaning),)+ }
            }
        }
    };
}
order_results! {
    Match = "match", "일치", "paid as expected, or in the status that the file expects", "주문 파일과 같음";
    AmountMismatch = "amount_mismatch", "금액 불일치", "the payment has another amount", "결제나 환불의 금액이 주문 파일과 다름";
    CurrencyMismatch = "currency_mismatch", "통화 불일치", "the payment has another currency", "결제의 통화가 주문 파일과 다름";
    StatusMismatch = "status_mismatch", "상태 불일치", "the payment has another status than the file expects", "결제의 상태가 주문 파일과 다름";
    NotPaid = "not_paid", "결제 미완료", "no attempt was paid", "포트원에 완료된 결제가 없음. 시도만 있음";
    Cancelled = "cancelled", "파일에 없는 전액 취소", "paid, then cancelled in full", "포트원에서 전액 취소됨. 주문 파일에는 환불이 없음";
    PartiallyCancelled = "partially_cancelled", "파일에 없는 부분 취소", "paid, then cancelled in part", "포트원에서 일부 취소됨. 주문 파일에는 환불이 없음";
    TestPayment = "test_payment", "테스트 결제", "paid through a test channel: no money moved", "테스트 채널의 결제라서 돈이 오가지 않음";
    NotFound = "not_found", "포트원에 결제 없음", "no payment has this order number", "포트원에 이 주문번호의 결제가 없음";
    Duplicate = "duplicate", "주문번호 중복", "another row has this order number", "주문 파일의 다른 행에 같은 주문번호가 있음";
    Refund = "refund", "환불 행", "a refund of the order on another row, counted there", "다른 행에 있는 주문의 환불. 그 행에서 함께 비교함";
    SameOrder = "same_order", "같은 주문", "a part or another attempt of the order on another row", "다른 행에 있는 주문의 일부나 다른 시도. 그 행에서 함께 비교함";
    NoOrder = "no_order", "파일에 없는 주문", "a paid payment whose order is not in the file", "포트원에서 결제됐으나 주문 파일에 그 주문이 없음";
    PaidTwice = "paid_twice", "이중 결제", "more than one payment of the order is paid", "한 주문의 결제가 둘 이상 완료됨";
    BadRow = "bad_row", "잘못된 행", "the row is invalid", "주문 파일의 행이 잘못됨";
    Error = "error", "조회 오류", "the look-up failed, or the payment has an invalid field", "조회에 실패했거나 결제에 잘못된 값이 있음";
}

impl OrderResult {
    /// Returns whether nothing is wrong with the row.
    pub(crate) fn is_fine(self) -> bool {
        matches!(self, Self::Match | Self::Refund | Self::SameOrder)
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Match | Self::Refund | Self::SameOrder => AnsiColor::Green.on_default(),
            Self::Duplicate | Self::BadRow | Self::Error => AnsiColor::Yellow.on_default(),
            _ => AnsiColor::Red.on_default(),
        }
    }
}

/// A result and its reason; the reason of a match is empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assessment {
    pub(crate) outcome: OrderResult,
    pub(crate) detail: Message,
    /// The cells of the payment that decided; empty if there is none.
    pub(super) payment: Box<[String; 8]>,
    /// The currency of that payment.
    pub(super) currency: Option<Currency>,
    /// The money of the payments of the order.
    pub(crate) money: Vec<Money>,
}

impl Assessment {
    pub(crate) fn new(outcome: OrderResult, detail: Message) -> Self {
        Self { outcome, detail: detail.in_one_line(), payment: Box::default(), currency: None, money: Vec::new() }
    }

    /// Adds the payment that decided, and the payments whose money is counted.
    pub(super) fn of<'a>(self, payment: &Payment, counted: impl IntoIterator<Item = &'a Payment>, test: bool) -> Self {
        let money = counted.into_iter().filter_map(|payment| Money::of(payment, test)).collect();
        Self { payment: Box::new(payment_cells(payment)), currency: payment.currency.clone(), money, ..self }
    }
}

/// The money that a payment moved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Money {
    pub(super) currency: Currency,
    pub(super) paid: Amount,
    pub(super) refunded: Amount,
}

impl Money {
    /// Returns `None` for a payment that was not paid, and for a test payment unless those are accepted.
    fn of(payment: &Payment, allow_test: bool) -> Option<Self> {
        let was_paid = payment.status == PaymentStatus::Paid
            || payment.status == PaymentStatus::Cancelled && payment.paid_at.is_some();
        let refunded = payment.cancelled_amount().unwrap_or(Amount::ZERO);
        let currency = payment.currency.clone().unwrap_or_else(|| "".into());
        (was_paid && (allow_test || payment.sandbox != Some(true))).then_some(Self {
            currency,
            paid: payment.amount,
            refunded,
        })
    }
}

/// The columns of the payment that decided.
pub(super) const PAYMENT_COLUMNS: [&str; 8] =
    ["imp_uid", "pg_tid", "pg_provider", "apply_num", "paid_at", "paid_amount", "refunded_amount", "refunded_at"];

/// The same columns as people read them in Korean. The amounts are named otherwise than those of an order file.
pub(super) const KOREAN_PAYMENT_COLUMNS: [&str; 8] = [
    "포트원 결제번호",
    "PG 거래번호",
    "PG사",
    "승인번호",
    "결제일시",
    "포트원 결제금액",
    "포트원 취소금액",
    "취소일시",
];

/// Returns the cells of [`PAYMENT_COLUMNS`]; times are in Korea Standard Time.
fn payment_cells(payment: &Payment) -> [String; 8] {
    let money = Money::of(payment, true);
    let amount = |amount: fn(&Money) -> Amount| money.as_ref().map(|money| amount(money).to_string());
    let time = |at: Option<Timestamp>| at.map(|at| Zone::Kst.format(at));
    let is_refunded = money.as_ref().is_some_and(|money| money.refunded > Amount::ZERO);
    [
        Some(payment.imp_uid.clone()),
        payment.pg_tid.clone(),
        payment.pg_provider.as_ref().map(ToString::to_string),
        payment.apply_num.clone(),
        time(payment.paid_at),
        amount(|money| money.paid),
        amount(|money| money.refunded),
        time(payment.cancelled_at.filter(|_| is_refunded)),
    ]
    .map(Option::unwrap_or_default)
}
