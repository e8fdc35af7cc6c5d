//! Values of options as oslo.config's types read them. Errors say what was expected, and repeat no value.

use std::time::Duration;

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" => Ok(false),
        _ => Err("neither true, yes, on, 1 nor false, no, off, 0".to_owned()),
    }
}

/// A whole number as Python reads it, between two others.
pub(super) fn whole(text: &str, least: i64, most: i64) -> Result<i64, String> {
    let text = text.trim();
    let is_grouped = text.split('_').all(|group| !group.is_empty());
    let digits = text.replace('_', "");
    let number: i64 =
        digits.parse().ok().filter(|_| is_grouped).ok_or_else(|| "not a whole number".to_owned())?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(range(number < least, least, most)) }
}

fn range(is_below: bool, least: i64, most: i64) -> String {
    if is_below { format!("less than {least}") } else { format!("more than {most}") }
}

/// Seconds with a fraction.
pub(super) fn seconds(text: &str, most: f64) -> Result<Duration, String> {
    let number: f64 = text.trim().parse().map_err(|_| "not a number".to_owned())?;
    if number > most {
        return Err(format!("more than {most}"));
    }
    Duration::try_from_secs_f64(number).map_err(|_| "not a number of seconds".to_owned())
}

/// Whole seconds. Less than none count as none.
pub(super) fn whole_seconds(text: &str) -> Result<Duration, String> {
    let seconds = whole(text, i64::MIN, i64::MAX)?;
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// One of some words, case and all.
pub(super) fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    choices.iter().find(|(word, _)| *word == text).map(|(_, chosen)| *chosen).ok_or_else(|| {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        format!("none of {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_oslo_config_reads_them() {
        assert_eq!(boolean("YES"), Ok(true));
        assert_eq!(boolean("Off"), Ok(false));
        assert!(boolean("").is_err() && boolean("2").is_err());
        assert_eq!(whole(" 1_000 ", 0, 2000), Ok(1000));
        assert_eq!(whole("+5", 0, 9), Ok(5));
        assert!(whole("_1", 0, 9).is_err() && whole("1__0", 0, 99).is_err() && whole("", 0, 9).is_err());
        assert_eq!(whole("-1", 0, 9).unwrap_err(), "less than 0");
        assert_eq!(seconds("1e0", 4.5), Ok(Duration::from_secs(1)));
        assert!(seconds("nan", 4.5).is_err() && seconds("-1", 4.5).is_err() && seconds("5", 4.5).is_err());
        assert_eq!(whole_seconds("-3"), Ok(Duration::ZERO));
        assert_eq!(choice("b", &[("a", 1), ("b", 2)]), Ok(2));
        assert_eq!(choice("B", &[("a", 1), ("b", 2)]).unwrap_err(), "none of a, b");
    }
}
