/// How a command ended that did its work; `CliError` is for one that could not.
pub(crate) enum Outcome {
    Yes,
    No,
    /// A part of the input is invalid.
    BadInput,
    /// A part of the work is left.
    GaveUp,
}
