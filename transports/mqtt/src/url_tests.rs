#![allow(clippy::unwrap_used, reason = "a test may")]

use super::*;

#[test]
fn a_bare_url_takes_the_defaults() {
    let config = parse("mqtt://broker").unwrap();
    assert_eq!(config.addresses[0].to_string(), "broker:1883");
    assert_eq!(config.version, MqttVersion::V5);
    assert!(config.tls.is_none() && config.client_id.is_none());
    assert_eq!(parse("mqtts://broker").unwrap().addresses[0].port, 8883);
}

#[test]
fn every_parameter_is_read() {
    let config = parse(
        "mqtts://me:p%40ss%3A@a:1,[::1]:2,c?version=3.1.1&client_id=x%20y&clean=true\
         &session_expiry=60&keep_alive=5&connect_timeout=3&qos=2&max_packet=4096&shared=true\
         &envelope=true&retain=false&ca=/ca.pem&certificate=/c.pem&key=/k.pem",
    )
    .unwrap();
    let places: Vec<_> = config.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["a:1", "[::1]:2", "c:8883"]);
    assert_eq!(config.credentials, Some(("me".into(), "p@ss:".into())));
    assert_eq!(config.version, MqttVersion::V311);
    assert_eq!(config.client_id.as_deref(), Some("x y"));
    assert_eq!(config.keep_alive, Duration::from_secs(5));
    assert_eq!(config.session_expiry, Duration::from_secs(60));
    assert_eq!(config.connect_timeout, Duration::from_secs(3));
    assert_eq!(
        (config.qos, config.max_packet),
        (PublishQos::Handshake, 4096)
    );
    assert!(config.clean && config.shared && config.envelope && !config.retain);
    let tls = config.tls.unwrap();
    assert_eq!(tls.key, Some("/k.pem".into()));
    assert_eq!(tls.ca, Some("/ca.pem".into()));
}

#[test]
fn what_is_wrong_is_named_with_the_form_to_write() {
    let cases = [
        ("mqtt://h?speed=9", "`speed`", "`keep_alive`"),
        ("mqtt://h?version=4", "`version=4`", "3.1.1"),
        ("mqtt://h?keep_alive=0", "`keep_alive=0`", "seconds"),
        ("mqtt://h?ca=x", "`ca`", "mqtts"),
        ("mqtts://h?key=x", "`key`", "both"),
        ("mqtt://h:99999", "`99999`", "65535"),
        ("mqtt://h/path", "path", "mqtt://"),
        ("mqtt:h", "`://`", "mqtt://"),
        ("mqtt://", "host", "mqtt://"),
        ("mqtt://h?client_id=", "`client_id=`", "name"),
        ("amqp://h", "`amqp`", "mqtt://"),
    ];
    for (url, problem, hint) in cases {
        let text = parse(url).unwrap_err().to_string();
        assert!(text.contains(problem) && text.contains(hint), "{text}");
    }
}

#[test]
fn no_message_has_the_password() {
    for url in [
        "mqtt://me:secret@h?x=1",
        "mqtt://me:secret@h:0",
        "mqtt:me:secret@h",
    ] {
        let text = format!("{:?}", parse(url).unwrap_err());
        assert!(!text.contains("secret"), "{text}");
    }
    let config = parse("mqtt://me:secret@h").unwrap();
    assert!(!format!("{config:?}").contains("secret"));
}
