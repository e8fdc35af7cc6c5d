//! The attribute that makes the methods of an impl block those of an endpoint, and writes a client of them.

mod ast;
mod client;
mod expand;

use proc_macro2::TokenStream;

use crate::ast::private_module;
use crate::ctxt::Ctxt;
use crate::expand::in_private_scope;

pub fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let said = ast::Said::read(&cx, attribute);
    let private = private_module(said.krate.as_ref());
    let input = match syn::parse2::<ast::Input>(item) {
        Ok(input) => input,
        Err(error) => {
            cx.add(error);
            return cx.check().err().map(syn::Error::into_compile_error).unwrap_or_default();
        }
    };
    let block = ast::Block::read(&cx, &said, &input);
    let functions = expand::functions(&input);
    match cx.check() {
        Ok(()) => {
            let dispatch = in_private_scope(&private, &expand::dispatch(&said, &input, &block));
            let client = client::expand(&said, &block, &private);
            quote::quote!(#functions #dispatch #client)
        }
        Err(error) => {
            let error = error.into_compile_error();
            let dispatch = in_private_scope(&private, &expand::unbuilt(&input));
            quote::quote!(#error #functions #dispatch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_and_its_client() {
        let input = r#"
impl<H: Hypervisor> Compute<H> {
    /// Makes the host ready.
    #[since("6.1")]
    async fn pre_live_migration(&self, context: &CallContext, #[plain] instance: Instance, #[since("6.3")] #[default(null)] disk: Option<String>) -> Result<MigrateData, Exception> {
        self.driver.pre_live_migration(instance).await
    }

    #[cast]
    async fn refresh(&self, _: &CallContext) -> Result<(), Exception> {
        Ok(())
    }
}"#;
        let attribute = r#"version = "6.3", registry = Self::registry, client = ComputeClient"#;
        let code = expand(attribute.parse().unwrap(), input.parse().unwrap());
        let code = prettyplease::unparse(&syn::parse2(code).unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../snapshots/expand");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(format!("#[endpoint({attribute})]{input}"));
        settings.bind(|| insta::assert_snapshot!("endpoint", code));
    }

    #[track_caller]
    fn refused(attribute: &str, input: &str, messages: &[&str]) {
        let code = expand(attribute.parse().unwrap(), input.parse().unwrap()).to_string();
        for message in messages {
            assert!(code.contains(&format!("{message:?}")), "{message}: {code}");
        }
        assert_eq!(code.matches("compile_error").count(), messages.len(), "{code}");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let input = r#"
impl Compute {
    fn not_async(&self, _: &CallContext) -> Result<(), Failure> {}
    async fn _hidden(&self, _: &CallContext) -> Result<(), Failure> {}
    async fn generic<T>(&self, _: &CallContext, value: T) -> Result<(), Failure> {}
    async fn exclusive(&mut self, _: &CallContext) -> Result<(), Failure> {}
    async fn nobody(&self) -> Result<(), Failure> {}
    async fn infallible(&self, _: &CallContext) -> i64 {}
    async fn borrowed(&self, _: &CallContext, host: &str) -> Result<(), Failure> {}
    #[since("6.2")]
    async fn too_new(&self, _: &CallContext) -> Result<(), Failure> {}
    #[since("5.0")]
    async fn of_another_major(&self, _: &CallContext) -> Result<(), Failure> {}
    async fn needs_a_default(&self, _: &CallContext, #[since("6.1")] id: i64) -> Result<(), Failure> {}
    #[cast]
    async fn waits(&self, _: &CallContext) -> Result<i64, Failure> {}
}"#;
        refused(
            r#"version = "6.1""#,
            input,
            &[
                "each function here is called by other hosts, so it is `async`; others go into a block of their own",
                "a method whose name begins with `_` can't be called",
                "a method that is called by name can't be generic; write out the types",
                "an endpoint serves many callers at once, so its methods take `&self`",
                "a method takes who calls first: `context: &CallContext`",
                "a call may fail, so the method gives a `Result`",
                "an argument comes from another host, so the method owns it: no reference",
                "the endpoint is of version 6.1, which doesn't serve 6.2",
                "the endpoint is of version 6.1, which doesn't serve 5.0",
                "callers of older hosts leave it out, so it needs a `#[default(...)]`",
                "nobody waits for the result of a cast, so there is none: `Result<(), ...>`",
            ],
        );
    }

    #[test]
    fn mistakes_in_the_attribute_are_told() {
        const PING: &str = "impl Base { async fn ping(&self, _: &CallContext) -> Result<(), Failure> {} }";
        let missing = "the version of the methods is missing; say `#[endpoint(version = \"1.0\")]`";
        refused("", PING, &[missing]);
        refused(
            r#"version = "1.0", namspace = "x""#,
            PING,
            &["unknown word `namspace`; did you mean `namespace`?"],
        );
        refused(r#"version = "1.0""#, "impl Base {}", &["an endpoint without methods serves nobody"]);
        let of_trait = "`endpoint` is for a type's own methods: `impl Name { ... }`";
        refused(r#"version = "1.0""#, "impl Endpoint for Base {}", &[of_trait]);
    }
}
