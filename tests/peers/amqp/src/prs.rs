//! Bare `amqprs`, acks gathered.

use amqprs::channel::{BasicAckArguments, BasicConsumeArguments, BasicQosArguments};
use amqprs::connection::{Connection, OpenConnectionArguments};

use crate::contender::{Begun, Contender};
use crate::{BODY, KEY, PREFETCH, bare};

/// Takes and acks, 64 deliveries with one ack.
pub fn consumer(url: &str) -> Contender {
    let runtime = bare::runtime();
    let url = url.to_owned();
    Contender::new("amqprs, acks gathered", move |count| {
        let url = url.clone();
        let work = async move {
            let queue = "prs-consume";
            let (connection, channel) = bare::connect(&url).await;
            bare::declare(&channel, queue, true, false).await;
            bare::fill(&url, "amq.topic", &format!("{queue}.{KEY}"), count).await;
            connection
                .close(200, "done".into())
                .await
                .expect("it closes");
            let arguments: OpenConnectionArguments = url.as_str().try_into().expect("a URL");
            let connection = Connection::open(&arguments).await.expect("it connects");
            let channel = connection
                .open_channel(None)
                .await
                .expect("a channel opens");
            let qos = BasicQosArguments::new(0, PREFETCH, false);
            channel.basic_qos(qos).await.expect("the prefetch is set");
            let arguments = BasicConsumeArguments::new(queue, "");
            let (_, mut consumer) = channel
                .basic_consume_rx(arguments)
                .await
                .expect("consuming begins");
            let mut begun = None;
            for taken in 1..=count {
                let message = consumer.recv().await.expect("there is more");
                begun.get_or_insert_with(Begun::now);
                assert_eq!(message.content.map(|body| body.len()), Some(BODY.len()));
                let tag = message.deliver.expect("a delivery").delivery_tag();
                if taken % 64 == 0 || taken == count {
                    let ack = BasicAckArguments::new(tag, true);
                    channel.basic_ack(ack).await.expect("the ack is sent");
                }
            }
            let turn = begun.map(Begun::end).unwrap_or_default();
            channel.close().await.expect("it closes");
            connection.close().await.expect("it closes");
            turn
        };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}
