//! What the derives refuse, and with which words; and what they have to take.
//!
//! `TRYBUILD=overwrite cargo test -p versioned-objects-tests --test compile ui` writes the messages anew.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    for topic in
        ["struct", "version", "field", "literal", "rule", "name", "part", "list", "enum", "remotable"]
    {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}
