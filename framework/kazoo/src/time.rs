//! Kazoo's time: seconds since the year 0.

use crate::error::KazooError;

/// Gregorian seconds at the beginning of 1970.
pub(crate) const EPOCH: i64 = 62_167_219_200;

/// Turns Gregorian seconds, as in `Timestamp`, into Unix seconds.
///
/// # Errors
/// [`KazooError::NotGregorian`] for what would be before 1970.
///
/// # Examples
/// ```
/// assert_eq!(trunkline_kazoo::unix_seconds(63_610_891_956)?, 1_443_672_756);
/// # Ok::<(), trunkline_kazoo::KazooError>(())
/// ```
pub fn unix_seconds(gregorian: i64) -> Result<i64, KazooError> {
    if gregorian < EPOCH {
        return Err(KazooError::NotGregorian { seconds: gregorian });
    }
    Ok(gregorian - EPOCH)
}

/// Turns Unix seconds into Gregorian ones; a time that overflows stays at the end of time.
pub fn gregorian_seconds(unix: i64) -> i64 {
    unix.saturating_add(EPOCH)
}

/// Writes Unix seconds as RFC 3339 does, in UTC.
///
/// `None` beyond the year 9999, which the format does not have.
pub fn rfc3339(unix: i64) -> Option<String> {
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = civil(days)?;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    (0..=9999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Year, month and day of a day counted from 1970, by years that begin in March, so that the leap
/// day is their last.
fn civil(days: i64) -> Option<(i64, i64, i64)> {
    const ERA: i64 = 146_097;
    let shifted = days.checked_add(719_468)?;
    let (era, day) = (shifted.div_euclid(ERA), shifted.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (month, early) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let of_month = of_year - (153 * ((month + 9) % 12) + 2) / 5 + 1;
    Some((year + era * 400 + early, month, of_month))
}
