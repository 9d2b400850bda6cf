//! What is read line by line: recordings, messages, descriptions of events.

mod fields;
mod forms;
mod lines;
mod record;
mod source;

pub(crate) use fields::Fields;
pub(crate) use forms::{Forms, Recorded};
pub(crate) use lines::Lines;
pub(crate) use record::RecordLine;
pub(crate) use source::{Source, open};
