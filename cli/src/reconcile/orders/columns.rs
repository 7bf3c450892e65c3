//! The columns of an order, by the header of its table.

use iamport::Currency;

use super::super::{outcome::COLUMNS, table::folded};
use crate::args::{self, Field};

/// The names of a column: those of the field itself, and others that offices use for it.
struct Names {
    field: Field,
    own: &'static [&'static str],
    others: &'static [&'static str],
}

const NAMES: [Names; 5] = [
    Names {
        field: Field::Order,
        own: &["merchant_uid", "주문번호"],
        others: &[
            "상점주문번호",
            "가맹점주문번호",
            "고객사주문번호",
            "고객사거래번호",
            "쇼핑몰주문번호",
            "주문no",
            "orderno",
            "order_id",
            "orderid",
            "주문번호(id)",
        ],
    },
    Names {
        field: Field::Amount,
        own: &["amount", "금액", "결제금액"],
        others: &[
            "총결제금액",
            "거래금액",
            "승인금액",
            "매출인식금액",
            "최종주문금액",
            "실결제금액",
            "총금액",
            "결제총금액",
        ],
    },
    Names {
        field: Field::Currency, own: &["currency", "통화"], others: &["거래통화", "통화코드", "화폐", "결제통화"]
    },
    Names {
        field: Field::Status,
        own: &["status", "상태", "결제상태"],
        others: &["거래상태", "주문상태", "승인상태", "거래구분", "결제구분", "승인/취소구분"],
    },
    Names {
        field: Field::Refunded, own: &["refunded_amount", "환불금액", "취소금액"], others: &["실제환불금액"]
    },
];

/// The number of columns that a message lists.
const LISTED: usize = 20;

/// The column of the console that has a payment and its order.
const UID_MID: &str = "uid/mid";

/// The indexes of the columns.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) order: usize,
    pub(super) amount: usize,
    pub(super) currency: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) refunded: Option<usize>,
    /// The currency that the name of the amount has, as in `금액(USD)`.
    pub(super) unit: Option<Currency>,
    /// Whether the column of the order also has the payment, as in `imp_1 / order-0001`.
    pub(super) has_payment: bool,
    /// The columns that have a known name and are not used.
    unused: Vec<usize>,
}

/// Why a row is not the header of a table of orders.
#[derive(Debug, PartialEq)]
pub(super) enum NoHeader {
    /// It has no columns for these fields. `known` is the number of fields that it has.
    Missing { fields: Vec<Field>, known: usize },
    /// It is the header, and cannot be used.
    Invalid(String),
}

impl Columns {
    /// Finds the columns in a row. `chosen` are the names that the user gave.
    pub(super) fn of(header: &[String], chosen: &[(Field, String)]) -> Result<Self, NoHeader> {
        let names: Vec<(String, Option<Currency>)> = header.iter().map(|name| name_and_unit(name)).collect();
        let mut unused = Vec::new();
        let find = |field: Field, unused: &mut Vec<usize>| -> Result<Option<usize>, NoHeader> {
            let Some(Names { own, others, .. }) = NAMES.iter().find(|names| names.field == field) else {
                return Ok(None);
            };
            let fits = |known: &str| {
                let known = folded(known);
                let columns = names.iter().enumerate();
                columns.filter(move |(_, (name, _))| *name == known).map(|(column, _)| column).collect::<Vec<_>>()
            };
            let all: Vec<usize> = own.iter().chain(*others).flat_map(|name| fits(name)).collect();
            let candidates = match chosen.iter().find(|(key, _)| *key == field) {
                Some((_, name)) => {
                    let (name, _) = name_and_unit(name);
                    fits(&name)
                }
                // Of the columns that look like a status, the field's own name is meant.
                None if field == Field::Status => {
                    let own = own.iter().map(|name| fits(name)).find(|columns| !columns.is_empty());
                    own.unwrap_or_else(|| all.clone())
                }
                None => all.clone(),
            };
            if let [one, other, ..] = *candidates {
                let name = |column: usize| header.get(column).map_or("", |name| name.trim());
                let key = field.key();
                return Err(NoHeader::Invalid(if name(one) == name(other) {
                    format!("has two columns {}; rename one", name(one))
                } else {
                    format!(
                        "has the columns {} and {}, which both may be the {key}\n  Choose one: --column {key}='{}'",
                        name(one),
                        name(other),
                        name(one)
                    )
                }));
            }
            unused.extend(all.into_iter().filter(|column| !candidates.contains(column)));
            Ok(candidates.first().copied())
        };
        let mut found = Vec::new();
        let mut invalid = None;
        for field in Field::ALL {
            match find(field, &mut unused) {
                Ok(column) => found.push((field, column)),
                Err(error) => {
                    found.push((field, None));
                    invalid = invalid.or(Some((field, error)));
                }
            }
        }
        let column = |field: Field| found.iter().find(|(key, _)| *key == field).and_then(|(_, column)| *column);
        let is_missing = |field: &Field| {
            let ambiguous = invalid.as_ref().is_some_and(|(key, _)| key == field);
            let needed = matches!(field, Field::Order | Field::Amount) || chosen.iter().any(|(key, _)| key == field);
            needed && column(*field).is_none() && !ambiguous
        };
        let missing: Vec<Field> = Field::ALL.into_iter().filter(is_missing).collect();
        let known = found.iter().filter(|(_, column)| column.is_some()).count();
        let (Some(order), Some(amount), true) = (column(Field::Order), column(Field::Amount), missing.is_empty())
        else {
            return Err(match invalid {
                Some((_, error)) if missing.is_empty() => error,
                _ => NoHeader::Missing { fields: missing, known },
            });
        };
        if let Some((_, error)) = invalid {
            return Err(error);
        }
        if let Some(taken) = COLUMNS.iter().find(|column| header.iter().any(|name| name.trim() == **column)) {
            let why = format!("has a column {taken} already, which is where the results go; rename it");
            return Err(NoHeader::Invalid(why));
        }
        Ok(Self {
            order,
            amount,
            currency: column(Field::Currency),
            status: column(Field::Status),
            refunded: column(Field::Refunded),
            unit: names.get(amount).and_then(|(_, unit)| unit.clone()),
            has_payment: names.get(order).is_some_and(|(name, _)| name == UID_MID),
            unused,
        })
    }

    /// Describes which column is used for what, and which are not used although their names are known.
    pub(super) fn describe(&self, header: &[String]) -> String {
        let name = |column: usize| header.get(column).map_or_else(String::new, |name| one_line(name));
        let used = [
            (Field::Order, Some(self.order)),
            (Field::Amount, Some(self.amount)),
            (Field::Currency, self.currency),
            (Field::Status, self.status),
            (Field::Refunded, self.refunded),
        ];
        let used = used.iter().filter_map(|(field, column)| Some(format!("{} = {}", field.key(), name((*column)?))));
        let mut text = used.collect::<Vec<_>>().join(", ");
        if !self.unused.is_empty() {
            let unused: Vec<_> = self.unused.iter().map(|column| name(*column)).collect();
            text += &format!("; not used: {}", unused.join(", "));
        }
        text
    }
}

/// Returns advice for a row without a needed column, if a column of the console has it.
pub(super) fn advice(header: &[String], missing: &[Field]) -> String {
    let console = header.iter().find(|name| name_and_unit(name).0 == UID_MID);
    match (missing, console) {
        ([.., Field::Order] | [Field::Order, ..], Some(name)) => {
            format!("The column {0} has it: --column order='{0}'", one_line(name))
        }
        ([first, ..], _) => {
            // More of them could block a reader that does not read.
            let names: Vec<String> = header.iter().take(LISTED).map(|name| one_line(name)).collect();
            let more = header.len().saturating_sub(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("Its columns are {}{more}; name one: --column {}='NAME'", names.join(", "), first.key())
        }
        _ => String::new(),
    }
}

fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the name of a column as it is compared, and the unit at its end: `결제 금액(원)`.
fn name_and_unit(name: &str) -> (String, Option<Currency>) {
    let name = folded(name);
    let unit = name.strip_suffix([')', ']']).and_then(|name| name.rsplit_once(['(', '['])).and_then(|(name, unit)| {
        let code = if matches!(unit, "원" | "₩" | "won") { "KRW" } else { unit };
        Some((name.to_owned(), args::currency(code).ok()?))
    });
    match unit {
        // `주문번호(ids)` is no name of money.
        Some((short, unit)) if !short.is_empty() => (short, Some(unit)),
        _ => (name, None),
    }
}

/// Trims the names of columns, and names a column without a name after its number.
pub(super) fn named(header: Vec<String>) -> Vec<String> {
    let name = |(index, name): (usize, &String)| match name.trim() {
        "" => format!("column_{}", index + 1),
        name => name.to_owned(),
    };
    header.iter().enumerate().map(name).collect()
}
