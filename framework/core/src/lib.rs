//! The heart of Trunkline.

mod headers;
mod keys;

pub use headers::{
    HeaderError, HeaderLimits, Headers, IntoHeader, ListRef, TableRef, Value, ValueKind, ValueRef,
    is_reserved_header,
};
pub use keys::{
    KeyError, KeyErrorKind, KeyPattern, NamePattern, PatternShape, RoutingKey, escape_segment,
    unescape_segment,
};
