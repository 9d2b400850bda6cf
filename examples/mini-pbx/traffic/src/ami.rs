//! Calls as Asterisk's manager interface tells them.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use trunkline::Audience;
use trunkline_wazo::events::NamedEvent;
use trunkline_wazo::events::amid::AmiEvent;

use crate::happening::{Happening, What};
use crate::people::{Tenant, User};

/// 2026-02-02, a Monday, at midnight (UTC).
const FIRST_DAY: Duration = Duration::from_secs(1_769_990_400);

/// One side of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) user: &'a User,
    pub(crate) other: &'a User,
    pub(crate) channel: &'a str,
    pub(crate) linked: &'a str,
    /// What was dialled.
    pub(crate) dialled: &'a str,
}

/// When something is, as Asterisk names channels after it.
pub(crate) fn seconds(at: Duration) -> u64 {
    (FIRST_DAY + at).as_secs()
}

impl Side<'_> {
    /// Something that Asterisk says of this side's channel.
    pub(crate) fn says(&self, at: u64, name: &str, state: &str, more: Value) -> Happening {
        let at = Duration::from_secs(at);
        let time = SystemTime::UNIX_EPOCH + FIRST_DAY + at;
        let said = json!({
            "Event": name,
            "Channel": format!("PJSIP/{}-{}", self.user.extension, self.channel),
            "Uniqueid": self.channel,
            "Linkedid": self.linked,
            "CallerIDNum": self.user.extension,
            "CallerIDName": self.user.name,
            "ConnectedLineNum": self.other.extension,
            "ConnectedLineName": self.other.name,
            "Exten": self.dialled,
            "ChannelStateDesc": state,
            "Timestamp": humantime::format_rfc3339_seconds(time).to_string(),
            "ChanVariable": {
                "WAZO_TENANT_UUID": self.tenant.uuid,
                "WAZO_USERUUID": self.user.uuid,
            },
        });
        let mut fields = AmiEvent::default();
        for said in [said, more] {
            let Value::Object(said) = said else { continue };
            for (key, value) in said {
                fields.rest.insert(key, value);
            }
        }
        let event = NamedEvent::new(name, Audience::Service, fields);
        let what = What::Ami(Box::new(event));
        Happening { at, what }
    }
}
