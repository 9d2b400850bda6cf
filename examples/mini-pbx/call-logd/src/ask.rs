//! Questions on the bus, and their answers.

use std::error::Error;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline::{Context, Envelope, HandlerError, Requester, RoutingKey, State, TenantId, answer};

use crate::logs::{Logs, Totals};

/// The routing key of questions.
pub const ASK: &str = "call_logd.totals.asked";

/// What do a tenant's calls add up to?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The tenant.
    pub tenant: String,
}

/// Asks a call-logd, wherever on the bus it is.
///
/// # Errors
/// [`RequestError`](trunkline::RequestError) when no answer came, and a JSON error when it makes
/// no sense.
pub async fn ask(
    requester: &Requester,
    question: &Question,
    patience: Duration,
) -> Result<Totals, Box<dyn Error + Send + Sync>> {
    let question = Envelope::new(RoutingKey::new(ASK)?, serde_json::to_vec(question)?);
    let answer = requester.request(question, patience).await?;
    Ok(serde_json::from_slice(answer.body())?)
}

pub(crate) async fn answer_totals(context: Context, logs: State<Logs>) -> Result<(), HandlerError> {
    let asked = context.envelope();
    let question: Question =
        serde_json::from_slice(asked.body()).map_err(HandlerError::undecodable)?;
    let totals = logs.totals(&TenantId::from(question.tenant));
    let totals = serde_json::to_vec(&totals).map_err(HandlerError::reject)?;
    answer(&**context.bus().transport(), asked, totals).await?;
    Ok(())
}
