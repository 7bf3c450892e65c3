//! The retry budget of a client: retries are a share of its requests. Without I/O and clock.

use std::time::{Duration, Instant};

/// The time that the budget looks back, in slots of a second.
const SLOTS: u64 = 10;
const SLOT: Duration = Duration::from_secs(1);

/// Counts the calls and the retries of the last ten seconds.
#[derive(Debug)]
pub(crate) struct Budget {
    percent: u32,
    reserve: u32,
    began: Option<Instant>,
    slots: [Slot; SLOTS as usize],
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The number of the slot since the first request.
    number: u64,
    calls: u64,
    retries: u64,
}

impl Budget {
    /// Allows retries for a share of the calls, in percent, and a number of retries in any case.
    pub(crate) fn new(percent: u32, reserve: u32) -> Self {
        Self { percent, reserve, began: None, slots: Default::default() }
    }

    /// Counts the first request of a call.
    pub(super) fn count_call(&mut self, now: Instant) {
        let number = self.number(now);
        self.update(number, |slot| slot.calls += 1);
    }

    /// Takes a retry out of the budget. Returns `false` if the budget has none left.
    pub(super) fn take_retry(&mut self, now: Instant) -> bool {
        let number = self.number(now);
        let recent = || self.slots.iter().filter(|slot| number.saturating_sub(slot.number) < SLOTS);
        let calls = recent().fold(0_u64, |sum, slot| sum.saturating_add(slot.calls));
        let retries = recent().fold(0_u64, |sum, slot| sum.saturating_add(slot.retries));
        let share = calls.saturating_mul(self.percent.into()) / 100;
        let is_allowed = retries < share.saturating_add(self.reserve.into());
        if is_allowed {
            self.update(number, |slot| slot.retries += 1);
        }
        is_allowed
    }

    fn number(&mut self, now: Instant) -> u64 {
        let began = *self.began.get_or_insert(now);
        now.saturating_duration_since(began).as_secs() / SLOT.as_secs()
    }

    fn update(&mut self, number: u64, change: impl FnOnce(&mut Slot)) {
        let place = usize::try_from(number % SLOTS).unwrap_or_default();
        let Some(slot) = self.slots.get_mut(place) else { return };
        if slot.number != number {
            *slot = Slot { number, ..Slot::default() };
        }
        change(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes retries until none is left.
    fn take_all(budget: &mut Budget, now: Instant) -> usize {
        (0..1_000_000).take_while(|_| budget.take_retry(now)).count()
    }

    #[test]
    fn retries_are_a_share_of_the_calls_and_a_reserve() {
        let (mut budget, now) = (Budget::new(20, 10), Instant::now());
        assert_eq!(take_all(&mut budget, now), 10);
        (0..4).for_each(|_| budget.count_call(now));
        assert_eq!(take_all(&mut budget, now), 0, "a fifth of four calls");
        (0..996).for_each(|_| budget.count_call(now));
        assert_eq!(take_all(&mut budget, now), 200);
        assert_eq!(take_all(&mut Budget::new(0, 0), now), 0);
        assert_eq!(take_all(&mut Budget::new(0, u32::MAX), now), 1_000_000);
    }

    #[test]
    fn calls_and_retries_count_for_ten_seconds() {
        let (mut budget, now) = (Budget::new(20, 1), Instant::now());
        (0..50).for_each(|_| budget.count_call(now));
        assert_eq!(take_all(&mut budget, now + 5 * SLOT), 11);
        assert_eq!(take_all(&mut budget, now + 9 * SLOT), 0);
        assert_eq!(take_all(&mut budget, now + 10 * SLOT), 0, "without the calls, the retries are beyond the reserve");
        assert_eq!(take_all(&mut budget, now + 15 * SLOT), 1);
        assert_eq!(take_all(&mut budget, now + 1_000_000 * SLOT), 1);
        // A clock that goes back counts in its first second.
        assert!(!Budget::new(20, 0).take_retry(now));
    }
}
