//! What comes in on a connection, and what follows from it.

use tokio::time::Instant;
use trunkline_core::{Routing, TransportError};

use super::{End, PAUSE, Serve};
use crate::NAME;
use crate::link::flight::Sent;
use crate::link::packets::{Goodbye, Incoming};
use crate::link::{AckNow, Arrival, Pending, Unanswered};

impl Serve<'_> {
    pub(super) fn handle(&mut self, packet: Incoming) -> Result<(), End> {
        match packet {
            Incoming::Publish { message, pkid, dup } => {
                let arrival = Arrival {
                    message,
                    pkid,
                    dup,
                    generation: self.driver.generation,
                };
                if self.driver.inlet.incoming(arrival) == AckNow::Yes && pkid != 0 {
                    self.codec.puback(pkid, &mut self.out);
                }
            }
            Incoming::Taken {
                pkid,
                released: true,
                outcome: Ok(routing),
            } => {
                if self.flight.release(pkid, routing) {
                    self.codec.pubrel(pkid, &mut self.out);
                }
            }
            Incoming::Taken { pkid, outcome, .. } => {
                if let Some(Sent::Publish(pending)) = self.flight.end(pkid) {
                    if outcome == Ok(Routing::Unroutable) && self.tries_again(&pending) {
                        self.pause = Some(Instant::now() + PAUSE);
                        self.driver.pending.push_front(pending);
                        return Ok(());
                    }
                    let endpoint = &self.endpoint;
                    pending.end(outcome.map_err(|reason| Unanswered::NotTaken {
                        endpoint: endpoint.clone(),
                        reason,
                    }));
                }
            }
            Incoming::PubComp(pkid) => {
                if let Some(Sent::Released(pending, routing)) = self.flight.end(pkid) {
                    pending.end(Ok(routing));
                }
            }
            Incoming::SubAck(pkid, codes) => self.granted(pkid, codes)?,
            Incoming::UnsubAck(pkid, missing) => match self.flight.end(pkid) {
                Some(Sent::Unsubscribe(filters, answer)) => {
                    for filter in &filters {
                        self.driver.granted.remove(filter);
                    }
                    let _ = answer.send(Ok(()));
                }
                Some(Sent::Probe(_)) if missing => self.driver.inlet.subscriptions_were_lost(),
                _ => {}
            },
            Incoming::PingResp => {
                if let Some(Some(waiting)) = self.pings.pop_front() {
                    // Who waits may have gone.
                    let _ = waiting.send(());
                }
                self.pinged = (!self.pings.is_empty()).then(Instant::now);
            }
            Incoming::Disconnect(goodbye) => return Err(self.thrown_out(goodbye)),
            Incoming::Welcome(_) => return Err(End::Lost("a second CONNACK came".into())),
        }
        Ok(())
    }

    fn tries_again(&self, pending: &Pending) -> bool {
        let grace = self.grace.is_some_and(|until| Instant::now() < until);
        grace && pending.seeks_subscribers && !pending.is_given_up()
    }

    /// A SUBSCRIBE was answered; a filter that was refused makes it a failure.
    fn granted(&mut self, pkid: u16, codes: Vec<Result<(), String>>) -> Result<(), End> {
        let Some(Sent::Subscribe(filters, answer)) = self.flight.end(pkid) else {
            return Ok(());
        };
        let refused = filters.iter().zip(&codes).find_map(|(filter, code)| {
            let reason = code.as_ref().err()?;
            Some((filter.path.clone(), reason.clone()))
        });
        let missing = codes.len() < filters.len();
        let outcome = match refused {
            Some((filter, reason)) => Err(self.no_filter(&filter, reason)),
            None if missing => Err(self.no_filter("", "too few reason codes".into())),
            None => Ok(()),
        };
        if outcome.is_ok() {
            self.driver.granted.extend(filters);
        }
        match answer {
            Some(answer) => drop(answer.send(outcome)),
            None => {
                outcome.map_err(End::Fatal)?;
                self.restoring -= 1;
                self.announce();
            }
        }
        Ok(())
    }

    fn no_filter(&self, filter: &str, reason: String) -> TransportError {
        TransportError::Denied {
            transport: NAME,
            endpoint: self.endpoint.clone(),
            check: "the broker's access list, and that it has wildcard and shared subscriptions",
            source: format!("the filter `{filter}` was refused: {reason}").into(),
        }
    }

    fn thrown_out(&self, goodbye: Goodbye) -> End {
        if goodbye.taken_over {
            return End::Fatal(TransportError::Broker {
                transport: NAME,
                what: format!(
                    "another client took over the session `{}`; give each instance a \
                     `client_id` of its own",
                    self.driver.plan.client_id
                ),
                source: None,
            });
        }
        End::Lost(format!(
            "the broker ended the connection: {}",
            goodbye.reason
        ))
    }
}
