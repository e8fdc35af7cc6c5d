use versioned_objects::rpc::TransportUrl;

#[test]
fn a_url_that_is_none_is_not_repeated_with_its_password() {
    for url in [
        "guest:hunter2@host/",
        "amqp:/guest:hunter2@host",
        "amqp://guest:hunter2",
        "amqp://guest:hunter2@host:port/",
        "amqp://guest:hunter2@host:5672/a/b?c=%zz",
    ] {
        let shown = match url.parse::<TransportUrl>() {
            Ok(url) => format!("{url:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains("hunter2"), "{url}: {shown}");
    }
}
