//! Times of RFC 3339.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads a time, with whatever offset.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(time.into())
}

/// Writes a time, in UTC; `None` beyond the years 0 to 9999, which RFC 3339 cannot write.
pub(crate) fn write(time: SystemTime) -> Option<String> {
    let since = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).ok()?,
        Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
    };
    written(since)
}

/// Writes milliseconds since 1970, as AMQP 1.0's timestamps are.
pub(crate) fn of_millis(millis: i64) -> Option<String> {
    written(i128::from(millis) * 1_000_000)
}

fn written(nanos: i128) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
    time.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_read_with_their_offsets_and_written_in_utc() {
        let time = UNIX_EPOCH + Duration::from_millis(1_522_893_384_078);
        assert_eq!(write(time).as_deref(), Some("2018-04-05T01:56:24.078Z"));
        assert_eq!(read("2018-04-05T01:56:24.078Z"), Some(time));
        assert_eq!(read("2018-04-05T03:56:24.078+02:00"), Some(time));
        for bad in ["", "now", "2018-04-05", "2018-04-05T03:56:24", "1522893384"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_that_cannot_be_written_are_none() {
        assert_eq!(of_millis(i64::MAX), None);
        assert_eq!(of_millis(i64::MIN), None);
        assert_eq!(write(UNIX_EPOCH + Duration::from_secs(1 << 40)), None);
        assert_eq!(of_millis(0).as_deref(), Some("1970-01-01T00:00:00Z"));
    }
}
