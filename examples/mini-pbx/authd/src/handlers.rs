//! What authd does about events. Each is told before it is remembered: where telling fails, the
//! event is tried again, and finds nothing changed.

use mini_pbx_common::one_user;
use mini_pbx_common::orders::{TenantOrdered, UserArrived, UserLeft};
use trunkline::{Audience, HandlerError, Publisher, State, TenantEvent, TenantId, UserEvent};
use trunkline_wazo::events::auth::{AuthSessionCreated, AuthSessionDeleted, AuthTenantAdded};

use crate::directory::Directory;

pub(crate) async fn tenant_ordered(
    order: TenantOrdered,
    directory: State<Directory>,
    out: Publisher,
) -> Result<(), HandlerError> {
    let tenant = TenantId::from(order.uuid.as_str());
    if directory.has(&tenant) {
        return Ok(()); // the same order once more
    }
    let added = AuthTenantAdded {
        uuid: Some(order.uuid.into()),
        slug: Some(order.name.to_lowercase().replace(' ', "-")),
        name: Some(order.name),
        domain_names: Some(Vec::new()),
        ..AuthTenantAdded::default()
    };
    out.publish(&added.for_tenant(tenant.clone())).await?;
    directory.add(tenant).await?;
    Ok(())
}

pub(crate) async fn user_arrived(
    arrived: UserArrived,
    audience: Audience,
    directory: State<Directory>,
    out: Publisher,
) -> Result<(), HandlerError> {
    let (tenant, user) = one_user(&audience)?;
    if !directory.has(tenant) {
        return Err(HandlerError::retry("the tenant is not here yet"));
    }
    if directory.has_session(tenant, &arrived.session) {
        return Ok(());
    }
    let created = AuthSessionCreated {
        uuid: Some(arrived.session.as_str().into()),
        tenant_uuid: Some(tenant.as_str().into()),
        user_uuid: Some(user.as_str().into()),
        mobile: Some(arrived.mobile),
        session_uuid: Some(arrived.session.clone()),
        ..AuthSessionCreated::default()
    };
    out.publish(&created.for_user(tenant.clone(), user.clone()))
        .await?;
    directory.open(tenant, arrived.session).await?;
    Ok(())
}

pub(crate) async fn user_left(
    left: UserLeft,
    audience: Audience,
    directory: State<Directory>,
    out: Publisher,
) -> Result<(), HandlerError> {
    let (tenant, user) = one_user(&audience)?;
    if !directory.has_session(tenant, &left.session) {
        return Ok(());
    }
    let deleted = AuthSessionDeleted {
        uuid: Some(left.session.as_str().into()),
        tenant_uuid: Some(tenant.as_str().into()),
        user_uuid: Some(user.as_str().into()),
        session_uuid: Some(left.session.clone()),
        ..AuthSessionDeleted::default()
    };
    out.publish(&deleted.for_user(tenant.clone(), user.clone()))
        .await?;
    directory.close(tenant, &left.session).await?;
    Ok(())
}
