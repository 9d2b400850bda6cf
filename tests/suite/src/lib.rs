//! Whole-system tests of Trunkline; see `tests/`.
