//! Changing a running subscription.

use async_trait::async_trait;
use trunkline_core::{Binding, SubscriptionControl, TransportError};

use crate::link::{Filter, closed};
use crate::subscription::Member;

impl Member {
    fn check_open(&self) -> Result<(), TransportError> {
        self.client().board().check_open()?;
        match self.inbox().has_ended() {
            true => Err(closed()),
            false => Ok(()),
        }
    }

    /// Brings the broker from the filters of some bindings to those of the present ones: what is new
    /// first, so that nothing falls between.
    async fn refilter(&self, before: &[Binding]) -> Result<(), TransportError> {
        let (old, new) = (self.filters(before), self.filters(&self.bindings()));
        let added: Vec<Filter> = new.difference(&old).cloned().collect();
        let removed: Vec<Filter> = old.difference(&new).cloned().collect();
        let link = self.link()?;
        if !added.is_empty() {
            link.subscribe(added).await?;
        }
        if !removed.is_empty() {
            link.unsubscribe(removed).await?;
        }
        self.client().say_bindings(self).await
    }
}

#[async_trait]
impl SubscriptionControl for Member {
    async fn bind(&self, binding: Binding) -> Result<(), TransportError> {
        self.check_open()?;
        let _changing = self.changing.lock().await;
        let before = self.bindings();
        if !self.add(binding.clone()) {
            return Ok(());
        }
        let outcome = self.refilter(&before).await;
        if outcome.is_err() {
            self.remove(&binding);
        }
        outcome
    }

    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError> {
        self.check_open()?;
        let _changing = self.changing.lock().await;
        let before = self.bindings();
        if !self.remove(binding) {
            return Ok(false);
        }
        self.refilter(&before).await.map(|()| true)
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.leave();
        if !self.inbox().is_in_use() {
            Member::close(self).await;
        }
        Ok(())
    }
}
