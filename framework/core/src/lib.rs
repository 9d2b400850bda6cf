//! The heart of Trunkline.
