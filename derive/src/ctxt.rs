use std::cell::RefCell;
use std::fmt::Display;
use std::thread;

use proc_macro2::Span;

/// Gathers the mistakes of one derive, so that its user sees them all at once.
///
/// Whoever makes one has to [`check`](Ctxt::check) it.
pub struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub fn new() -> Self {
        Ctxt { errors: RefCell::new(Some(Vec::new())) }
    }

    pub fn error(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    pub fn add(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// How many there are by now.
    pub fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// The value, where there is one; the mistake is kept.
    pub fn keep<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All that was gathered, as one error.
    pub fn check(self) -> syn::Result<()> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        match errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        }) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        let forgotten = cfg!(debug_assertions) && self.errors.borrow().is_some() && !thread::panicking();
        assert!(!forgotten, "the mistakes that were gathered have to be looked at");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic = "have to be looked at"]
    fn forgetting_the_mistakes_panics() {
        Ctxt::new().error(Span::call_site(), "unseen");
    }

    #[test]
    fn all_mistakes_come_out() {
        let cx = Ctxt::new();
        cx.error(Span::call_site(), "one");
        cx.error(Span::call_site(), "two");
        let texts: Vec<_> = cx.check().unwrap_err().into_iter().map(|error| error.to_string()).collect();
        assert_eq!(texts, ["one", "two"]);
    }
}
