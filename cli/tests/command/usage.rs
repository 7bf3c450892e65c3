//! Help, and arguments that are invalid.

use super::{command, pinned, run};

#[tokio::test(flavor = "multi_thread")]
async fn demo_prints_every_step() {
    pinned("demo", None, &run(command(&["demo"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_invalid_usage_match_their_snapshots() {
    for (name, args) in [
        ("help", &["--help"][..]),
        ("help_find", &["find", "--help"]),
        ("help_payments", &["payments", "--help"]),
        ("help_verify", &["verify", "--help"]),
        ("help_reconcile", &["reconcile", "--help"]),
        ("help_sandbox", &["sandbox", "--help"]),
        ("help_completions", &["completions", "--help"]),
        ("nothing", &[]),
    ] {
        pinned(name, None, &run(command(args)).await);
    }
    pinned!(None, run(command(&["demo", "--help"])).await, @r"
    exit 0
    --- stdout
    Show what iamport does, on an embedded sandbox: no key, no network

    Usage: iamport demo

    Options:
      -h, --help  Print help

    Example:
      iamport demo
    --- stderr
    ");
    pinned!(None, run(command(&["man", "--help"])).await, @r"
    exit 0
    --- stdout
    Write the man pages of all commands to a directory

    Usage: iamport man <DIRECTORY>

    Arguments:
      <DIRECTORY>  The directory, which is created if it does not exist

    Options:
      -h, --help  Print help

    Example:
      iamport man ~/.local/share/man/man1 && man iamport-reconcile
    --- stderr
    ");
    pinned!(None, run(command(&["fnd"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: unrecognized subcommand 'fnd'

      tip: a similar subcommand exists: 'find'

    Usage: iamport <COMMAND>

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["find", "order-0001", "--status", "payd"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'payd' for '--status <STATUS>'
      [possible values: ready, paid, failed, cancelled]

      tip: a similar value exists: 'paid'

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["find", "order-0001", "--sort", "-payd"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '-payd' for '--sort <SORT>'
      [possible values: -started, started, -paid, paid, -updated, updated]

      tip: a similar value exists: '-paid'

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["completions", "bsh"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'bsh' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

      tip: a similar value exists: 'bash'

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["demo", "--base-url", "https://api.iamport.kr"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: unexpected argument '--base-url' found

    Usage: iamport demo

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--page", "0"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '0' for '--page <N>': expected a page number of at least 1

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--page", "-1"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '-1' for '--page <N>': expected a page number of at least 1

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--since", "2024-02-30"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '2024-02-30' for '--since <DATE>': no such day

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--since", "2024-03-01T09:00"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '2024-03-01T09:00' for '--since <DATE>': expected a date like 2024-03-01

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["sandbox", "--port", "http"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'http' for '--port <PORT>': expected a number from 0 to 65535

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--since", "2024-3-1"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '2024-3-1' for '--since <DATE>': expected a date like 2024-03-01

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["payments", "cust_0001", "--since", "2024-03-02", "--until", "2024-03-01"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: invalid period: --since 2024-03-02 is later than --until 2024-03-01
    ");
    pinned!(None, run(command(&["verify", "order-0001", "--amount", "15.900,00"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '15.900,00' for '--amount <AMOUNT>': expected digits only, like 15900, 15,900 or 10.25, without 원, ₩ or $

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["verify", "order-0001", "--amount", "-1"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '-1' for '--amount <AMOUNT>': expected an amount of at least 0

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["verify", "order-0001"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      --amount <AMOUNT>

    Usage: iamport verify --amount <AMOUNT> <MERCHANT_UID>

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["verify", "order-0001", "--amount", "1", "--currency", "won"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'won' for '--currency <CURRENCY>': expected an ISO 4217 code like KRW or USD, got WON

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["verify", "order-0001", "--amount", "123456789012345678901234567890"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '123456789012345678901234567890' for '--amount <AMOUNT>': expected an amount of at most 28 digits

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["verify", "order-0001", "--amount", "1", "--currency", "₩"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '₩' for '--currency <CURRENCY>': expected an ISO 4217 code like KRW or USD

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["reconcile", "orders.csv", "--concurrency", "0"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '0' for '--concurrency <N>': expected a number from 1 to 100

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["find", "order-0001", "--include-test"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: the argument '[MERCHANT_UID]' cannot be used with '--include-test'

    Usage: iamport find <MERCHANT_UID|--imp-uid <IMP_UID>...>

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["reconcile", "orders.csv", "--overwrite"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot build the client: IMP_KEY is not set or empty: expected the API key (REST API 키)
      Copy IMP_KEY and IMP_SECRET from the console (https://admin.portone.io), page 결제 연동 > 식별코드·API Keys > V1 API. `iamport demo` needs no keys.
    ");
    pinned!(None, run(command(&["sandbox", "--latency", "30"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '30' for '--latency <LATENCY>': expected a duration with its unit, like 30ms or 2s

    For more information, try '--help'.
    ");
    pinned!(None, run(command(&["find", "order-0001"])).await, @r"
    exit 2
    --- stdout
    --- stderr
    iamport: cannot build the client: IMP_KEY is not set or empty: expected the API key (REST API 키)
      Copy IMP_KEY and IMP_SECRET from the console (https://admin.portone.io), page 결제 연동 > 식별코드·API Keys > V1 API. `iamport demo` needs no keys.
    ");
    assert!(run(command(&["--version"])).await.stdout.starts_with(b"iamport 0."));
}
