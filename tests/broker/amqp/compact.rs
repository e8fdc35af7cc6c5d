//! Objects in the compact form over the broker.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::rpc::{Address, CallContext, Negotiation, ObjectVersions, Server};

use super::host::{Methods, client, connect};

#[tokio::test]
async fn hosts_with_the_same_layouts_leave_the_names_out() {
    let registry = Arc::new(registry());
    let server = Server::new("b")
        .endpoint(Methods { calls: Arc::new(AtomicUsize::new(0)) })
        .endpoint(ObjectVersions::new(Arc::clone(&registry)).compact());
    let _serving = connect("b").await.serve("compact", server).await.unwrap();
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let hops = Arc::clone(&bytes);
    let client = client(Address::server("compact", "b"))
        .await
        .observer(Arc::new(move |hop| hops.lock().unwrap().push(hop.bytes)));
    let data = XenapiLiveMigrateData { block_migration: Some(true).into(), ..Default::default() };
    let context = CallContext::new();
    for negotiation in [
        Negotiation::at_first_contact(Arc::clone(&registry)).compact(),
        Negotiation::at_first_contact(registry),
    ] {
        let call =
            negotiation.call(&client, "read", &context, |args, target| args.insert("data", &data, target));
        assert_eq!(call.await.unwrap().read_plain::<Option<bool>>().unwrap(), Some(true));
    }
    let bytes = bytes.lock().unwrap();
    let [_, compact, _, json] = bytes[..] else { panic!("{bytes:?}") };
    assert!(compact < json, "{compact} bytes, and {json} as JSON");
}
