//! What must not compile on Trunkline, and what must: see `tests/compile.rs`.
