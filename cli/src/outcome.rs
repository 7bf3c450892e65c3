/// The outcome of a command that did not fail with a `CliError`.
pub(crate) enum Outcome {
    Yes,
    No,
    /// A part of the input is invalid.
    BadInput,
    /// A part of the work is not done.
    GaveUp,
}
