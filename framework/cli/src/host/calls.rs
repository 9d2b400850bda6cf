//! The call statistics service: counts calls, tenant by tenant.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use trunkline::{Binding, Bus, Data, Dialect, EventName, HandlerOptions, Service, TenantId};

use super::Hosted;
use crate::output::{Columns, Output, OutputError, printable};

pub(super) const NAME: &str = "call-stats";

/// What is counted, by the name of the event.
const COUNTED: [&str; 3] = ["call_created", "call_answered", "call_ended"];

/// Calls, tenant by tenant.
#[derive(Debug, Default)]
pub(crate) struct CallStats(Mutex<BTreeMap<String, Calls>>);

/// The calls of one tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Calls {
    created: u64,
    answered: u64,
    ended: u64,
}

/// The calls of one tenant, named.
#[derive(Debug, Serialize)]
pub(crate) struct TenantCalls {
    tenant: String,
    #[serde(flatten)]
    calls: Calls,
}

/// What is read of a call: an event without it is none of a call.
#[derive(Debug, Deserialize)]
struct Call {
    call_id: String,
}

impl CallStats {
    /// The calls counted so far, by tenant.
    pub(crate) fn by_tenant(&self) -> Vec<TenantCalls> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |(tenant, calls): (&String, &Calls)| TenantCalls {
            tenant: tenant.clone(),
            calls: *calls,
        };
        calls.iter().map(line).collect()
    }

    /// Writes them as a table, for people.
    pub(crate) fn write(&self, output: &Output) -> Result<(), OutputError> {
        let mut columns = Columns::new(["calls of tenant", "created", "answered", "ended"]);
        for TenantCalls { tenant, calls } in self.by_tenant() {
            let numbers = [calls.created, calls.answered, calls.ended];
            let [created, answered, ended] = numbers.map(|number| number.to_string());
            columns.row([printable(&tenant).into_owned(), created, answered, ended]);
        }
        output.text("")?;
        columns.write(output)
    }

    fn count(&self, tenant: &TenantId, event: &str, call: &Call) {
        tracing::debug!(%tenant, event, call.call_id, "counted");
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = calls.entry(tenant.to_string()).or_default();
        match event {
            "call_created" => calls.created += 1,
            "call_answered" => calls.answered += 1,
            _ => calls.ended += 1,
        }
    }
}

/// What the service wants.
pub(super) fn bindings(dialect: &dyn Dialect) -> Vec<Binding> {
    COUNTED.map(|name| dialect.binding_for(name)).into()
}

/// The service, which counts into `stats`.
pub(super) fn service(bus: &Bus, stats: &Arc<CallStats>) -> Hosted {
    let mut builder = Service::builder(NAME, bus.clone());
    for name in COUNTED {
        let stats = Arc::clone(stats);
        let count = move |Data(call): Data<Call>, tenant: TenantId, EventName(event): EventName| {
            stats.count(&tenant, &event, &call);
            async {}
        };
        let options = HandlerOptions::new().named("count");
        builder = builder.on_name_with(options, name, count);
    }
    Hosted {
        least_prefetch: 1,
        name: NAME,
        bindings: bindings(bus.dialect()),
        builder,
    }
}
