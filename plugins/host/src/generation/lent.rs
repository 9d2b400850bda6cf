//! An event as a plugin sees it: all that it was lent lives here.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use trunkline_core::{Audience, Context, HandlerError, HeaderRef, ValueRef};
use trunkline_plugin_abi as abi;
use uuid::fmt::Hyphenated;

/// Most headers that are kept room for.
const MAX_SPARE_HEADERS: usize = 32;

/// An event, and what its view points to.
pub(super) struct Lent {
    /// There while an event is lent.
    context: Option<Context>,
    /// Points into the fields below and into the context's envelope, while they are there.
    event: abi::Event,
    name: Option<String>,
    id: [u8; Hyphenated::LENGTH],
    other_id: Option<String>,
    headers: Vec<abi::Header>,
    texts: Vec<Box<str>>,
    audience: OnceLock<Option<LentAudience>>,
    content: OnceLock<Result<String, String>>,
}

// SAFETY: the raw pointers in `event` and `headers` point to memory this owns or shares and that
// nobody changes while an event is lent.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

/// Whom an event is for, as the interface lends it.
struct LentAudience {
    audience: Audience,
    users: Vec<abi::Bytes>,
}

impl Lent {
    /// Holds no event.
    pub(super) const fn new() -> Self {
        Self {
            context: None,
            event: NO_EVENT,
            name: None,
            id: [0; Hyphenated::LENGTH],
            other_id: None,
            headers: Vec::new(),
            texts: Vec::new(),
            audience: OnceLock::new(),
            content: OnceLock::new(),
        }
    }

    /// Lends out the event of a delivery, for at most as long as `patience`: all that the view
    /// points to stays where it is until [`clear`](Self::clear).
    pub(super) fn lend(&mut self, context: Context, patience: Option<Duration>) {
        let envelope = context.envelope();
        let name = match context.event_name() {
            Some(Cow::Borrowed(name)) => abi::Bytes::text(name),
            Some(Cow::Owned(name)) => abi::Bytes::text(self.name.insert(name)),
            None => abi::Bytes::EMPTY,
        };
        let headers = envelope.headers();
        self.headers.reserve(headers.len());
        for (name, value) in headers.iter_bytes() {
            self.headers.push(lend_header(name, value, &mut self.texts));
        }
        let id = match envelope.id().map(|id| (id, id.as_uuid())) {
            Some((_, Some(uuid))) => abi::Bytes::text(uuid.hyphenated().encode_lower(&mut self.id)),
            Some((other, None)) => abi::Bytes::text(self.other_id.insert(other.to_string())),
            None => abi::Bytes::EMPTY,
        };
        let properties = envelope.properties();
        let content_type = properties.content_type();
        self.event = abi::Event {
            flags: if context.is_retained() {
                abi::EVENT_RETAINED
            } else {
                0
            },
            name,
            id,
            routing_key: abi::Bytes::text(envelope.routing_key().as_str()),
            content_type: content_type.map_or(abi::Bytes::EMPTY, abi::Bytes::text),
            body: abi::Bytes::of(envelope.body()),
            headers: self.headers.as_ptr(),
            header_count: self.headers.len(),
            time_unix_ns: properties.timestamp().map_or(0, nanoseconds),
            deadline_unix_ns: patience.map_or(0, deadline),
            attempt: context.attempt(),
            ..NO_EVENT
        };
        self.context = Some(context);
    }

    /// Forgets the event; room that was made for headers stays.
    pub(super) fn clear(&mut self) {
        self.context = None;
        self.name = None;
        self.other_id = None;
        self.headers.clear();
        self.headers.shrink_to(MAX_SPARE_HEADERS);
        self.texts.clear();
        self.audience.take();
        self.content.take();
    }

    pub(super) fn event(&self) -> &abi::Event {
        &self.event
    }

    pub(super) fn context(&self) -> &Context {
        let context = self.context.as_ref();
        context.expect("whoever holds a call holds its event")
    }

    /// Whom the event is for; `None` if its headers contradict themselves.
    pub(super) fn audience(&self) -> Option<abi::Audience> {
        let lent = self.audience.get_or_init(|| {
            let audience = self.context().audience().ok()?;
            let users = audience.named_users().iter();
            let users = users.map(|user| abi::Bytes::text(user.as_str())).collect();
            Some(LentAudience { audience, users })
        });
        lent.as_ref().map(LentAudience::view)
    }

    /// What the event says, or why that cannot be read.
    pub(super) fn content(&self) -> &Result<String, String> {
        self.content.get_or_init(|| {
            let context = self.context();
            match context.bus().dialect().data(context.envelope()) {
                Ok(data) => Ok(data.into_owned()),
                Err(error) => Err(HandlerError::undecodable(error).to_string()),
            }
        })
    }
}

const NO_EVENT: abi::Event = abi::Event {
    size: size_of::<abi::Event>() as u32,
    flags: 0,
    name: abi::Bytes::EMPTY,
    id: abi::Bytes::EMPTY,
    routing_key: abi::Bytes::EMPTY,
    content_type: abi::Bytes::EMPTY,
    body: abi::Bytes::EMPTY,
    headers: std::ptr::null(),
    header_count: 0,
    time_unix_ns: 0,
    deadline_unix_ns: 0,
    attempt: 0,
    reserved: 0,
};

impl LentAudience {
    fn view(&self) -> abi::Audience {
        use trunkline_core::Level;
        let tenant = self.audience.tenant();
        abi::Audience {
            level: match self.audience.level() {
                Level::Tenant => abi::LEVEL_TENANT,
                Level::User => abi::LEVEL_USER,
                Level::MultiUser => abi::LEVEL_MULTI_USER,
                _ => abi::LEVEL_SERVICE,
            },
            tenant: tenant.map_or(abi::Bytes::EMPTY, |tenant| {
                abi::Bytes::text(tenant.as_str())
            }),
            users: self.users.as_ptr(),
            user_count: self.users.len(),
            ..abi::Audience::SERVICE
        }
    }
}

/// When this much will have passed, to within a few milliseconds: the system's coarse clock is read
/// in a fifth of the time, and an event is lent more often than its deadline is looked at.
fn deadline(patience: Duration) -> i64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is a place for a time.
    let read = unsafe { libc::clock_gettime(COARSE_CLOCK, &mut now) };
    if read != 0 {
        return nanoseconds(SystemTime::now() + patience);
    }
    let now = Duration::new(now.tv_sec as u64, now.tv_nsec as u32);
    i64::try_from(now.saturating_add(patience).as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(target_os = "linux")]
const COARSE_CLOCK: libc::clockid_t = libc::CLOCK_REALTIME_COARSE;
#[cfg(not(target_os = "linux"))]
const COARSE_CLOCK: libc::clockid_t = libc::CLOCK_REALTIME;

fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    })
}

fn lend_header(name: &[u8], value: HeaderRef<'_>, texts: &mut Vec<Box<str>>) -> abi::Header {
    let mut keep = |text: String| {
        texts.push(text.into());
        abi::Bytes::text(texts.last().map_or("", |text| text))
    };
    let (kind, value) = match value {
        HeaderRef::Text(text) => (abi::HEADER_TEXT, abi::Bytes::of(text)),
        HeaderRef::Other(value) => match value {
            ValueRef::Null => (abi::HEADER_NULL, abi::Bytes::EMPTY),
            ValueRef::Bool(true) => (abi::HEADER_BOOL, abi::Bytes::text("true")),
            ValueRef::Bool(false) => (abi::HEADER_BOOL, abi::Bytes::text("false")),
            ValueRef::Int(number) => (abi::HEADER_INT, keep(number.to_string())),
            ValueRef::Float(number) => (abi::HEADER_FLOAT, keep(number.to_string())),
            ValueRef::Text(text) => (abi::HEADER_TEXT, abi::Bytes::text(text)),
            ValueRef::Bytes(bytes) => (abi::HEADER_BYTES, abi::Bytes::of(bytes)),
            other => {
                let json = serde_json::Value::try_from(other).map(|json| json.to_string());
                let json = json.unwrap_or_else(|_| "null".into());
                (abi::HEADER_JSON, keep(json))
            }
        },
    };
    abi::Header {
        name: abi::Bytes::of(name),
        value,
        kind,
        reserved: 0,
    }
}
