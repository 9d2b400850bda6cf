//! The publisher's local time, as Wazo events carry it.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use tz::{TimeZone, UtcDateTime};

/// The system's time zone: `TZ`, else `/etc/localtime`, else UTC. Read once, as Python does.
static ZONE: LazyLock<TimeZone> = LazyLock::new(|| {
    let zone = match std::env::var("TZ") {
        Ok(zone) => TimeZone::from_posix_tz(&zone),
        Err(_) => TimeZone::local(),
    };
    zone.unwrap_or_else(|_| TimeZone::utc())
});

/// A time by the publisher's clock on the wall: no zone, no offset, microseconds.
///
/// Written as Python's `datetime.isoformat` writes a time without a zone: the fraction has six
/// digits, and is left out on a whole second.
///
/// # Examples
/// ```
/// use trunkline_wazo::LocalTime;
///
/// let time: LocalTime = "2026-02-03T04:05:06.120".parse()?;
/// assert_eq!(time.to_string(), "2026-02-03T04:05:06.120000");
/// assert!("2026-02-03T04:05:06Z".parse::<LocalTime>().is_err());
/// # Ok::<(), trunkline_wazo::LocalTimeError>(())
/// ```
// The calendar fields are those of the local time; that they sit in a UTC type never shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(UtcDateTime);

impl LocalTime {
    /// The time now in the system's time zone.
    ///
    /// The zone is what `TZ` names, else the system's own; UTC where the system tells none, as on
    /// systems that are not Unix.
    pub fn now() -> Self {
        Self::in_zone(SystemTime::now(), &ZONE)
    }

    fn in_zone(now: SystemTime, zone: &TimeZone) -> Self {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
        let offset = zone
            .find_local_time_type(seconds)
            .map_or(0, |local| local.ut_offset());
        let local = UtcDateTime::from_timespec(seconds + i64::from(offset), since.subsec_nanos());
        Self(local.unwrap_or(EPOCH))
    }

    /// The text, without allocating.
    pub(crate) fn text(&self) -> TimeText {
        let time = &self.0;
        let mut text = TimeText {
            bytes: *b"0000-00-00T00:00:00.000000",
            len: 26,
        };
        text.put(0, 4, time.year().unsigned_abs());
        let fields = [
            time.month(),
            time.month_day(),
            time.hour(),
            time.minute(),
            time.second(),
        ];
        for (at, field) in fields.into_iter().enumerate() {
            text.put(5 + 3 * at, 2, u32::from(field));
        }
        match time.nanoseconds() / 1000 {
            0 => text.len = 19,
            micros => text.put(20, 6, micros),
        }
        text
    }
}

/// Where a clock set before 1970 or far beyond all calendars ends up.
const EPOCH: UtcDateTime = match UtcDateTime::new(1970, 1, 1, 0, 0, 0, 0) {
    Ok(epoch) => epoch,
    Err(_) => panic!("the epoch is a date"),
};

/// A time as text, on the stack.
pub(crate) struct TimeText {
    bytes: [u8; 26],
    len: usize,
}

impl TimeText {
    fn put(&mut self, at: usize, digits: usize, mut number: u32) {
        for place in self.bytes[at..at + digits].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("digits and separators are ASCII")
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalTime({self})")
    }
}

/// Text that is no local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a local time; write it like `2026-02-03T04:05:06.078901`, without zone or offset")]
pub struct LocalTimeError;

impl FromStr for LocalTime {
    type Err = LocalTimeError;

    fn from_str(text: &str) -> Result<Self, LocalTimeError> {
        read(text).ok_or(LocalTimeError)
    }
}

fn read(text: &str) -> Option<LocalTime> {
    let (date, time) = text.split_once('T')?;
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    // Python's calendar begins with the year 1, and its minutes have no leap second.
    if year == 0 || second > 59 {
        return None;
    }
    let nanos = fraction.map_or(Some(0), nanoseconds)?;
    let byte = |number: u32| u8::try_from(number).ok();
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(byte);
    let year = i32::try_from(year).ok()?;
    UtcDateTime::new(year, month?, day?, hour?, minute?, second?, nanos)
        .ok()
        .map(LocalTime)
}

/// Reads three numbers of so many digits with a separator between them.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(separator);
    let mut read = [0; 3];
    for (number, digits) in read.iter_mut().zip(digits) {
        *number = number_of(parts.next()?, digits)?;
    }
    parts.next().is_none().then_some(read)
}

/// Reads one to six digits after the point.
fn nanoseconds(fraction: &str) -> Option<u32> {
    let missing = 6_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    Some(number_of(fraction, fraction.len())? * 10_u32.pow(missing) * 1000)
}

/// Reads a number of exactly so many digits, at least one and few enough for 32 bits.
fn number_of(text: &str, digits: usize) -> Option<u32> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(zone: &str, unix_micros: u64) -> String {
        let zone = TimeZone::from_posix_tz(zone).unwrap();
        LocalTime::in_zone(UNIX_EPOCH + Duration::from_micros(unix_micros), &zone).to_string()
    }

    #[test]
    fn time_is_local_and_has_no_offset() {
        let cet = "CET-1CEST,M3.5.0,M10.5.0/3";
        assert_eq!(at(cet, 1_770_087_906_078_901), "2026-02-03T04:05:06.078901");
        assert_eq!(at(cet, 1_782_871_445_000_001), "2026-07-01T04:04:05.000001");
        assert_eq!(
            at("EST5", 1_770_087_906_500_000),
            "2026-02-02T22:05:06.500000"
        );
    }

    #[test]
    fn a_whole_second_has_no_fraction() {
        assert_eq!(at("UTC0", 1_770_091_506_000_000), "2026-02-03T04:05:06");
    }

    #[test]
    fn texts_come_back_as_python_writes_them() {
        let cases = [
            ("2026-02-03T04:05:06.078901", "2026-02-03T04:05:06.078901"),
            ("2026-02-03T04:05:06", "2026-02-03T04:05:06"),
            ("2026-02-03T04:05:06.1", "2026-02-03T04:05:06.100000"),
            ("2026-02-03T04:05:06.000000", "2026-02-03T04:05:06"),
            ("2024-02-29T23:59:59.999999", "2024-02-29T23:59:59.999999"),
            ("0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        ];
        for (text, printed) in cases {
            assert_eq!(text.parse::<LocalTime>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_local_time_is_refused() {
        for text in [
            "",
            "2026-02-03",
            "2026-02-03 04:05:06",
            "2026-02-03T04:05:06Z",
            "2026-02-03T04:05:06+01:00",
            "2026-02-03T04:05:06.",
            "2026-02-03T04:05:06.1234567",
            "2026-02-03T04:05",
            "2026-02-30T04:05:06",
            "2026-13-03T04:05:06",
            "2026-02-03T24:05:06",
            "2026-02-03T04:05:60",
            "26-02-03T04:05:06",
            "+026-02-03T04:05:06",
            "0000-02-03T04:05:06",
            "2026-02-03T04:05:06.١٢",
        ] {
            assert_eq!(text.parse::<LocalTime>(), Err(LocalTimeError), "{text}");
        }
    }
}
