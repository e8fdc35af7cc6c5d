//! Secrets in what people read: what a value's key or the text around it gives away is masked.
//!
//! [`text`] masks as `oslo_utils.strutils.mask_password` does, in one pass over the text: passwords and tokens behind
//! their names, in `key=value`, command lines, XML, JSON, JSON inside JSON and Python's own notation, and passwords in
//! URLs. [`told`] prepares text of a peer for a message: cut, masked, and without control characters.

#[cfg(feature = "json")]
mod json;
mod scan;
mod words;

use std::borrow::Cow;
#[cfg(feature = "dynamic")]
use std::fmt::{self, Write as _};

#[cfg(feature = "json")]
pub use json::map;
#[cfg(feature = "nova")]
pub(crate) use json::secrets;
pub use words::is_secret;

/// The text that stands in a secret's place.
pub const SECRET: &str = "***";

/// The most bytes of a peer's text that a message repeats.
pub(crate) const LONGEST: usize = 1000;

/// Masks the secrets in a text that stand behind their names (`mask_password`).
///
/// A secret whose end is missing is masked up to the end of the text, so a text can be cut before it is masked.
///
/// ```
/// use versioned_objects::mask;
///
/// assert_eq!(mask::text("auth_password=hunter2 rest"), "auth_password=*** rest");
/// assert_eq!(mask::text(r#"{"adminPass": "x", "host": "a"}"#), r#"{"adminPass": "***", "host": "a"}"#);
/// ```
pub fn text(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for secret in scan::secrets(text.as_bytes()) {
        out.push_str(text.get(copied..secret.start).unwrap_or_default());
        out.push_str(SECRET);
        copied = secret.end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Prepares a peer's text for people: cut after a thousand bytes, masked, and with control characters escaped.
pub fn told(text: &str) -> String {
    let cut = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let is_whole = text.len() <= LONGEST;
    let shown = self::text(if is_whole { text } else { text.get(..cut).unwrap_or_default() });
    let mut out = String::with_capacity(shown.len() + 3);
    shown.chars().for_each(|character| push(&mut out, character));
    if !is_whole {
        out.push_str("...");
    }
    out
}

/// Adds a character that moves no cursor and turns no text around; one that would is escaped.
fn push(out: &mut String, character: char) {
    let turns =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || turns {
        out.extend(character.escape_default());
    } else {
        out.push(character);
    }
}

/// Shows a value as its `Debug` has it, with the secrets in it masked.
#[cfg(feature = "dynamic")]
pub(crate) struct Masked<'a>(pub(crate) &'a dyn fmt::Debug);

#[cfg(feature = "dynamic")]
impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        if f.alternate() {
            write!(shown, "{:#?}", self.0)?
        } else {
            write!(shown, "{:?}", self.0)?
        }
        f.write_str(&text(&shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn masked(before: &str, after: &str) {
        assert_eq!(text(before), after);
    }

    #[test]
    fn text_is_masked_as_by_oslo() {
        masked("'adminPass' : 'aaaaa'", "'adminPass' : '***'");
        masked("\"original_password\" : \"aaaaa\"", "\"original_password\" : \"***\"");
        masked("u'auth_token': u'x', 'y': 'z'", "u'auth_token': u'***', 'y': 'z'");
        masked("auth_password=topsecret rest", "auth_password=*** rest");
        masked("AUTH_PASSWORD2 = topsecret rest", "AUTH_PASSWORD2 = *** rest");
        masked("password = 'to p'", "password = '***'");
        masked("password = \"to p\" x", "password = \"***\" x");
        masked("password 'to p' x", "password '***' x");
        masked("run --password x1 now", "run --password *** now");
        masked("<chapsecret>x</chapsecret>", "<chapsecret>***</chapsecret>");
        masked("<CHAPSECRET1>x y</CHAPSECRET1> z", "<CHAPSECRET1>***</CHAPSECRET1> z");
        masked("test = 'password'  ,  '--aaa', 'mypassword'", "test = 'password'  ,  '--aaa', '***'");
        masked("keystone token-set abc", "keystone token-set ***");
        masked("new_password=x", "new_password=***");
        masked("nothing here", "nothing here");
        masked("the password is here", "the password is here");
        masked("a token", "a token");
        masked("secret: none", "secret: none");
    }

    #[test]
    fn json_within_json_is_masked_to_its_own_end() {
        masked(
            r#"{\"auth_password\": \"a b\", \"x\": \"y\"}"#,
            r#"{\"auth_password\": \"***\", \"x\": \"y\"}"#,
        );
        masked(r#"{"password": "a\"b", "x": 1}"#, r#"{"password": "***", "x": 1}"#);
        masked(r#"{"password": "a\\", "x": 1}"#, r#"{"password": "***", "x": 1}"#);
        masked(r#"{\"password\": \"a\\\"b\", \"x\": 1}"#, r#"{\"password\": \"***\", \"x\": 1}"#);
        masked(r#"{"password_of": {"a": ["}", "b"]}, "x": 1}"#, r#"{"password_of": ***, "x": 1}"#);
        masked(r#"{"password": 12345, "x": 1}"#, r#"{"password": ***, "x": 1}"#);
        masked(r#"{"password": null, "x": 1}"#, r#"{"password": null, "x": 1}"#);
    }

    #[test]
    fn what_rust_prints_of_a_struct_is_masked() {
        masked(r#"A { auth_password: "x", b: 1 }"#, r#"A { auth_password: "***", b: 1 }"#);
        masked(
            r#"A { auth_password: Set(Some("x")), b: 1 }"#,
            r#"A { auth_password: Set(Some("***")), b: 1 }"#,
        );
    }

    #[test]
    fn a_secret_without_its_end_is_masked_to_the_end() {
        masked(r#"{"password": "hunter"#, r#"{"password": "***"#);
        masked("password='hunter", "password='***");
        masked("<token>hunter", "<token>***");
        masked(r#"{"password": ["hunter"#, r#"{"password": ***"#);
    }

    #[test]
    fn a_url_loses_its_password() {
        masked("at amqp://guest:s3cret@host:5672/ now", "at amqp://guest:***@host:5672/ now");
        masked("http://host:80/a@b", "http://host:80/a@b");
        masked("a://u:p@w:x@h/", "a://u:***@h/");
    }

    #[test]
    fn what_a_peer_says_is_cut_and_moves_no_cursor() {
        assert_eq!(told("a\u{1b}[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\nc\\u{202e}d");
        let long = told(&"é".repeat(4 << 20));
        assert!(long.len() <= LONGEST + 3 && long.ends_with("é..."), "{}", long.len());
        let cut = format!("{{\"password\": \"{}", "x".repeat(2 * LONGEST));
        assert_eq!(told(&cut), "{\"password\": \"***...");
    }

    #[test]
    fn keys_are_known_in_any_case() {
        for key in ["auth_password", "discovery_AUTH_PASSWORD", "adminPass", "X-Auth-Token", "secret_uuid"] {
            assert!(is_secret(key), "{key}");
        }
        for key in ["auth_username", "pass", "", "key", "to ken"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[cfg(feature = "proptest")]
    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(28),
            failure_persistence: None,
            ..proptest::prelude::ProptestConfig::default()
        })]

        #[test]
        fn any_text_can_be_masked(
            parts in proptest::collection::vec("password|token|[-<>/ =:,'\"\\\\u{}\\[\\]@é]|://|x", 0..40),
        ) {
            let before = parts.concat();
            let after = text(&before);
            if !is_secret(&before) && !before.contains("://") {
                assert_eq!(after, before);
            }
            let _ = told(&before);
        }
    }
}
