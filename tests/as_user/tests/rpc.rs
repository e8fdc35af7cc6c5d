use versioned_objects::rpc::{CallContext, Failure};

#[test]
fn a_failure_and_a_context_print_what_they_are() {
    let failure = Failure::new("nova.exception", "NotFound", "no instance");
    assert!(format!("{failure:?}").contains("NotFound"));
    assert!(!format!("{:?}", CallContext::new()).is_empty());
}
