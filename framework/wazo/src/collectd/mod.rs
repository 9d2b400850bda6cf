//! Statistics for collectd, which wazo-calld sends over the same bus.

mod duration;
mod event;
mod line;

pub use event::{CollectdEvent, CollectdTime};
pub use line::{CollectdLine, encode_collectd_line};
