/// Completes on SIGINT (Ctrl-C), SIGTERM, or SIGHUP unless it is ignored, as `nohup` does. Signals are caught from this call on, not only while it is awaited.
#[cfg(unix)]
pub(crate) fn stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};

    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let hangup = if is_hangup_ignored() { None } else { signal(SignalKind::hangup()).ok() };
    async {
        let hangup = async {
            match hangup {
                Some(mut hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        match signals {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    () = hangup => {}
                }
            }
            _ => drop(tokio::signal::ctrl_c().await),
        }
    }
}

/// Returns whether the process was started with SIGHUP ignored, where the system shows it in `/proc`. Once the signal was
/// caught, it is not.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 != 0)
}

#[cfg(not(unix))]
pub(crate) async fn stop() {
    let _ = tokio::signal::ctrl_c().await;
}
