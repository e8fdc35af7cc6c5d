use versioned_objects::rpc::{Args, CallContext, Failure, Payload};

const SECRET: &str = "hunter2";

#[track_caller]
fn hides_it(shown: String) {
    assert!(!shown.is_empty() && !shown.contains(SECRET), "{shown}");
}

#[test]
fn what_crosses_the_wire_prints_no_secret() {
    let mut context = CallContext::new();
    context.insert("auth_token", SECRET).unwrap();
    hides_it(format!("{context:?}"));
    let mut args = Args::new();
    args.insert_plain("auth_password", SECRET).unwrap();
    hides_it(format!("{args:?}"));
    hides_it(format!("{:?}", Payload::plain(SECRET).unwrap()));
    let failure = Failure::new("nova.exception", "Invalid", format!("password={SECRET} is too short"));
    hides_it(format!("{failure:?}"));
}

#[test]
fn a_failure_says_what_it_is() {
    let failure = Failure::new("nova.exception", "NotFound", "no instance");
    assert_eq!(failure.to_string(), "NotFound: no instance");
}
