//! Look-ups and listings over loopback, compared with a client written by hand, on the same server and in the same run.
#![allow(clippy::unwrap_used, reason = "a benchmark may fail by panicking")]

mod support;

use std::{hint::black_box, sync::Arc, time::Duration};

use criterion::{BenchmarkGroup, Criterion, SamplingMode, measurement::WallTime};
use iamport::{Client, ListBillingKeyPayments};
use support::{
    PAYMENTS_A_PAGE,
    baseline::Baseline,
    server,
    table::{self, BY_HAND, OURS},
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

const MULTI_THREAD: &str = ", multi-thread";
const VALIDATED: &str = "iamport, validated";
const ONE_BY_ONE: &str = "iamport, one page after another";
const CALLERS: [usize; 5] = [1, 4, 16, 64, 256];
const PAGES: [usize; 3] = [50, 500, 5_000];
/// The number of look-ups of a round, divided among the callers.
const ROUND: usize = 768;

fn main() {
    let base_url = server::start();
    // One thread for the clients: a wake-up of another worker costs more than a call, and its frequency varies.
    let pair = Pair::new(&base_url, "", Builder::new_current_thread().enable_all().build().unwrap());
    // The runtime of `#[tokio::main]`.
    let multi_thread = Pair::new(&base_url, MULTI_THREAD, Builder::new_multi_thread().enable_all().build().unwrap());
    let mut criterion = table::criterion();
    for pair in [&pair, &multi_thread] {
        one_after_another(&mut criterion, pair);
        at_once(&mut criterion, pair, 32);
    }
    for callers in CALLERS {
        at_once(&mut criterion, &pair, callers);
    }
    for pages in PAGES.into_iter().chain([100]) {
        listing(&mut criterion, &pair, &format!("{pages}"));
    }
    for pages in ["100", "40x30"] {
        listing(&mut criterion, &multi_thread, pages);
    }
    page(&mut criterion, &pair, &base_url);
    criterion.final_summary();
    print_ratios();
}

/// Two clients with separate connections, on one runtime.
struct Pair {
    ours: Client,
    baseline: Arc<Baseline>,
    runtime: Runtime,
    /// The suffix of the group names.
    suffix: &'static str,
}

impl Pair {
    fn new(base_url: &str, suffix: &'static str, runtime: Runtime) -> Self {
        let (ours, baseline) = (support::client(base_url), Arc::new(Baseline::new(base_url).unwrap()));
        Self { ours, baseline, runtime, suffix }
    }
}

fn one_after_another(criterion: &mut Criterion, pair: &Pair) {
    let mut group = group(criterion, &format!("look-up{}", pair.suffix), 40, 4);
    group.bench_function(BY_HAND, |b| {
        b.to_async(&pair.runtime).iter(async || assert!(pair.baseline.find("order-0001").await.unwrap().is_some()));
    });
    group.bench_function(OURS, |b| {
        b.to_async(&pair.runtime).iter(async || assert!(pair.ours.find_payment("order-0001").await.unwrap().is_some()));
    });
}

fn at_once(criterion: &mut Criterion, pair: &Pair, callers: usize) {
    let mut group = group(criterion, &format!("look-ups by {callers}{}", pair.suffix), 20, 2);
    group.bench_function(BY_HAND, |b| {
        b.to_async(&pair.runtime).iter(|| {
            let client = Arc::clone(&pair.baseline);
            share(callers, move || {
                let client = Arc::clone(&client);
                async move { client.find("order-0001").await.unwrap().is_some() }
            })
        });
    });
    group.bench_function(OURS, |b| {
        b.to_async(&pair.runtime).iter(|| {
            let client = pair.ours.clone();
            share(callers, move || {
                let client = client.clone();
                async move { client.find_payment("order-0001").await.unwrap().is_some() }
            })
        });
    });
}

/// Makes a round of look-ups by `callers` tasks.
async fn share<F>(callers: usize, find: impl Fn() -> F + Clone + Send + 'static)
where
    F: Future<Output = bool> + Send,
{
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let find = find.clone();
        tasks.spawn(async move {
            for _ in 0..ROUND / callers {
                assert!(find().await);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

fn listing(criterion: &mut Criterion, pair: &Pair, key: &str) {
    let pages: usize = key.split('x').next().unwrap().parse().unwrap();
    let mut group =
        group(criterion, &format!("listing of {key}{}", pair.suffix), 10, if pages > 1_000 { 10 } else { 3 });
    group.bench_function(BY_HAND, |b| {
        b.to_async(&pair.runtime).iter(async || {
            let mut payments = 0;
            let each = |payment| {
                black_box(payment);
                payments += 1;
            };
            pair.baseline.list(key, each).await.unwrap();
            assert_eq!(payments, pages * PAYMENTS_A_PAGE);
        });
    });
    let mut measure = |id: &str, request: &dyn Fn() -> ListBillingKeyPayments| {
        group.bench_function(id, |b| {
            b.to_async(&pair.runtime).iter(async || {
                let mut payments = 0;
                let mut stream = request().items();
                while let Some(payment) = stream.next().await {
                    black_box(payment.unwrap());
                    payments += 1;
                }
                assert_eq!(payments, pages * PAYMENTS_A_PAGE);
            });
        });
    };
    measure(OURS, &|| pair.ours.billing_key_payments(key));
    if ["100", "40x30"].contains(&key) {
        measure(ONE_BY_ONE, &|| pair.ours.billing_key_payments(key).concurrency(1));
    }
}

/// Fetches one page, without validation and, with the feature `validate`, with it.
fn page(criterion: &mut Criterion, pair: &Pair, base_url: &str) {
    let mut group = group(criterion, "fetched page", 40, 4);
    group.bench_function(BY_HAND, |b| {
        b.to_async(&pair.runtime)
            .iter(async || assert_eq!(pair.baseline.page("100", 50).await.unwrap().list.len(), 20));
    });
    let mut fetch = |id: &str, client: &Client| {
        group.bench_function(id, |b| {
            b.to_async(&pair.runtime)
                .iter(async || assert_eq!(client.billing_key_payments("100").page(50).await.unwrap().list.len(), 20));
        });
    };
    fetch(OURS, &pair.ours);
    #[cfg(feature = "validate")]
    fetch(VALIDATED, &support::validating_client(base_url));
    #[cfg(not(feature = "validate"))]
    let _ = base_url;
}

fn group<'a>(criterion: &'a mut Criterion, name: &str, samples: usize, secs: u64) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat).sample_size(samples).measurement_time(Duration::from_secs(secs));
    group.warm_up_time(Duration::from_millis(500));
    group
}

fn print_ratios() {
    let speed = |group: &str| table::ratio(group, OURS, BY_HAND);
    table::head("calls, ours ÷ by hand, by speed");
    for (runtime, suffix) in [("one thread", ""), ("multi-thread runtime", MULTI_THREAD)] {
        let targets = if suffix == MULTI_THREAD { ("≥ 0.9", "≥ 0.9") } else { ("", "") };
        table::row(&format!("look-ups one after another, {runtime}"), speed(&format!("look-up{suffix}")), targets.0);
        table::row(&format!("look-ups by 32 tasks, {runtime}"), speed(&format!("look-ups by 32{suffix}")), targets.1);
    }
    for (what, group, target) in [
        ("100 pages of 20, one thread", "listing of 100".to_owned(), ""),
        ("100 pages of 20, multi-thread runtime", format!("listing of 100{MULTI_THREAD}"), "≥ 2"),
        ("40 pages of 20, each after 30 ms, multi-thread runtime", format!("listing of 40x30{MULTI_THREAD}"), "≥ 5"),
    ] {
        table::row(what, speed(&group), target);
        table::row(&format!("{what}, `.concurrency(1)`"), table::ratio(&group, ONE_BY_ONE, BY_HAND), "");
    }

    table::head("a fetched page of 20, by time");
    table::row("validation off, ours ÷ by hand", table::ratio("fetched page", BY_HAND, OURS), "");
    table::row("validation on ÷ off", table::ratio("fetched page", OURS, VALIDATED), "≤ 1.4");

    table::head("as work grows, ours ÷ by hand, by speed");
    for callers in CALLERS {
        table::row(&format!("look-ups by {callers} tasks"), speed(&format!("look-ups by {callers}")), "");
    }
    for pages in PAGES {
        table::row(
            &format!("listing of {} payments", pages * PAYMENTS_A_PAGE),
            speed(&format!("listing of {pages}")),
            "",
        );
    }
    let time_each = |group: &str, of: usize| Some(table::median(group, OURS)? / of as f64);
    table::head("as work grows, ours ÷ ours at its smallest, by time per unit");
    for callers in CALLERS {
        let (smallest, now) = (time_each("look-ups by 1", ROUND), time_each(&format!("look-ups by {callers}"), ROUND));
        table::row(&format!("look-ups by {callers} tasks"), now.zip(smallest).map(|(now, first)| now / first), "");
    }
    for pages in PAGES {
        let (smallest, now) = (time_each("listing of 50", 50), time_each(&format!("listing of {pages}"), pages));
        let name = format!("listing of {} payments", pages * PAYMENTS_A_PAGE);
        table::row(&name, now.zip(smallest).map(|(now, first)| now / first), "");
    }
}
