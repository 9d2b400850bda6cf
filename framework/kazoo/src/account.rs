//! The names of an account's databases, which are words of routing keys.

use crate::error::KazooError;

/// An account's database, as documents' events name it: its escapes are part of the name, and not
/// escaped again.
///
/// # Errors
/// [`KazooError::BadAccountId`] for an id that is not 32 bytes.
///
/// # Examples
/// ```
/// let database = trunkline_kazoo::account_database("4b31dd1d32ce6d249897c06332375d65")?;
/// assert_eq!(database, "account%2F4b%2F31%2Fdd1d32ce6d249897c06332375d65");
/// # Ok::<(), trunkline_kazoo::KazooError>(())
/// ```
pub fn account_database(account_id: &str) -> Result<String, KazooError> {
    let bad = || KazooError::BadAccountId {
        found: account_id.len(),
    };
    if account_id.len() != 32 {
        return Err(bad());
    }
    let (a, rest) = account_id.split_at_checked(2).ok_or_else(bad)?;
    let (b, rest) = rest.split_at_checked(2).ok_or_else(bad)?;
    Ok(format!("account%2F{a}%2F{b}%2F{rest}"))
}

/// An account's database of one month, where calls, faxes and messages are.
///
/// Ask again when the month changes: events then name another database.
///
/// # Errors
/// As [`account_database`].
pub fn month_database(account_id: &str, year: u16, month: u8) -> Result<String, KazooError> {
    Ok(format!(
        "{}-{year:04}{month:02}",
        account_database(account_id)?
    ))
}
