//! Changes the crate's code in many places at once, each change behind a switch, so that it is compiled once; then
//! runs for each change the tests that reach it, until one fails, and tells what is left. `tests/mutants/run` calls all three.

mod left;
mod plant;
mod try_each;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["plant", checkout, list, left_out, ref files @ ..] => plant::plant(checkout, list, left_out, files),
        ["leave", checkout, list, left_out] => plant::leave(checkout, list, left_out),
        ["try", binary, checkout, list, results] => try_each::try_each(binary, checkout, list, results),
        ["left", list, results, explained] => left::show(list, results, explained),
        _ => Err("plant CHECKOUT LIST LEFT_OUT FILE..., leave CHECKOUT LIST LEFT_OUT, \
                  try BINARY CHECKOUT LIST RESULTS, left LIST RESULTS EXPLAINED"
            .into()),
    }
}
