//! The heart of Trunkline.

mod headers;
mod keys;
mod matching;

pub use headers::{
    HeaderError, HeaderLimits, Headers, IntoHeader, ListRef, TableRef, Value, ValueKind, ValueRef,
    is_reserved_header,
};
pub use keys::{
    KeyError, KeyErrorKind, KeyPattern, NamePattern, PatternShape, RoutingKey, escape_segment,
    unescape_segment,
};
pub use matching::{
    Binding, BindingBuilder, BindingError, BindingId, BindingIndex, HeaderCondition, HeaderTest,
    SharedIndex, Subject, TestMode,
};
