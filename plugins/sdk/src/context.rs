//! Everything a handler may ask about its event.

use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use trunkline_core::{Audience, HandlerError, Outgoing, TenantId, UserId};
use trunkline_plugin_abi as abi;

use crate::call::ContentForm;
use crate::host::PublishError;
use crate::{Event, Host, Result};

/// Everything a handler may ask about its event, and the [`Host`] beside.
pub struct Context {
    /// The plugin's own, which outlives its handlers: counting it would cost more than a call.
    host: NonNull<Host>,
    token: u64,
    event: *const abi::Event,
    form: ContentForm,
}

// SAFETY: the event is not changed while it is lent, which is for as long as this lives; a host may be
// used on any thread.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    /// The context of an event.
    ///
    /// # Safety
    /// The event is as the interface says; it and the host live at least as long as this.
    pub(crate) unsafe fn new(
        host: &Host,
        token: u64,
        event: *const abi::Event,
        form: ContentForm,
    ) -> Self {
        Self {
            host: NonNull::from(host),
            token,
            event,
            form,
        }
    }

    pub(crate) fn token(&self) -> u64 {
        self.token
    }

    /// The raw event.
    pub fn event(&self) -> Event<'_> {
        // SAFETY: it lives as long as `self`, as `new` was promised.
        unsafe { Event::new(&*self.event) }
    }

    /// What the event says, whatever its dialect.
    ///
    /// # Errors
    /// A rejection, if it cannot be read or says something else: trying again would not help.
    pub fn content<T: DeserializeOwned>(&self) -> Result<T> {
        if self.form.is_unit {
            return serde_json::from_str("null").map_err(HandlerError::undecodable);
        }
        let text = self.content_text()?;
        let fields = (self.form.header_fields)();
        if fields.is_empty() {
            return serde_json::from_str(text).map_err(HandlerError::undecodable);
        }
        let mut content: Json = serde_json::from_str(text).map_err(HandlerError::undecodable)?;
        if let Json::Object(map) = &mut content {
            for field in fields {
                let value = || self.event().header(field)?.to_json();
                if let (false, Some(value)) = (map.contains_key(&**field), value()) {
                    map.insert(field.clone().into_owned(), value);
                }
            }
        }
        serde_json::from_value(content).map_err(HandlerError::undecodable)
    }

    /// What the event says, as JSON text.
    ///
    /// # Errors
    /// A rejection, if it cannot be read.
    pub fn content_text(&self) -> Result<&str> {
        let mut out = abi::Bytes::EMPTY;
        let status = self.raw_content(self.token, &mut out);
        // SAFETY: lives as long as the event, and so as long as `self`.
        let text = unsafe { out.to_text() };
        match status {
            abi::OK => Ok(text),
            abi::REJECT => Err(HandlerError::undecodable(text.to_owned())),
            _ => Err(HandlerError::retry(
                "the host does not say what the event says",
            )),
        }
    }

    /// Whom the event is for.
    ///
    /// # Errors
    /// A rejection, if its headers contradict themselves.
    pub fn audience(&self) -> Result<Audience> {
        let mut out = abi::Audience::SERVICE;
        if self.raw_audience(self.token, &mut out) != abi::OK {
            return Err(HandlerError::undecodable(
                "it is not clear whom the event is for",
            ));
        }
        // SAFETY: lives as long as the event, and so as long as `self`.
        let (tenant, users) = unsafe { (out.tenant.to_text(), out.user_slice()) };
        let tenant = TenantId::from(tenant);
        // SAFETY: as above.
        let mut users = users
            .iter()
            .map(|user| UserId::from(unsafe { user.to_text() }));
        Ok(match out.level {
            abi::LEVEL_TENANT => Audience::Tenant(tenant),
            abi::LEVEL_USER => Audience::User {
                tenant,
                user: users.next(),
            },
            abi::LEVEL_MULTI_USER => Audience::Users {
                tenant,
                users: users.collect(),
            },
            _ => Audience::Service,
        })
    }

    /// The event's tenant.
    ///
    /// # Errors
    /// A rejection, if it has none.
    pub fn tenant(&self) -> Result<TenantId> {
        let audience = self.audience()?;
        audience
            .tenant()
            .cloned()
            .ok_or_else(|| HandlerError::undecodable("the event has no tenant"))
    }

    /// Whether the host has given this event up: what is done now is done in vain.
    pub fn is_cancelled(&self) -> bool {
        self.raw_cancelled(self.token)
    }

    /// Publishes an event as what this one led to: it has the same correlation id and trace, and
    /// this one as its cause. Returns once the broker owns it.
    ///
    /// Dropping the future does not take the event back.
    ///
    /// # Errors
    /// [`PublishError`].
    pub async fn publish(&self, event: &impl Outgoing) -> std::result::Result<(), PublishError> {
        self.publish_for(self.token, event).await
    }

    /// Publishes as [`publish`](Self::publish) does, from a handler that may block.
    ///
    /// # Errors
    /// [`PublishError`].
    ///
    /// # Panics
    /// In an `async fn`, whose thread must not wait.
    pub fn publish_blocking(&self, event: &impl Outgoing) -> std::result::Result<(), PublishError> {
        self.publish_blocking_for(self.token, event)
    }

    /// Publishes without waiting for the broker's word; a failure is in the host's log.
    ///
    /// # Errors
    /// [`PublishError`] if the host refuses it at once.
    pub fn send(&self, event: &impl Outgoing) -> std::result::Result<(), PublishError> {
        self.send_for(self.token, event)
    }
}

impl Deref for Context {
    type Target = Host;

    fn deref(&self) -> &Host {
        // SAFETY: it lives as long as `self`, as `new` was promised.
        unsafe { self.host.as_ref() }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("event", &self.event())
            .finish_non_exhaustive()
    }
}
