/// Comes once somebody wants the command to end: Ctrl-C, or where there is such a thing, a request to terminate. Both
/// are listened for from this call on, not from when it is awaited.
#[cfg(unix)]
pub(crate) fn stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};

    let listened_for = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        match listened_for {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
            _ => drop(tokio::signal::ctrl_c().await),
        }
    }
}

#[cfg(not(unix))]
pub(crate) async fn stop() {
    let _ = tokio::signal::ctrl_c().await;
}
