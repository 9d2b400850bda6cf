//! What is written is read back, whatever it is; what is read makes nothing panic.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};
use trunkline_core::{Audience, Dialect, DynamicEvent, EventView, PublishExtras, TenantId, UserId};

use crate::support::{delivered, dialect, dialects};

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(Json::from_iter),
        ]
    })
}

fn audience() -> impl Strategy<Value = Audience> {
    let id = "[^\\p{C}]{0,12}";
    prop_oneof![
        Just(Audience::Service),
        id.prop_map(|tenant| Audience::Tenant(tenant.into())),
        (id, prop::option::of(id)).prop_map(|(tenant, user)| Audience::User {
            tenant: TenantId::from(tenant),
            user: user.map(UserId::from),
        }),
        (id, prop::collection::vec(id, 0..4))
            .prop_map(|(tenant, users)| Audience::users(tenant, users)),
    ]
}

proptest! {
    #[test]
    fn every_event_comes_back_as_it_was(
        name in "[^\\p{C}]{1,40}",
        audience in audience(),
        content in prop::collection::btree_map(any::<String>(), json(), 0..5),
    ) {
        let content = Map::from_iter(content);
        let event = DynamicEvent::new(name.clone(), "any.key", audience.clone()).unwrap();
        let event = event.with_content(&content).unwrap();
        let extras = PublishExtras::default();
        for dialect in dialects() {
            let envelope = dialect.encode(&EventView::new(&event, &extras)).unwrap();
            let read_name = dialect.event_name(&envelope);
            prop_assert_eq!(read_name.as_deref(), Some(&*name));
            prop_assert_eq!(&dialect.audience(&envelope).unwrap(), &audience);
            let data = dialect.data(&envelope).unwrap();
            let data: Map<String, Json> = serde_json::from_str(&data).unwrap();
            prop_assert_eq!(&data, &content);
        }
    }

    #[test]
    fn no_body_makes_it_panic(
        body in prop_oneof![
            any::<Vec<u8>>(),
            json().prop_map(|json| json.to_string().into_bytes()),
        ],
        content_type in prop::option::of("(application/)?(cloudevents)?[+]?(json)?.{0,4}"),
    ) {
        let envelope = delivered(content_type.as_deref(), &[], body);
        let _ = dialect().event_name(&envelope);
        let _ = dialect().audience(&envelope);
        let _ = dialect().data(&envelope);
    }
}
