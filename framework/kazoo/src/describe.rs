//! A message in the words every dialect has: name, tenant, user, time.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::family::Family;
use crate::message::{Message, text};
use crate::time::{EPOCH, unix_seconds};
use crate::vocabulary::{
    ACCOUNT_ID, CALL_ID, CHANNEL_VARS, EVENT_CATEGORY, EVENT_NAME, MSG_ID, OWNER_ID, TIMESTAMP,
    is_header,
};

/// What a message says, told apart: whom it is about, what belongs to the platform, what to the event.
///
/// `headers` and `data` share no key, and together are the message.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Described {
    /// `Event-Name`.
    pub name: Option<String>,
    /// `Event-Category`.
    pub category: Option<String>,
    /// The account it belongs to.
    pub tenant: Option<String>,
    /// The user of the account who owns it.
    pub user: Option<String>,
    /// `Call-ID`.
    pub call_id: Option<String>,
    /// `Msg-ID`, which is not unique: with node, name and call it is.
    pub id: Option<String>,
    /// Unix seconds.
    pub time: Option<i64>,
    /// What any message may have; all but the five required keys is nothing for tenants.
    pub headers: Box<RawValue>,
    /// The rest.
    pub data: Box<RawValue>,
}

impl Message<'_> {
    /// Tells the message's parts apart.
    pub fn describe(&self) -> Described {
        let own = |field| self.id(field).map(|id| id.into_owned());
        Described {
            name: own(EVENT_NAME),
            category: own(EVENT_CATEGORY),
            tenant: self.tenant(),
            user: self.user(),
            call_id: own(CALL_ID),
            id: own(MSG_ID),
            time: self.unix_time(),
            headers: self.part(is_platform),
            data: self.part(|key| !is_platform(key)),
        }
    }

    /// The account the message belongs to.
    ///
    /// For a call event the channel's variable counts before the top-level key, as it does for
    /// Kazoo: the other way round would show an event to an account Kazoo hides it from.
    pub fn tenant(&self) -> Option<String> {
        let top = || self.id(ACCOUNT_ID).map(|id| id.into_owned());
        let is_call = self.text(EVENT_CATEGORY).as_deref() == Some(Family::Call.category());
        if is_call {
            self.of_channel(ACCOUNT_ID).or_else(top)
        } else {
            top().or_else(|| self.of_channel(ACCOUNT_ID))
        }
    }

    /// The user of the account who owns what the message is about.
    pub fn user(&self) -> Option<String> {
        let top = || self.id(OWNER_ID).map(|id| id.into_owned());
        self.of_channel(OWNER_ID).or_else(top)
    }

    fn of_channel(&self, key: &str) -> Option<String> {
        let variables = self.object(CHANNEL_VARS)?;
        variables.id(key).map(|id| id.into_owned())
    }

    /// When it happened, in Unix seconds: `Timestamp`, a number or a text of digits.
    pub fn unix_time(&self) -> Option<i64> {
        let json = self.get(TIMESTAMP)?;
        let digits = text(json);
        let digits = digits.as_deref().unwrap_or(json);
        let seconds = match digits.parse::<i64>() {
            Ok(seconds) => seconds,
            // A number may have a fraction; a text is of digits alone.
            Err(_) if !json.starts_with('"') => whole(digits.parse().ok()?)?,
            Err(_) => return None,
        };
        unix_seconds(seconds).ok()
    }

    fn part(&self, is_in: impl Fn(&str) -> bool) -> Box<RawValue> {
        // An object that was read can be written again.
        RawValue::from_string(self.json_of(is_in)).unwrap_or_default()
    }

    /// The event's own part, as JSON.
    pub(crate) fn data(&self) -> String {
        self.json_of(|key| !is_platform(key))
    }
}

/// Whether a key belongs to the platform: account and call belong to the event.
fn is_platform(key: &str) -> bool {
    is_header(key) && !matches!(key, ACCOUNT_ID | CALL_ID)
}

/// The whole part of a time that is one.
fn whole(seconds: f64) -> Option<i64> {
    // Beyond 2^53 a float counts no seconds any more, and no year has so many digits.
    let is_time = seconds >= EPOCH as f64 && seconds < 9_007_199_254_740_992.0;
    is_time.then_some(seconds as i64)
}
