//! One event in a plugin's hands, and how it ended.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{self, Poll, Waker};
use std::time::{Duration, SystemTime};

use trunkline_core::{Audience, Context, HandlerError, ValueRef};
use trunkline_plugin_abi as abi;
use uuid::fmt::Hyphenated;

use super::{Outcome, spare};
use crate::sync::lock;

/// One event in a plugin's hands. All that the plugin was lent lives here.
pub(crate) struct Call {
    /// There while an event is lent.
    context: Option<Context>,
    token: AtomicU64,
    /// Points into the fields below and into the context's envelope.
    event: abi::Event,
    name: Option<String>,
    id: [u8; Hyphenated::LENGTH],
    other_id: Option<String>,
    headers: Vec<abi::Header>,
    texts: Vec<Box<str>>,
    audience: OnceLock<Option<Lent>>,
    content: OnceLock<Result<String, String>>,
    progress: Mutex<Progress>,
    cancelled: AtomicBool,
    /// Whether a thread of the plugin's pool is inside the handler.
    pub(super) on_thread: AtomicBool,
    /// Whether that thread was written off.
    pub(super) written_off: AtomicBool,
}

// SAFETY: the raw pointers in `event` and `headers` point to memory this owns or shares and that
// nobody changes while it lives.
unsafe impl Send for Call {}
// SAFETY: as above; everything else is guarded.
unsafe impl Sync for Call {}

/// Whom an event is for, as the interface lends it.
struct Lent {
    audience: Audience,
    users: Vec<abi::Bytes>,
}

enum Progress {
    /// Nobody has asked yet, or this one is to be woken.
    Waiting(Option<Waker>),
    Done(Outcome),
    /// Whoever waited has had the outcome, or waits no more.
    Over,
}

impl Default for Call {
    /// A call without an event.
    fn default() -> Self {
        Self {
            context: None,
            token: AtomicU64::new(0),
            event: NO_EVENT,
            name: None,
            id: [0; Hyphenated::LENGTH],
            other_id: None,
            headers: Vec::new(),
            texts: Vec::new(),
            audience: OnceLock::new(),
            content: OnceLock::new(),
            progress: Mutex::new(Progress::Waiting(None)),
            cancelled: AtomicBool::new(false),
            on_thread: AtomicBool::new(false),
            written_off: AtomicBool::new(false),
        }
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

/// Most headers that a spare call keeps room for.
const MAX_SPARE_HEADERS: usize = 32;

impl Call {
    /// Lends out the event of a delivery, for at most as long as `patience`.
    pub(crate) fn new(context: Context, patience: Option<Duration>) -> Arc<Self> {
        let mut call = spare::take().unwrap_or_default();
        if let Some(own) = Arc::get_mut(&mut call) {
            own.lend(context, patience);
        }
        call
    }

    /// Keeps a call that is done with for another event, unless somebody still looks at it.
    pub(crate) fn recycle(mut call: Arc<Self>) {
        if let Some(own) = Arc::get_mut(&mut call) {
            own.clear();
            spare::give(call);
        }
    }

    /// Points `event` at what the delivery and the fields beside it hold: all of it stays where it
    /// is until [`clear`](Self::clear).
    fn lend(&mut self, context: Context, patience: Option<Duration>) {
        let envelope = context.envelope();
        let name = match context.event_name() {
            Some(Cow::Borrowed(name)) => abi::Bytes::text(name),
            Some(Cow::Owned(name)) => abi::Bytes::text(self.name.insert(name)),
            None => abi::Bytes::EMPTY,
        };
        let headers = envelope.headers();
        self.headers.reserve(headers.len());
        for (name, value) in headers.iter() {
            self.headers.push(lend_header(name, value, &mut self.texts));
        }
        let id = match envelope.id().map(|id| (id, id.as_uuid())) {
            Some((_, Some(uuid))) => abi::Bytes::text(uuid.hyphenated().encode_lower(&mut self.id)),
            Some((other, None)) => abi::Bytes::text(self.other_id.insert(other.to_string())),
            None => abi::Bytes::EMPTY,
        };
        let properties = envelope.properties();
        let content_type = properties.content_type();
        let deadline = patience.map_or(0, |patience| nanoseconds(SystemTime::now() + patience));
        self.event = abi::Event {
            size: size_of::<abi::Event>() as u32,
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
            deadline_unix_ns: deadline,
            attempt: context.attempt(),
            reserved: 0,
        };
        self.context = Some(context);
    }

    /// Forgets the event; room that was made for headers stays.
    fn clear(&mut self) {
        let mut headers = std::mem::take(&mut self.headers);
        headers.clear();
        headers.shrink_to(MAX_SPARE_HEADERS);
        *self = Self {
            headers,
            ..Self::default()
        };
    }

    pub(super) fn event(&self) -> &abi::Event {
        &self.event
    }

    pub(crate) fn context(&self) -> &Context {
        let context = self.context.as_ref();
        context.expect("whoever holds a call holds its event")
    }

    pub(super) fn set_token(&self, token: u64) {
        self.token.store(token, Ordering::SeqCst);
    }

    pub(super) fn token(&self) -> u64 {
        self.token.load(Ordering::SeqCst)
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    pub(super) fn holds_thread(&self) -> bool {
        self.on_thread.load(Ordering::SeqCst)
    }

    /// Whom the event is for; `None` if its headers contradict themselves.
    pub(super) fn audience(&self) -> Option<abi::Audience> {
        let lent = self.audience.get_or_init(|| {
            let audience = self.context().audience().ok()?;
            let lent = Lent {
                users: Vec::new(),
                audience,
            };
            Some(lent.with_users())
        });
        lent.as_ref().map(Lent::view)
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

    pub(super) fn complete(&self, outcome: Outcome) {
        let mut progress = lock(&self.progress);
        if let Progress::Waiting(waker) = &mut *progress {
            let waker = waker.take();
            *progress = Progress::Done(outcome);
            drop(progress);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Ready when the event came to its end.
    pub(crate) fn poll(&self, cx: &mut task::Context<'_>) -> Poll<Outcome> {
        let mut progress = lock(&self.progress);
        match std::mem::replace(&mut *progress, Progress::Over) {
            Progress::Done(outcome) => Poll::Ready(outcome),
            _ => {
                *progress = Progress::Waiting(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }

    /// The outcome, if the event has come to its end.
    pub(crate) fn take(&self) -> Option<Outcome> {
        let mut progress = lock(&self.progress);
        match std::mem::replace(&mut *progress, Progress::Over) {
            Progress::Done(outcome) => Some(outcome),
            other => {
                *progress = other;
                None
            }
        }
    }

    /// Nobody waits any more; false if it had ended before.
    pub(super) fn give_up(&self) -> bool {
        let mut progress = lock(&self.progress);
        if !matches!(*progress, Progress::Waiting(_)) {
            return false;
        }
        *progress = Progress::Over;
        drop(progress);
        self.cancelled.store(true, Ordering::SeqCst);
        self.token() != 0
    }

    /// Ends the wait for a generation that must go; false if nobody waited.
    pub(super) fn hand_back(&self) -> bool {
        let waited = matches!(*lock(&self.progress), Progress::Waiting(_));
        self.cancelled.store(true, Ordering::SeqCst);
        self.complete(Outcome {
            message: "the plugin was replaced before it was done".into(),
            ..Outcome::of(abi::CANCELLED)
        });
        waited
    }
}

impl Lent {
    fn with_users(mut self) -> Self {
        let users = self.audience.named_users().iter();
        self.users = users.map(|user| abi::Bytes::text(user.as_str())).collect();
        self
    }

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

fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    })
}

fn lend_header(name: &str, value: ValueRef<'_>, texts: &mut Vec<Box<str>>) -> abi::Header {
    let mut keep = |text: String| {
        texts.push(text.into());
        abi::Bytes::text(texts.last().map_or("", |text| text))
    };
    let (kind, value) = match value {
        ValueRef::Null => (abi::HEADER_NULL, abi::Bytes::EMPTY),
        ValueRef::Bool(true) => (abi::HEADER_BOOL, abi::Bytes::text("true")),
        ValueRef::Bool(false) => (abi::HEADER_BOOL, abi::Bytes::text("false")),
        ValueRef::Int(number) => (abi::HEADER_INT, keep(number.to_string())),
        ValueRef::Float(number) => (abi::HEADER_FLOAT, keep(number.to_string())),
        ValueRef::Text(text) => (abi::HEADER_TEXT, abi::Bytes::text(text)),
        ValueRef::Bytes(bytes) => (abi::HEADER_BYTES, abi::Bytes::of(bytes)),
        other => {
            let json = serde_json::Value::try_from(other).map(|json| json.to_string());
            (
                abi::HEADER_JSON,
                keep(json.unwrap_or_else(|_| "null".into())),
            )
        }
    };
    abi::Header {
        name: abi::Bytes::text(name),
        value,
        kind,
        reserved: 0,
    }
}
