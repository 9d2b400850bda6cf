//! What the broker is asked for on behalf of a plugin, when its versions change.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use trunkline_core::{Binding, HandlerId, HandlerOptions, TransportError};

use super::Inner;
use crate::generation::Generation;
use crate::manifest::HandlerManifest;
use crate::plugin::{Plugin, Route, RouteState, handler_name};
use crate::refusal::Refusal;
use crate::sync::lock;

/// Plugins bound their time themselves: the service's time-out is for other handlers.
const OUT_OF_THE_WAY: Duration = Duration::MAX;

impl Inner {
    /// Binds what the new version wants, switches, and releases what the old one alone wanted. A
    /// handler keeps its place over versions: retries find it by its name.
    pub(super) async fn put_in_place(
        self: &Arc<Self>,
        plugin: &Arc<Plugin>,
        new: &'static Generation,
    ) -> Result<Option<&'static Generation>, Refusal> {
        let old = plugin.current();
        let mut steps = Vec::new();
        let mut places: Vec<Option<usize>> = vec![None; lock(&plugin.about).routes.len()];
        for (place, handler) in new.manifest.handlers.iter().enumerate() {
            let (route, id) = self.route(plugin, handler);
            places.resize(places.len().max(route + 1), None);
            places[route] = Some(place);
            let before = old.and_then(|old| named(old, &handler.name));
            // A broker that is away is waited for, unless the host is to go.
            let bound = tokio::select! {
                bound = self.bind(plugin, route, id, handler, before) => bound.map_err(Refusal::from),
                () = self.closed() => Err(Refusal::Closing),
            };
            match bound {
                Ok(id) => {
                    steps.push((route, id));
                    lock(&plugin.about).routes[route].id = Some(id);
                }
                Err(reason) => {
                    self.undo(plugin, &steps, old).await;
                    return Err(reason);
                }
            }
        }
        new.set_routes(places.clone());
        let old = plugin.switch(Some(new));
        // From here on nothing is lost whatever the broker says: it may send what nobody wants.
        self.release_old(plugin, &places, new).await;
        Ok(old)
    }

    /// The route of a handler's name, new if it is, and its handler in the service.
    fn route(&self, plugin: &Plugin, handler: &HandlerManifest) -> (usize, Option<HandlerId>) {
        let mut about = lock(&plugin.about);
        let found = about
            .routes
            .iter()
            .position(|route| route.handler == handler.name);
        let at = found.unwrap_or_else(|| {
            about.routes.push(RouteState {
                handler: handler.name.clone(),
                id: None,
            });
            about.routes.len() - 1
        });
        (at, about.routes[at].id)
    }

    /// Binds what both versions want, until the switch.
    async fn bind(
        self: &Arc<Self>,
        plugin: &Arc<Plugin>,
        route: usize,
        id: Option<HandlerId>,
        handler: &HandlerManifest,
        before: Option<&HandlerManifest>,
    ) -> Result<HandlerId, TransportError> {
        if let Some(id) = id {
            let mut both = handler.bindings.clone();
            let old = before.map_or(&[][..], |before| &before.bindings);
            both.extend(
                old.iter()
                    .filter(|old| !handler.bindings.contains(old))
                    .cloned(),
            );
            if both != old {
                self.service.rebind(id, both).await?;
            }
            return Ok(id);
        }
        let options = HandlerOptions::new()
            .named(handler_name(&plugin.name, &handler.name))
            .with_timeout(OUT_OF_THE_WAY);
        let run = Route {
            plugin: Arc::clone(plugin),
            number: route,
        };
        let bindings: Vec<Binding> = handler.bindings.clone();
        self.service.on_bindings(options, bindings, run).await
    }

    /// The new version cannot be bound: everything is as it was.
    async fn undo(
        &self,
        plugin: &Plugin,
        steps: &[(usize, HandlerId)],
        old: Option<&'static Generation>,
    ) {
        let until = self.patience();
        for (route, id) in steps {
            let handler = lock(&plugin.about).routes[*route].handler.clone();
            match old.and_then(|old| named(old, &handler)) {
                Some(before) => {
                    let bindings = before.bindings.clone();
                    release(&plugin.name, until, self.service.rebind(*id, bindings)).await;
                }
                None => {
                    lock(&plugin.about).routes[*route].id = None;
                    release(&plugin.name, until, self.service.remove(*id)).await;
                }
            }
        }
    }

    /// Releases what only the old version wanted.
    async fn release_old(
        &self,
        plugin: &Plugin,
        places: &[Option<usize>],
        new: &'static Generation,
    ) {
        let routes: Vec<_> = {
            let about = lock(&plugin.about);
            about.routes.iter().map(|route| route.id).collect()
        };
        let until = self.patience();
        for (route, id) in routes.into_iter().enumerate() {
            let Some(id) = id else { continue };
            match places.get(route).copied().flatten() {
                Some(place) => {
                    let bindings = new.manifest.handlers[place].bindings.clone();
                    release(&plugin.name, until, self.service.rebind(id, bindings)).await;
                }
                None => {
                    lock(&plugin.about).routes[route].id = None;
                    release(&plugin.name, until, self.service.remove(id)).await;
                }
            }
        }
    }

    /// Until when the broker is waited for that is to release something: it may be away.
    pub(super) fn patience(&self) -> Instant {
        Instant::now() + self.options.stop_timeout
    }
}

/// Has the broker release something, which is waited for until then. What the service does about it is
/// done at once; what the broker keeps is released with the next change.
pub(super) async fn release(
    plugin: &str,
    until: Instant,
    asked: impl Future<Output = Result<bool, TransportError>>,
) {
    match tokio::time::timeout_at(until, asked).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(plugin, %error, "the broker keeps a binding that is not wanted any more");
        }
        Err(_) => tracing::warn!(
            plugin,
            "the broker is away, and may keep a binding for a while"
        ),
    }
}

fn named<'a>(generation: &'a Generation, name: &str) -> Option<&'a HandlerManifest> {
    let mut handlers = generation.manifest.handlers.iter();
    handlers.find(|handler| handler.name == name)
}
