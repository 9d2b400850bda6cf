//! What errors of this crate share.

/// Any error, as a source of ours.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;
