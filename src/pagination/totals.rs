/// The totals that the pages of one listing announce.
#[derive(Default)]
pub(super) struct Totals {
    /// The largest total of the pass.
    largest: Option<usize>,
    /// The largest total of the passes before.
    known: Option<usize>,
    previous: Option<usize>,
    changed: bool,
    shrank: bool,
}

impl Totals {
    pub(super) fn add(&mut self, total: Option<i64>) {
        let Some(total) = total.and_then(|total| usize::try_from(total).ok()) else { return };
        self.changed |= self.previous.is_some_and(|previous| previous != total);
        self.shrank |= self.previous.is_some_and(|previous| previous > total);
        self.largest = self.largest.max(Some(total));
        self.previous = Some(total);
    }

    pub(super) fn lost_page(&mut self) {
        (self.changed, self.shrank) = (true, true);
    }

    /// Begins a pass. Its pages announce how many payments there are now; a pass without a page is compared with those
    /// before. Whether the listing shrank is kept, since delivered payments may have been removed.
    pub(super) fn start_pass(&mut self) {
        *self = Self { shrank: self.shrank, known: self.known.max(self.largest), ..Self::default() };
    }

    pub(super) fn is_known(&self) -> bool {
        self.largest.or(self.known).is_some()
    }

    pub(super) fn expected(&self) -> usize {
        self.largest.or(self.known).unwrap_or(0)
    }

    pub(super) fn changed(&self) -> bool {
        self.changed
    }

    pub(super) fn only_grew(&self) -> bool {
        !self.shrank
    }
}
