//! What came of it all.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Account, Counts};
use crate::output::{Columns, Output, OutputError, Tone};

/// What came of it all.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    step: &'static str,
    /// Events the broker took.
    pub(crate) published: u64,
    /// Events that reached nobody.
    unroutable: u64,
    #[serde(flatten)]
    sum: Counts,
    services: Vec<ServiceLine>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct ServiceLine {
    service: &'static str,
    #[serde(flatten)]
    counts: Counts,
}

impl Summary {
    /// Sums an account up.
    pub(crate) fn of(account: &Account) -> Self {
        let (published, unroutable) = account.publications();
        let services = account.services();
        let mut sum = Counts::default();
        services.iter().for_each(|(_, counts)| sum.add(counts));
        let line = |(service, counts)| ServiceLine { service, counts };
        Self {
            step: "summary",
            published,
            unroutable,
            sum,
            services: services.into_iter().map(line).collect(),
            more: Map::new(),
        }
    }

    /// Tells programs of something more.
    pub(crate) fn with(mut self, key: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.more.insert(key.to_owned(), value);
        self
    }

    /// Writes it, for people or for programs.
    pub(crate) fn write(&self, output: &Output) -> Result<(), OutputError> {
        output.json(self)?;
        output.text("")?;
        output.text(output.paint().tone(Tone::Heading, "Summary"))?;
        output.text(format!(
            "published {}  handled {}  retried {}  dead-lettered {}",
            self.published, self.sum.handled, self.sum.retried, self.sum.dead_lettered
        ))?;
        if self.unroutable > 0 {
            output.text(format!("{} reached nobody", self.unroutable))?;
        }
        output.text("")?;
        let mut columns = Columns::new([
            "service",
            "handled",
            "retried",
            "dead-lettered",
            "unhandled",
        ]);
        for line in &self.services {
            let counts = &line.counts;
            let numbers = [
                counts.handled,
                counts.retried,
                counts.dead_lettered,
                counts.unhandled,
            ];
            let [handled, retried, dead, unhandled] = numbers.map(|number| number.to_string());
            columns.row([line.service.to_owned(), handled, retried, dead, unhandled]);
        }
        columns.write(output)?;
        output.flush()
    }
}
