//! Beginning subscriptions.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use trunkline_core::{
    Overflow, Redelivery, SubscribeOptions, Subscription, SubscriptionKind, TransportError,
};

use super::Client;
use crate::NAME;
use crate::link::{Link, Plan, closed};
use crate::subscription::{Member, MemberSource, Memory, Rules, Ways};

impl Client {
    fn check(&self, options: &SubscribeOptions) -> Result<(), TransportError> {
        self.board.check_open()?;
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        let refuse = |what, hint| {
            Err(TransportError::Unsupported {
                transport: NAME,
                what,
                hint,
            })
        };
        let bounded = |overflow| matches!(overflow, Some(Overflow::Wait | Overflow::Refuse));
        match &options.kind {
            SubscriptionKind::Exclusive { .. } => refuse(
                "an exclusive group",
                "run one instance, or use a transport that has them",
            ),
            SubscriptionKind::Group { .. } if !self.capabilities.groups => refuse(
                "a group",
                "it needs `client_id=NAME` in the URL, each instance's own and the same at every \
                 start, or `clean=true`; with MQTT 3.1.1 also `shared=true`; and a broker with \
                 shared subscriptions and retained messages",
            ),
            SubscriptionKind::Group { .. } if options.overflow.is_some() => refuse(
                "an overflow rule for a group",
                "the broker's own limits hold; take the default",
            ),
            SubscriptionKind::Group { .. } if options.no_local => refuse(
                "`no_local` in a group",
                "leave own events out in the handler",
            ),
            _ if bounded(options.overflow) => refuse(
                "holding publishers back",
                "the broker's own limits hold; take the default overflow",
            ),
            _ => Ok(()),
        }
    }

    pub(super) async fn subscribe(
        self: &Arc<Self>,
        options: SubscribeOptions,
    ) -> Result<Subscription, TransportError> {
        self.check(&options)?;
        let ways = Ways {
            prefetch: usize::from(options.prefetch.get()),
            max_unread: options.max_unread,
            redelivers: self.capabilities.redelivery != Redelivery::None,
        };
        let member = match options.kind.group() {
            Some(group) => self.join(group, &options, ways).await?,
            None => self.listen(&options, ways).await?,
        };
        if self.board.check_open().is_err() {
            member.close().await;
            return Err(closed());
        }
        let source = MemberSource::new(Arc::clone(&member));
        Ok(Subscription::new(source, member))
    }

    /// Begins a live subscription: its own copy of everything, on a connection that leaves nothing.
    async fn listen(
        self: &Arc<Self>,
        options: &SubscribeOptions,
        ways: Ways,
    ) -> Result<Arc<Member>, TransportError> {
        let number = self.live.fetch_add(1, Ordering::Relaxed);
        let plan = Plan {
            client_id: format!("{}~live~{number}", self.name),
            clean_start: true,
            session_expiry: 0,
            receive_max: u16::MAX,
            will: None,
        };
        let rules = Rules {
            no_local: options.no_local,
            keep_dead_letters: options.keep_dead_letters,
            group: None,
        };
        let member = Member::new(
            Arc::clone(self),
            rules,
            &options.bindings,
            ways,
            Memory::new(),
        );
        let dialled = self.dial(&plan).await?;
        let inlet: Arc<Member> = Arc::clone(&member);
        let link = Link::start(Arc::clone(&self.config), plan, dialled, inlet);
        self.note(&member);
        member.set_link(link);
        // Dropped while it waits, this future must leave nothing behind.
        let unless_kept = CloseUnlessKept(Some(Arc::clone(&member)));
        let filters = member.filters(&options.bindings).into_iter().collect();
        member.link()?.subscribe(filters).await?;
        Ok(unless_kept.keep())
    }
}

/// Ends a member whose subscribing was not finished.
pub(crate) struct CloseUnlessKept(pub(crate) Option<Arc<Member>>);

impl CloseUnlessKept {
    pub(crate) fn keep(mut self) -> Arc<Member> {
        self.0.take().expect("taken once, here")
    }
}

impl Drop for CloseUnlessKept {
    fn drop(&mut self) {
        if let Some(member) = self.0.take() {
            member.leave();
        }
    }
}
