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
}
