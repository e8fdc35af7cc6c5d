//! What holds of any value.

use proptest::prelude::*;

use super::reference::{Outcome, TYPES, widest};
use super::support::{read, write};

/// Text near to what the types have a grammar for, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-+_.0-9eE \u{0660}-\u{0669}]{0,12}",
        "[0-9]{4}-?[0-9]{1,2}-?[0-9]{1,2}[T ][0-9]{2}:?[0-9]{0,2}:?[0-9]{0,2}[.,]?[0-9]{0,8}(Z|[-+][0-9:]{2,5})?",
        "[0-9a-f:.]{0,20}(/[0-9.]{0,15})?",
        "(::)?([0-9]{1,3}\\.){3}[0-9]{1,3}(/[0-9]{1,3})?",
        "([0-9a-fA-F]{2}[-:]){5}[0-9a-fA-F]{2}\n?",
        "[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f].[0-7]",
        "([<>=!]{1,2} ?[0-9.]{1,6}(rc1)?,? ?){1,3}",
        any::<String>(),
    ]
}

proptest! {
    /// Nothing panics, and what was written once is written the same from then on.
    #[test]
    fn what_was_written_stays(text in text()) {
        let json = serde_json::to_string(&text).unwrap();
        for ty in TYPES {
            let Outcome::Written(own) = widest(ty)(&json, false) else { continue };
            prop_assert_eq!(widest(ty)(&own, false), Outcome::Written(own), "{} {}", ty, json);
        }
    }

    /// A float's text is that float's and no other's.
    #[test]
    fn floats_come_back_from_their_text(number in -9e18..1.8e19_f64, exponent in -330..1_i32) {
        let number = number * 10_f64.powi(exponent);
        let text: String = read(&write(&number)).unwrap();
        prop_assert_eq!(read::<f64>(&format!("{text:?}")).unwrap().to_bits(), number.to_bits());
    }

    #[test]
    fn short_floats_come_back(number in any::<f32>().prop_filter("written", |number| number.is_finite())) {
        prop_assert_eq!(read::<f32>(&write(&number)).unwrap().to_bits(), number.to_bits());
    }
}
