#![deny(unused_must_use)]

use trunkline::Subscription;

async fn skip(mut subscription: Subscription) -> Option<()> {
    subscription.recv().await?;
    Some(())
}

fn main() {}
