//! What is lent across the boundary: bytes, events, replies.

use core::mem::{align_of, size_of};

/// Bytes lent for as long as the call or the event they belong to. `ptr` may be null if `len` is 0.
/// Text is UTF-8.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Bytes {
    /// First byte.
    pub ptr: *const u8,
    /// How many there are.
    pub len: usize,
}

/// The header's value is null; `value` is empty.
pub const HEADER_NULL: u32 = 0;
/// The header's value is `true` or `false`.
pub const HEADER_BOOL: u32 = 1;
/// The header's value is a decimal integer.
pub const HEADER_INT: u32 = 2;
/// The header's value is a decimal number.
pub const HEADER_FLOAT: u32 = 3;
/// The header's value is text.
pub const HEADER_TEXT: u32 = 4;
/// The header's value is bytes.
pub const HEADER_BYTES: u32 = 5;
/// The header's value is a list or a table, written as JSON.
pub const HEADER_JSON: u32 = 6;

/// One header of an event. An element of arrays: it never grows.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Header {
    /// Its name.
    pub name: Bytes,
    /// Its value, written as `kind` says.
    pub value: Bytes,
    /// One of the `HEADER_` kinds; a kind that is not known is to be read as bytes.
    pub kind: u32,
    /// Zero.
    pub reserved: u32,
}

/// The event is the kept last value of its key, not a new one.
pub const EVENT_RETAINED: u32 = 1;

/// One event, lent to a handler.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// Bytes of this struct that are filled in.
    pub size: u32,
    /// `EVENT_` flags.
    pub flags: u32,
    /// Its name; empty if it has none.
    pub name: Bytes,
    /// Its id, the same over retries; empty if it has none.
    pub id: Bytes,
    /// The key it was routed by.
    pub routing_key: Bytes,
    /// The media type of the body; empty if not known.
    pub content_type: Bytes,
    /// The body as it came. What the event says, whatever the dialect, is the host's `content`.
    pub body: Bytes,
    /// The headers.
    pub headers: *const Header,
    /// How many there are.
    pub header_count: usize,
    /// When it happened, in nanoseconds since 1970 UTC; 0 if not known.
    pub time_unix_ns: i64,
    /// When the handler must be done, in nanoseconds since 1970 UTC; 0 for no limit.
    pub deadline_unix_ns: i64,
    /// The how-manieth attempt this is, from 1.
    pub attempt: u32,
    /// Zero.
    pub reserved: u32,
}

/// For services alone.
pub const LEVEL_SERVICE: u32 = 1;
/// For everyone in a tenant.
pub const LEVEL_TENANT: u32 = 2;
/// For one user of a tenant.
pub const LEVEL_USER: u32 = 3;
/// For several users of a tenant.
pub const LEVEL_MULTI_USER: u32 = 4;

/// Whom an event is for.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Audience {
    /// Bytes of this struct: set by whoever asks.
    pub size: u32,
    /// One of the `LEVEL_` values.
    pub level: u32,
    /// The tenant; empty for services.
    pub tenant: Bytes,
    /// The users.
    pub users: *const Bytes,
    /// How many there are.
    pub user_count: usize,
}

/// An event to be published; the host writes it in the dialect of its bus.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Publication {
    /// Bytes of this struct that are filled in.
    pub size: u32,
    /// One of the `LEVEL_` values.
    pub level: u32,
    /// Its name.
    pub name: Bytes,
    /// The template of its routing key.
    pub routing_key: Bytes,
    /// The template of its access string; empty to derive it from the routing key.
    pub required_acl: Bytes,
    /// The tenant it is for; empty for services.
    pub tenant: Bytes,
    /// The users it is for.
    pub users: *const Bytes,
    /// How many there are.
    pub user_count: usize,
    /// Headers beside those the dialect writes.
    pub headers: *const Header,
    /// How many there are.
    pub header_count: usize,
    /// What it says: a JSON object.
    pub content: Bytes,
}

/// How something ended.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    /// Bytes of this struct that are filled in.
    pub size: u32,
    /// A status.
    pub status: i32,
    /// With `RETRY`: the wait asked for, in milliseconds; 0 leaves it to the retry policy.
    pub retry_after_ms: u64,
    /// Why; may be empty.
    pub message: Bytes,
}

impl Bytes {
    /// No bytes.
    pub const EMPTY: Self = Self {
        ptr: core::ptr::null(),
        len: 0,
    };

    /// Lends bytes; whoever is given this must not outlive them.
    #[must_use]
    pub const fn of(bytes: &[u8]) -> Self {
        Self {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
        }
    }

    /// Lends text.
    #[must_use]
    pub const fn text(text: &str) -> Self {
        Self::of(text.as_bytes())
    }

    /// The bytes; none if the pointer is null or the length impossible.
    ///
    /// # Safety
    /// Unless it is null, `ptr` points to `len` bytes that nobody changes while `'a` lasts.
    #[must_use]
    pub unsafe fn get<'a>(self) -> &'a [u8] {
        if self.ptr.is_null() || self.len > isize::MAX as usize {
            return &[];
        }
        // SAFETY: not null, at most `isize::MAX` bytes, and the caller promises the rest.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }

    /// The bytes as text, up to the first that is not UTF-8.
    ///
    /// # Safety
    /// As for [`get`](Self::get).
    #[must_use]
    pub unsafe fn to_text<'a>(self) -> &'a str {
        // SAFETY: the caller promises what `get` asks.
        let bytes = unsafe { self.get::<'a>() };
        match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.split_at(error.valid_up_to()).0;
                core::str::from_utf8(valid).unwrap_or_default()
            }
        }
    }
}

/// Reads an array that was lent; none if the pointer is null or the length impossible.
///
/// # Safety
/// Unless it is null, `first` points to `count` elements that nobody changes while `'a` lasts.
unsafe fn array<'a, T>(first: *const T, count: usize) -> &'a [T] {
    let aligned = first as usize % align_of::<T>() == 0;
    if first.is_null() || !aligned || count > isize::MAX as usize / size_of::<T>() {
        return &[];
    }
    // SAFETY: not null, aligned, of a possible length, and the caller promises the rest.
    unsafe { core::slice::from_raw_parts(first, count) }
}

impl Event {
    /// The headers.
    ///
    /// # Safety
    /// `headers` points to `header_count` headers that live while `'a` lasts.
    #[must_use]
    pub unsafe fn header_slice<'a>(&self) -> &'a [Header] {
        // SAFETY: the caller's promise.
        unsafe { array(self.headers, self.header_count) }
    }
}

impl Audience {
    /// For services alone: what a caller of `audience` passes in.
    pub const SERVICE: Self = Self {
        size: size_of::<Self>() as u32,
        level: LEVEL_SERVICE,
        tenant: Bytes::EMPTY,
        users: core::ptr::null(),
        user_count: 0,
    };

    /// The users.
    ///
    /// # Safety
    /// `users` points to `user_count` elements that live while `'a` lasts.
    #[must_use]
    pub unsafe fn user_slice<'a>(&self) -> &'a [Bytes] {
        // SAFETY: the caller's promise.
        unsafe { array(self.users, self.user_count) }
    }
}

impl Publication {
    /// The users.
    ///
    /// # Safety
    /// `users` points to `user_count` elements that live while `'a` lasts.
    #[must_use]
    pub unsafe fn user_slice<'a>(&self) -> &'a [Bytes] {
        // SAFETY: the caller's promise.
        unsafe { array(self.users, self.user_count) }
    }

    /// The headers.
    ///
    /// # Safety
    /// `headers` points to `header_count` headers that live while `'a` lasts.
    #[must_use]
    pub unsafe fn header_slice<'a>(&self) -> &'a [Header] {
        // SAFETY: the caller's promise.
        unsafe { array(self.headers, self.header_count) }
    }
}

impl Reply {
    /// A reply without a message.
    #[must_use]
    pub const fn of(status: i32) -> Self {
        Self::with_message(status, Bytes::EMPTY)
    }

    /// A reply that says why.
    #[must_use]
    pub const fn with_message(status: i32, message: Bytes) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            status,
            retry_after_ms: 0,
            message,
        }
    }
}
