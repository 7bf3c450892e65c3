//! A mistake in the document is reported with its line, its cause, and what to write instead; none reaches the compiler.

use super::{DOCUMENT, compile, generate, replaced};

/// Replaces the first `from` behind `after` by `to`.
struct Edit {
    after: &'static str,
    from: &'static str,
    to: &'static str,
}

impl Edit {
    fn apply(&self, document: &str) -> String {
        let (before, rest) = document.split_once(self.after).unwrap_or_else(|| panic!("there is no {:?}", self.after));
        format!("{before}{}{}", self.after, replaced(rest, self.from, self.to))
    }
}

/// An edit that is a mistake, a part of the line that is reported, and a part of the message.
struct Mistake(Edit, &'static str, &'static str);

const fn mistake(
    after: &'static str,
    from: &'static str,
    to: &'static str,
    line: &'static str,
    why: &'static str,
) -> Mistake {
    Mistake(Edit { after, from, to }, line, why)
}

const PAYMENT: &str = "    PaymentAnnotation:\n";
const PROMOTION: &str = "    PaymentPromotionAnnotation:\n";
const FIND: &str = "operationId: find_payment\n";

/// Mistakes within YAML, or of its layout. The parser can notice one on the next line.
#[rustfmt::skip] // one on each line
const YAML: &[Mistake] = &[
    mistake("  schemas:\n", "    Timestamp:\n", "    Odd: @\n    Timestamp:\n", "    Odd: @", "cannot start any token"),
    mistake(PAYMENT, "          type: string\n", "\t\ttype: string\n", "\t\ttype: string", "not YAML"),
    mistake(PAYMENT, "          type: string\n", "         type: string\n", "         type: string", "not YAML"),
    mistake(PAYMENT, "          type: string\n", "            type: string\n", "            type: string", "not YAML"),
    mistake(PAYMENT, "          type: string\n", "          type string\n", "x-sources:", "could not find expected ':'"),
    mistake(PAYMENT, "          type: string\n", "          type:string\n", "x-sources:", "could not find expected ':'"),
    mistake(PAYMENT, "        name:\n", "        name\n", "description: The name of the product", "could not find expected ':'"),
    mistake(PAYMENT, "{ A: string*,", "{ A: string* ", "x-sources: { A: string*  B", "not YAML"),
    mistake(PAYMENT, "V1: string* <=32, wire: string }", "V1: string* <=32, wire: string", "merchant_uid:", "not YAML"),
    mistake(PAYMENT, "(포트원 결제 고유 UID); ", "(포트원: 결제 고유 UID): ", "(포트원: 결제", "not YAML"),
    mistake(PAYMENT, "description: The name of the product", "description: `The name of the product", "`The name", "not YAML"),
    mistake(PAYMENT, "        name:\n", "        paid_at: {}\n        name:\n", "        imp_uid:", "duplicate entry with key \"paid_at\""),
    mistake(PAYMENT, "          type: string\n", "          type: string\n          type: string\n", "          description: The service's identifier of the payment (포트원 결제 고유 UID)", "duplicate entry with key \"type\""),
];

/// Keywords that do not exist, and values of the wrong type.
#[rustfmt::skip]
const KEYWORDS: &[Mistake] = &[
    mistake("", "openapi: 3.0.3", "openapi: 3.1.0", "openapi: 3.1.0", "\"3.1.0\" is not supported: expected 3.0.0,"),
    mistake("", "openapi: 3.0.3", "openapi: 3.0", "openapi: 3.0", "3.0 is not supported"),
    mistake("", "openapi: 3.0.3", "openap: 3.0.3", "openap: 3.0.3", "`openap` is not a keyword"),
    mistake("", "servers:\n", "server:\n", "server:", "`server` is not a keyword"),
    mistake("", "paths:\n", "path:\n", "path:", "`path` is not a keyword"),
    mistake("", "  schemas:\n    # ", "  schema:\n    # ", "  schema:", "`schema` is not a keyword of a components object here"),
    mistake("info:\n", "  version: 1.0.0\n", "  version: 1.0\n", "  version: 1.0", "expected a text"),
    mistake("info:\n", "  title:", "  titel:", "  titel:", "`titel` is not a keyword of an info"),
    mistake("x-sources:\n", "    title: The page on the pay", "    titel: The page on the pay", "    titel:", "`titel`"),
    mistake("x-sources:\n", "    kind: documentation\n", "", "  A:", "needs `kind`"),
    mistake("x-sources:\n", "    kind: documentation\n", "    kind: observation\n", "  A:", "another `kind`"),
    mistake("x-sources:\n", "    address: https://", "    address: http://", "  A:", "begins with https://"),
    mistake("x-sources:\n", "    date: 2026-11\n", "    date: 2026\n", "    date: 2026", "expected a text (in quotes"),
    mistake("  /payments:\n", "    get:\n", "    gett:\n", "    gett:", "`gett` is not a keyword of a path"),
    mistake("  /payments:\n", "      operationId: get_payments\n", "", "    get:", "needs `operationId`"),
    mistake("  /payments:\n", "operationId:", "operationid:", "operationid:", "`operationid` is not a keyword"),
    mistake("  /payments:\n", "      responses:\n", "      response:\n", "      response:", "`response` is not a keyword"),
    mistake("  /payments:\n", "      parameters:\n", "      params:\n", "      params:", "`params` is not a keyword"),
    mistake("  /payments:\n", "x-rust: { endpoint:", "x-rust: { endpont:", "      x-rust: { endpont:", "`endpont`"),
    mistake("operationId: get_token\n", "x-safe-to-repeat: true", "x-safe-to-repeat: yes", "x-safe-to-repeat: yes", "expected true or false, got \"yes\""),
    mistake("operationId: get_token\n", "        required: true\n", "", "      requestBody:", "needs `required`"),
    mistake("operationId: get_token\n", "            schema: { $ref", "            scheme: { $ref", "scheme: { $ref", "`scheme`"),
    mistake("    MerchantUid:\n", "name: merchant_uid", "name: [merchant_uid]", "name: [merchant_uid]", "expected a text"),
    mistake("    MerchantUid:\n", "in: path", "in: cookie", "in: cookie", "expected path, query, header"),
    mistake("    MerchantUid:\n", "      in: path\n", "", "    MerchantUid:", "needs `in`"),
    mistake("    MerchantUid:\n", "      schema: { type: string }\n", "      type: string\n", "      type: string", "`type` is not a keyword of a parameter"),
    mistake("    Page:\n", "minimum: 1,", "minimun: 1,", "minimun: 1,", "`minimun` is not a keyword"),
    mistake("    Page:\n", "minimum: 1,", "minimum: one,", "minimum: one,", "expected an integer, got \"one\""),
    mistake("  responses:\n    OnePayment:\n", "      content:\n", "      contents:\n", "      contents:", "`contents`"),
    mistake("  responses:\n    OnePayment:\n", "          schema:", "          shema:", "          shema:", "`shema` is not a keyword"),
    mistake(PAYMENT, "          description:", "          descripton:", "descripton:", "`descripton` is not a keyword of a schema"),
    mistake(PAYMENT, "type: string\n", "type: sting\n", "type: sting", "\"sting\" is not supported: expected string,"),
    mistake(PAYMENT, "type: string\n", "typ: string\n", "typ: string", "`typ` is not a keyword"),
    mistake(PAYMENT, "nullable: true", "nulable: true", "nulable: true", "`nulable` is not a keyword"),
    mistake(PAYMENT, "nullable: true", "nullable: maybe", "nullable: maybe", "expected true or false"),
    mistake(PAYMENT, "properties:", "propertys:", "propertys:", "`propertys` is not a keyword"),
    mistake(PAYMENT, "required:", "require:", "require:", "`require` is not a keyword"),
    mistake(PAYMENT, "required: [imp_uid, merchant_uid, amount, status]", "required: imp_uid", "required: imp_uid", "expected a list"),
    mistake("    TokenRequest:\n", "additionalProperties:", "additionalproperties:", "additionalproperties:", "`additionalproperties`"),
    mistake(PROMOTION, "      type: object\n", "      type: object\n      additionalProperties: true\n", "additionalProperties: true", "leave it out"),
    mistake(PROMOTION, "      type: object\n", "      type: object\n      additionalProperties: false\n", "      x-rust: { type: Promotion }", "there is no type `Promotion`: the objects of responses are"),
    mistake(PROMOTION, "        id:\n", "        keys: { allOf: [{ $ref: '#/components/schemas/TokenRequest' }] }\n        id:\n", "        keys:", "has `additionalProperties: false`"),
    mistake(PAYMENT, "x-relied-on: true", "x-relied-on: 1", "x-relied-on: 1", "expected true or false, got 1"),
    mistake(PAYMENT, "x-relied-on:", "x-relied:", "x-relied:", "`x-relied` is not a keyword"),
    mistake(PAYMENT, "allOf: [{ $ref: '#/components/schemas/PayMethod' }]", "allOf: { $ref: '#/components/schemas/PayMethod' }", "allOf: { $ref", "expected a list, got an object"),
    mistake(PROMOTION, "x-rust: { name:", "x-rust: { nam:", "x-rust: { nam:", "`nam` is not a keyword"),
    mistake("    Channel:\n", "x-extensible-enum:", "x-extensible-enums:", "x-extensible-enums:", "`x-extensible-enums`"),
    mistake("    Channel:\n", "{ value: pc,", "{ values: pc,", "{ values: pc,", "`values` is not a keyword of a value of a code"),
    mistake("    Channel:\n", "description: 'The payment window on a computer. ((인증방식)PC결제)', ", "", "{ value: pc,", "needs `description`"),
];

/// References, sources and claims that lead to nothing.
#[rustfmt::skip]
const REFERENCES: &[Mistake] = &[
    mistake("    PaymentListResponse:\n", "schemas/PaymentPageOrArray'", "schemas/PaymentPages'", "schemas/PaymentPages'", "leads to nothing"),
    mistake(FIND, "parameters/SortingQuery'", "parameters/SortinQuery'", "parameters/SortinQuery'", "leads to nothing"),
    mistake(FIND, "parameters/SortingQuery'", "schemas/Sorting'", "schemas/Sorting'", "is not a parameter: expected #/components/parameters/"),
    mistake(FIND, "responses/NotFound'", "responses/Notfound'", "responses/Notfound'", "leads to nothing"),
    mistake("  responses:\n    OnePayment:\n", "examples/PaidByCard'", "examples/PaidByCards'", "examples/PaidByCards'", "leads to nothing"),
    mistake(PAYMENT, "#/components/schemas/PayMethod", "#/component/schemas/PayMethod", "#/component/schemas", "expected #/components/schemas/"),
    mistake(PAYMENT, "[{ $ref: '#/components/schemas/PayMethod' }]", "[{ $ref: #/components/schemas/PayMethod }]", "x-sources:", "did not find expected ',' or '}'"),
    mistake(PAYMENT, "allOf: [{ $ref: '#/components/schemas/PayMethod' }]", "$ref: '#/components/schemas/PayMethod'", "        pay_method:", "ignores the siblings"),
    mistake(PAYMENT, "[{ $ref: '#/components/schemas/PayMethod' }]", "[{ ref: '#/components/schemas/PayMethod' }]", "{ ref:", "`ref` is not a keyword"),
    mistake("  schemas:\n", "    Timestamp:\n", "    Timestmp:\n", "schemas/Timestamp'", "leads to nothing"),
    mistake(PAYMENT, "x-sources: { A:", "x-sources: { C: string, A:", "x-sources: { C:", "`C` is not among the sources at the root"),
    mistake(PAYMENT, "wire: string }", "wires: string }", "wires: string }", "`wires` is not among the sources"),
    mistake(PAYMENT, "A: string*,", "A: text*,", "A: text*,", "\"text*\" in x-sources is not TYPE"),
    mistake(PAYMENT, "<=32", "< 32", "V1: string* < 32", "in x-sources is not TYPE"),
    mistake("    Channel:\n", "x-listed-by: [A]", "x-listed-by: [AA]", "x-listed-by: [AA]", "`AA` is not among the sources"),
    mistake("    Channel:\n", "sources: [A, wire]", "sources: [A, wires]", "{ value: mobile", "`wires` is not among the sources"),
    mistake("    MerchantUid:\n", "{ B: string*,", "{ b: string*,", "{ b: string*,", "`b` is not among the sources"),
    mistake("  /payments:\n", "tags: [payments]", "tags: [payment]", "tags: [payment]", "is not among the tags"),
    mistake("", "security:\n  - token: []", "security:\n  - tokens: []", "security:", "no security scheme `tokens`"),
];

/// OpenAPI that is legal and does not become good Rust.
#[rustfmt::skip]
const SHAPES: &[Mistake] = &[
    mistake(PAYMENT, "required: [imp_uid", "required: [imp_uidd, imp_uid", "      required: [imp_uidd", "`imp_uidd` is required and is not a property"),
    mistake(PROMOTION, "        id:\n", "        detail:\n          type: object\n          properties: { note: { type: string } }\n        id:\n", "          properties: { note", "needs a schema with a name"),
    mistake(PROMOTION, "        id:\n", "        detail: { type: object }\n        id:\n", "        detail:", "an object within an object"),
    mistake(PROMOTION, "        id:\n", "        codes: { type: array }\n        id:\n", "        codes:", "an array needs `items`"),
    mistake(PROMOTION, "        id:\n", "        codes: { type: array, items: { type: array, items: { type: string } } }\n        id:\n", "        codes:", "array of arrays"),
    mistake(PROMOTION, "        id:\n", "        codes: { type: array, items: { type: object } }\n        id:\n", "        codes:", "an object within an object"),
    mistake(PROMOTION, "        id:\n", "        rate: { type: number }\n        id:\n", "        rate:", "refer to the schema `Amount`"),
    mistake(PROMOTION, "        id:\n", "        rate: { type: number, format: double }\n        id:\n", "        rate:", "the format `double` is not supported"),
    mistake(PROMOTION, "        id:\n", "        count: { type: integer, format: int32 }\n        id:\n", "        count:", "the format `int32` is not supported: expected int64"),
    mistake(PROMOTION, "        id:\n", "        since: { type: string, format: date-time }\n        id:\n", "        since:", "the format `date-time` is not supported"),
    mistake(PROMOTION, "        id:\n", "        kind: { type: string, enum: [a, b] }\n        id:\n", "        kind:", "list them in `x-extensible-enum`"),
    mistake(PROMOTION, "        id:\n", "        any: {}\n        id:\n", "        any:", "refer to the schema `UnknownField`"),
    mistake(PROMOTION, "        id:\n", "        any: { description: Anything. }\n        id:\n", "        any:", "it has no `type`"),
    mistake(PROMOTION, "        id:\n", "        both: { type: string, allOf: [{ $ref: '#/components/schemas/Amount' }] }\n        id:\n", "        both:", "has a type already"),
    mistake(PROMOTION, "        id:\n", "        both: { oneOf: [{ type: string }, { type: boolean }] }\n        id:\n", "        both:", "needs a schema with a name"),
    mistake(PROMOTION, "        id:\n", "        both: { allOf: [{ $ref: '#/components/schemas/Amount' }, { $ref: '#/components/schemas/Tier' }] }\n        id:\n", "        both:", "other than one part"),
    mistake(PROMOTION, "        id:\n", "        both: { anyOf: [{ type: string }] }\n        id:\n", "        both:", "`anyOf` is not a keyword"),
    mistake(PROMOTION, "        id:\n", "        short: { type: string, maxLength: 4 }\n        id:\n", "        short:", "would not decode: say it in the description"),
    mistake(PROMOTION, "        id:\n", "        level: { type: integer, format: int64, minimum: 0 }\n        id:\n", "        level:", "would not decode"),
    mistake(PROMOTION, "        id:\n", "        level: { type: integer, format: int64, default: 0 }\n        id:\n", "        level:", "would not decode"),
    mistake(PROMOTION, "        discount:\n", "        discount:\n          nullable: true\n", "          nullable: true", "like `PaymentAnnotationOrNull`"),
    mistake(PROMOTION, "        id:\n", "        parent: { nullable: true, allOf: [{ $ref: '#/components/schemas/PaymentPage' }] }\n        id:\n", "        parent:", "OpenAPI ignores `nullable` without a `type`"),
    mistake("  schemas:\n", "    Timestamp:\n", "    Note: { type: string }\n    Timestamp:\n", "    Note:", "only an object with `properties` becomes a struct"),
    mistake("  schemas:\n", "    Timestamp:\n", "    Notes: { type: array, items: { type: string } }\n    Timestamp:\n", "    Notes:", "only an object"),
    mistake("  schemas:\n", "    Timestamp:\n", "    Note: { type: object }\n    Timestamp:\n", "    Note:", "only an object with `properties`"),
    mistake("  schemas:\n", "    Timestamp:\n", "    Note: { type: string, enum: [a, b] }\n    Timestamp:\n", "    Note:", "a closed set"),
    mistake("    PageNumber:\n", "{ type: boolean }", "{ type: integer }", "      oneOf:", "two branches of a oneOf are of the same kind"),
];

/// Rust names and types.
#[rustfmt::skip]
const NAMES: &[Mistake] = &[
    mistake("    Amount:\n", "crate::types::Amount'", "crate types'", "x-rust: { type: 'crate types'", "is not the path of a type"),
    mistake("    Amount:\n", "crate::types::Amount'", "crate::types::Amout'", "crate::types::Amout", "there is no type `crate::types::Amout`: src/types has Amount,"),
    mistake("    Amount:\n", "'crate::types::Amount'", "f64", "x-rust: { type: f64 }", "there is no type `f64`"),
    mistake("    Amount:\n", "'crate::types::Amount'", "rust_decimal::Decimal", "rust_decimal::Decimal", "expected `crate::types::…` or an object"),
    mistake("    PaymentPageOrArray:\n", "<PaymentPage, Payment>", "<PaymentPages, Payment>", "<PaymentPages, Payment>", "there is no type `PaymentPages`"),
    mistake("    PaymentResponse:\n", "<types::Payment>", "<types::Payments>", "<types::Payments>", "there is no type `types::Payments`: the objects of responses are"),
    mistake("    PaymentResponse:\n", "super::envelope::Envelope<types::Payment>", "Payment", "        '200':", "every response is an envelope"),
    mistake(PAYMENT, "        name: Payment\n", "        name: Promotion\n", "name: Promotion", "is the Rust type `Promotion` already"),
    mistake(PAYMENT, "        name: Payment\n", "        name: pay-ment\n", "        name: pay-ment", "is not a Rust identifier"),
    mistake(PAYMENT, "        name: Payment\n", "        name: payment\n", "        name: payment", "expected a name like `Payment`"),
    mistake(PAYMENT, "        name: Payment\n", "        name: Key\n", "        name: Key", "the generated code uses the name `Key`"),
    mistake("    Channel:\n", "      type: string\n", "      type: string\n      x-rust: { name: Place }\n", "      x-rust: { name: Place }", "only an object has a `name`"),
    mistake(PROMOTION, "        id:\n", "        extra: { type: string }\n        id:\n", "        extra:", "has the unknown fields"),
    mistake(PROMOTION, "        id:\n", "        ID: { type: string }\n        id:\n", "        id:", "two fields would be called `id`"),
    mistake(PAYMENT, "        imp_uid:\n", "        cardCode: { type: string, nullable: true }\n        imp_uid:\n", "        card_code:", "`card_code`"),
    mistake(PROMOTION, "        id:\n", "        '!': { type: string }\n        id:\n", "        '!':", "has no letter"),
    mistake("    CardType:\n", "{ value: 0, name: Credit,", "{ value: 0,", "{ value: 0,", "needs a `name`"),
    mistake("    CardType:\n", "{ value: 1, name: Debit,", "{ value: 1, name: Credit,", "{ value: 1, name: Credit", "two values are called `Credit`"),
    mistake("    CardType:\n", "{ value: 1,", "{ value: 0,", "{ value: 0, name: Debit", "the value 0 is listed twice"),
    mistake("    CardType:\n", "{ value: 1,", "{ value: 1.5,", "{ value: 1.5", "are all texts"),
    mistake("    Channel:\n", "{ value: mobile,", "{ value: pc,", "{ value: pc, description: 'The payment window on a phone", "listed twice"),
    mistake("    Channel:\n", "{ value: mobile,", "{ value: PC,", "{ value: PC,", "two values are called `Pc`"),
    mistake("    Channel:\n", "{ value: mobile,", "{ value: unknown,", "{ value: unknown,", "`Unknown` has the values that are not listed"),
    mistake("    Channel:\n", "{ value: mobile,", "{ value: 2,", "{ value: 2,", "in quotes, if they look like numbers"),
    mistake("    Channel:\n", "{ value: mobile,", "{ value: null,", "{ value: null,", "are all texts"),
    mistake("    Sorting:\n      description: The order of payments", "default: -started", "default: -begun", "      default: -begun", "the default is not a listed value"),
    mistake("", "operationId: find_payment\n", "operationId: findPayment\n", "operationId: findPayment", "expected `find_payment`"),
    mistake("", "operationId: find_payments\n", "operationId: find_payment\n", "operationId: find_payment", "another operation has this id"),
    mistake("", "operationId: get_payment\n", "operationId: match\n", "operationId: match", "is not a Rust identifier"),
    mistake("", "operationId: get_payment\n", "operationId: call_by_id\n", "operationId: call_by_id", "the generated client uses"),
    mistake("", "operationId: get_payment\n", "operationId: get payment\n", "operationId: get payment", "is not a Rust identifier"),
    mistake("", "{ endpoint: GetMany }", "{ endpoint: Cancel }", "{ endpoint: Cancel }", "the sandbox has another endpoint"),
    mistake("", "{ endpoint: GetMany }", "{ endpoint: get many }", "{ endpoint: get many }", "is not a Rust identifier"),
];

/// Parameters and responses.
#[rustfmt::skip]
const OPERATIONS: &[Mistake] = &[
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: string, pattern: '^a$' }", "pattern: '^a$'", "has no such limit"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: boolean, nullable: true }", "nullable: true }", "has no such limit"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: array, items: { type: integer } }", "schema: { type: array", "an array of strings"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ $ref: '#/components/schemas/PaymentPage' }", "schemas/PaymentPage'", "a `$ref` to a code"),
    mistake("    MerchantUid:\n", "{ type: string }", "{ $ref: '#/components/schemas/Secret' }", "schemas/Secret'", "a `$ref` to a code"),
    mistake("    MerchantUid:\n", "{ type: string }", "{ type: array, items: { type: string } }", "schema: { type: array", "in a query an array of strings"),
    mistake("    ImpUids:\n", "explode: true", "explode: false", "schema: { type: array", "one parameter each"),
    mistake("    IncludeSandbox:\n", "in: query", "in: header", "in: header", "only the header `Tier` is supported"),
    mistake("    MerchantUid:\n", "      required: true\n", "", "    MerchantUid:", "a path without this part is another path"),
    mistake("    MerchantUid:\n", "required: true", "required: false", "    MerchantUid:", "write `required: true`"),
    mistake("    MerchantUid:\n", "name: merchant_uid", "name: merchant_id", "    MerchantUid:", "`merchant_id` is in path, and `/payments/find"),
    mistake("", "  /payments/{imp_uid}:\n", "  /payments/{imp_id}:\n", "    ImpUid:", "has no `{imp_uid}`"),
    mistake("operationId: get_payment\n", "        - $ref: '#/components/parameters/ImpUid'\n", "", "    get:", "the path has `{imp_uid}`"),
    mistake(FIND, "        - $ref: '#/components/parameters/SortingQuery'\n", "        - $ref: '#/components/parameters/SortingQuery'\n        - $ref: '#/components/parameters/SortingQuery'\n", "    SortingQuery:", "two parameters"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: boolean, default: no }", "default: no }", "the default is of another type"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: object }", "schema: { type: object }", "expected a string, an integer"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: number }", "schema: { type: number }", "expected a string, an integer"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: string, enum: [a, b] }", "enum: [a, b]", "a closed set"),
    mistake("    IncludeSandbox:\n", "{ type: boolean, default: false }", "{ type: array }", "schema: { type: array }", "an array needs `items`"),
    mistake("operationId: get_token\n", "        '400':", "        '4xy':", "        '4xy':", "`4xy` is not a status"),
    mistake("operationId: get_token\n", "        '400':", "        default:", "        default:", "`default` is not a status"),
    mistake("operationId: get_token\n", "        '400':", "        '4000':", "        '4000':", "`4000` is not a status"),
    mistake(FIND, "responses/NotFound'", "responses/OnePayment'", "        '404':", "the failures of an operation share one schema"),
    mistake("operationId: get_payments\n", "'207': { $ref: '#/components/responses/SeveralPayments' }", "'207': { $ref: '#/components/responses/OnePayment' }", "        '207':", "the successes of an operation share one schema"),
    mistake("operationId: get_payment\n", "        '200': { $ref: '#/components/responses/OnePayment' }\n", "", "      responses:", "no status is a success"),
    mistake("  responses:\n    OnePayment:\n", "application/json:", "application/jsn:", "        '200': { $ref: '#/components/responses/OnePayment' }", "application/json alone"),
    mistake("", "  responses:\n    OnePayment:\n", "  responses:\n    PaymentPage: { description: A page, content: {} }\n    OnePayment:\n", "    PaymentPage: {", "a schema has this name"),
    mistake("operationId: get_token\n", "application/json:", "application/xml:", "          application/xml:", "expected application/json"),
    mistake("operationId: get_token\n", "schema: { $ref: '#/components/schemas/TokenRequest' }", "schema: { type: object }", "schema: { type: object }", "a schema with a name"),
];

/// Edits that are no mistakes, and none of the crate's own code depends on what they change.
const BUILDS: &[Edit] = &[
    // A field may have any name, also those that the code of `object!` uses.
    Edit {
        after: PROMOTION,
        from: "        id:\n",
        to: "        type: { type: string, nullable: true }\n        self: { type: boolean }\n        key: { type: string }\n        \
             fields: { type: string }\n        name: { type: string }\n        value: { type: string }\n        object: { type: string }\n        \
             serializer: { type: string }\n        deserializer: { type: string }\n        state: { type: string }\n        \
             schema: { type: string }\n        redacted: { type: string }\n        unknown: { type: string }\n        \
             replaced: { type: string }\n        f: { type: string }\n        json: { type: string }\n        required: { type: string }\n        \
             optional: { type: string }\n        write: { type: string }\n        read: { type: string }\n        Error: { type: string }\n        \
             String: { type: string }\n        id:\n",
    },
    // Arrays of scalars, an integer without format, a reference without a description.
    Edit {
        after: PROMOTION,
        from: "        id:\n",
        to: "        codes: { type: array, items: { type: string } }\n        numbers: { type: array, nullable: true, items: { type: integer } }\n        \
             count: { type: integer }\n        plain: { $ref: '#/components/schemas/Amount' }\n        \
             amounts: { type: array, items: { $ref: '#/components/schemas/Amount' } }\n        \
             children: { type: array, items: { $ref: '#/components/schemas/PaymentDepositAnnotation' } }\n        id:\n",
    },
    // A required field that may be null.
    Edit { after: PROMOTION, from: "      type: object\n", to: "      type: object\n      required: [id]\n" },
    // Text that YAML or a comment of Rust could misread.
    Edit {
        after: PROMOTION, from: "(프로모션 식별자)", to: "*/ \\\" {braces} <T> [link](프로모션 식별자)"
    },
    Edit { after: "    Channel:\n", from: "{ value: mobile,", to: "{ value: 'mo\"bile\\', name: Mobile," },
    Edit {
        after: "    Channel:\n",
        from: "        - { value: pc,",
        to: "        - { value: '2', name: Two, description: '' }\n        - { value: pc,",
    },
    // Statuses without quotes, and more of them.
    Edit { after: FIND, from: "'401':", to: "401:" },
    Edit {
        after: FIND,
        from: "        '404':",
        to: "        '429': { $ref: '#/components/responses/NotFound' }\n        '404':",
    },
    // Other methods of a path, parameters of each place and type, a taken name of a local variable.
    Edit {
        after: "paths:\n",
        from: "  /payments:\n",
        to: "  /payments/{request}/{url}:\n    post:\n      operationId: self_check\n      parameters:\n        \
             - { name: request, in: path, required: true, schema: { type: string } }\n        \
             - { name: url, in: path, required: true, schema: { type: integer } }\n        \
             - { name: response, in: query, schema: { type: boolean } }\n        \
             - { name: client, in: query, required: true, schema: { type: string } }\n        \
             - { name: info, in: query, schema: { type: integer, format: int64 } }\n        \
             - { name: result, in: query, schema: { type: array, items: { type: string } } }\n        \
             - { name: type, in: query, schema: { $ref: '#/components/schemas/Channel' } }\n        \
             - { name: status, in: query, schema: { type: string, format: password } }\n        \
             - { name: level, in: query, schema: { type: integer, minimum: 5, maximum: 10 } }\n        \
             - { name: offset, in: query, schema: { type: integer, format: int64, minimum: -3, default: -1 } }\n        \
             - { name: since, in: query, schema: { $ref: '#/components/schemas/Timestamp' } }\n        \
             - { name: cost, in: query, schema: { $ref: '#/components/schemas/Amount' } }\n      responses:\n        \
             '200': { $ref: '#/components/responses/OnePayment' }\n  /payments:\n",
    },
    // A schema that nothing refers to, and one with the name of a module.
    Edit {
        after: "  schemas:\n",
        from: "    Timestamp:\n",
        to: "    Types: { type: object, properties: { a: { type: string } } }\n    Timestamp:\n",
    },
];

#[test]
fn mistakes_are_reported_with_line_and_cause() {
    let all = [YAML, KEYWORDS, REFERENCES, SHAPES, NAMES, OPERATIONS].into_iter().flatten().collect::<Vec<_>>();
    assert!(all.len() >= 73);
    let mut wrong = Vec::new();
    for Mistake(edit, part, why) in all {
        let document = edit.apply(DOCUMENT);
        let edit = format!("{:?} -> {:?}", edit.from, edit.to);
        let Err(fault) = generate::generate(document.as_bytes()) else {
            wrong.push(format!("{edit}\n  is no mistake"));
            continue;
        };
        let line = fault.line.and_then(|line| document.lines().nth(line - 1));
        let message = fault.message();
        if !line.is_some_and(|line| line.contains(part)) || !message.contains(why) || message.contains('\n') {
            wrong.push(format!("{edit}\n  {:?} {line:?}\n  {message}", fault.line));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn document_without_lines_is_reported_as_a_whole() {
    for (document, why) in [("", "expected an object"), ("openapi: 3.0.3", "needs `"), ("[]", "expected an object")] {
        let fault = generate::generate(document.as_bytes()).unwrap_err();
        assert!(fault.line.is_none() && fault.message().contains(why), "{document:?}: {fault:?}");
    }
}

/// All of them in one document, since a build takes long.
#[test]
fn edits_that_are_no_mistakes_compile() {
    let document = BUILDS.iter().fold(DOCUMENT.to_owned(), |document, edit| {
        let edited = edit.apply(&document);
        generate::generate(edit.apply(DOCUMENT).as_bytes())
            .unwrap_or_else(|fault| panic!("{:?}: line {:?}: {}", edit.to, fault.line, fault.message()));
        edited
    });
    compile(&generate::generate(document.as_bytes()).unwrap());
}

#[test]
fn panic_with_either_kind_of_text_has_a_reason() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let constant = std::panic::catch_unwind(|| panic!("a constant")).unwrap_err();
    let formatted = std::panic::catch_unwind(|| panic!("formatted {}", 1)).unwrap_err();
    let other = std::panic::catch_unwind(|| std::panic::panic_any(1)).unwrap_err();
    std::panic::set_hook(hook);
    let reasons = [&constant, &formatted, &other].map(|panic| generate::reason(&**panic).to_owned());
    assert_eq!(reasons, ["a constant", "formatted 1", "it panics"]);
}
