/// A binding that may match, by its slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate(u32);

impl Candidate {
    /// Most slots there can be.
    pub(super) const SLOTS: usize = Self::SURE as usize;
    const SURE: u32 = 1 << 31;

    /// A binding that must be asked before it counts as a match.
    pub(super) fn new(slot: u32) -> Self {
        Self(slot)
    }

    /// The same, matching for certain if it is found at all.
    pub(super) fn sure(self) -> Self {
        Self(self.0 | Self::SURE)
    }

    pub(super) fn is_sure(self) -> bool {
        self.0 & Self::SURE != 0
    }

    pub(super) fn slot(self) -> u32 {
        self.0 & !Self::SURE
    }
}
