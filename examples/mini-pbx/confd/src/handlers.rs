//! What confd does about events.

use mini_pbx_common::Store;
use mini_pbx_common::orders::UserOrdered;
use serde::Deserialize;
use trunkline::{Context, Data, HandlerError, Publisher, State, TenantEvent, TenantId, UserEvent};
use trunkline_wazo::events::confd::{
    UserCreated, UsersForwardsBusyUpdated, UsersServicesDndUpdated,
};

use crate::users::User;

/// A `UserEvent` of Asterisk's dial plan: somebody dialled a feature code.
#[derive(Debug, Deserialize)]
pub(crate) struct FeatureDialled {
    #[serde(rename = "Feature")]
    feature: String,
    #[serde(rename = "Enabled", default)]
    enabled: bool,
    #[serde(rename = "Destination")]
    destination: Option<String>,
    #[serde(rename = "ChanVariable")]
    of: Owner,
}

#[derive(Debug, Deserialize)]
struct Owner {
    #[serde(rename = "WAZO_TENANT_UUID")]
    tenant: String,
    #[serde(rename = "WAZO_USERUUID")]
    user: String,
}

/// The lane: what concerns one user stays in order.
pub(crate) fn user_of(context: &Context) -> Option<String> {
    #[derive(Deserialize)]
    struct Ordered {
        uuid: String,
    }
    let data = context.bus().dialect().data(context.envelope()).ok()?;
    let dialled = serde_json::from_str::<FeatureDialled>(&data).map(|dialled| dialled.of.user);
    let ordered = || serde_json::from_str::<Ordered>(&data).map(|ordered| ordered.uuid);
    dialled.or_else(|_| ordered()).ok()
}

pub(crate) async fn user_ordered(
    order: UserOrdered,
    tenant: TenantId,
    users: State<Store<User>>,
    out: Publisher,
) -> Result<(), HandlerError> {
    if users.get(&order.uuid).is_some() {
        return Ok(()); // the same order once more
    }
    let created = UserCreated {
        id: Some(order.id),
        uuid: Some(order.uuid.as_str().into()),
        subscription_type: Some("voice".to_owned()),
        tenant_uuid: Some(tenant.as_str().into()),
        ..UserCreated::default()
    };
    out.publish(&created.for_tenant(tenant)).await?;
    let id = order.id;
    let user = User {
        id,
        ..User::default()
    };
    users.put(&order.uuid, user).await?;
    Ok(())
}

pub(crate) async fn feature_dialled(
    Data(dialled): Data<FeatureDialled>,
    users: State<Store<User>>,
    out: Publisher,
) -> Result<(), HandlerError> {
    let Owner { tenant, user } = dialled.of;
    let Some(before) = users.get(&user) else {
        return Err(HandlerError::retry("the user is not here yet"));
    };
    let mut after = before.clone();
    match dialled.feature.as_str() {
        "dnd" => after.do_not_disturb = dialled.enabled,
        "fwdbusy" => after.forward_busy = dialled.destination.filter(|_| dialled.enabled),
        // The dial plan has features that are other services' to know.
        _ => return Ok(()),
    }
    if after.do_not_disturb != before.do_not_disturb {
        let updated = UsersServicesDndUpdated {
            user_id: Some(after.id),
            user_uuid: Some(user.as_str().into()),
            tenant_uuid: Some(tenant.as_str().into()),
            enabled: Some(after.do_not_disturb),
            ..UsersServicesDndUpdated::default()
        };
        let updated = updated.for_user(tenant.as_str(), user.as_str());
        out.publish(&updated).await?;
    }
    if after.forward_busy != before.forward_busy {
        let updated = UsersForwardsBusyUpdated {
            user_id: Some(after.id),
            user_uuid: Some(user.as_str().into()),
            tenant_uuid: Some(tenant.as_str().into()),
            enabled: Some(after.forward_busy.is_some()),
            destination: after.forward_busy.clone(),
            ..UsersForwardsBusyUpdated::default()
        };
        let updated = updated.for_user(tenant.as_str(), user.as_str());
        out.publish(&updated).await?;
    }
    users.put(&user, after).await?;
    Ok(())
}
