//! Whom an event is for, as extension attributes.

use trunkline_core::{
    Audience, DecodeError, Level, TenantId, UserId, escape_segment, unescape_segment,
};

use crate::attributes::{AUDIENCE, TENANT, USER, USERS, Value};
use crate::event::CloudEvent;

/// What stands between users; segments do not hold it.
const BETWEEN: char = '/';

/// Writes whom an event is for; nothing for services alone.
pub(crate) fn write<'e>(audience: &'e Audience, mut add: impl FnMut(&'static str, Value<'e>)) {
    let Some(tenant) = audience.tenant() else {
        return;
    };
    let text = |text: &'e str| Value::Text(text.into());
    add(AUDIENCE, text(audience.level().as_str()));
    add(TENANT, text(tenant.as_str()));
    match audience {
        Audience::User {
            user: Some(user), ..
        } => add(USER, text(user.as_str())),
        Audience::Users { users, .. } => {
            let users: Vec<_> = users.iter().map(|u| escape_segment(u.as_str())).collect();
            add(USERS, Value::Text(users.join("/").into()));
        }
        _ => {}
    }
}

/// Reads whom an event is for. Without `audience` the other attributes tell.
pub(crate) fn read(event: &CloudEvent<'_>) -> Result<Audience, DecodeError> {
    let (tenant, user) = (event.attribute(TENANT), event.attribute(USER));
    let users = event.attribute(USERS);
    let level = match event.attribute(AUDIENCE) {
        Some(word) => Level::from_word(word).ok_or(DecodeError::Header {
            header: AUDIENCE.into(),
            found: "another word",
            wanted: "`service`, `tenant`, `user` or `multi_user`",
        })?,
        None => match (tenant, user, users) {
            (None, ..) => Level::Service,
            (_, _, Some(_)) => Level::MultiUser,
            (_, Some(_), _) => Level::User,
            _ => Level::Tenant,
        },
    };
    if level == Level::Service {
        return Ok(Audience::Service);
    }
    let tenant = TenantId::from(tenant.ok_or(DecodeError::Missing(TENANT))?);
    // Two answers to one question: a reader that trusts either may show the event to the wrong one.
    let extra = match level {
        Level::User => users.map(|_| USERS),
        Level::MultiUser => user.map(|_| USER),
        _ => user.map(|_| USER).or(users.map(|_| USERS)),
    };
    if let Some(header) = extra {
        return Err(DecodeError::Header {
            header: header.into(),
            found: "there",
            wanted: "nothing, by what `audience` says",
        });
    }
    Ok(match level {
        Level::User => Audience::User {
            tenant,
            user: user.map(UserId::from),
        },
        Level::MultiUser => {
            let users = split(users.ok_or(DecodeError::Missing(USERS))?)?;
            Audience::Users { tenant, users }
        }
        _ => Audience::Tenant(tenant),
    })
}

fn split(users: &str) -> Result<Vec<UserId>, DecodeError> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let users = users.split(BETWEEN).map(unescape_segment);
    let users = users.map(|user| user.map(|user| UserId::from(&*user)));
    users
        .collect::<Result<_, _>>()
        .map_err(|_| DecodeError::Header {
            header: USERS.into(),
            found: "a `%` without two hexadecimal digits",
            wanted: "users with `/` between them",
        })
}
