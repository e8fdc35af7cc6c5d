//! The attribute that makes an object's methods ones that other hosts call.

mod ast;
mod expand;
mod parameter;
mod python;
mod signature;
mod spec;

use proc_macro2::TokenStream;

use crate::ast::private_module;
use crate::attr;
use crate::ctxt::Ctxt;
use crate::expand::in_private_scope;

pub fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let cx = Ctxt::new();
    let krate = attr::krate(&cx, attribute);
    let private = private_module(krate.as_ref());
    let input = match syn::parse2::<ast::Input>(item) {
        Ok(input) => input,
        Err(error) => {
            cx.add(error);
            return cx.check().err().map(syn::Error::into_compile_error).unwrap_or_default();
        }
    };
    let block = ast::Block::read(&cx, &input);
    match cx.check() {
        Ok(()) => {
            let methods = expand::methods(&input, &block, &private);
            let dispatch = in_private_scope(&private, &expand::dispatch(&block));
            quote::quote!(#methods #dispatch)
        }
        Err(error) => {
            let error = error.into_compile_error();
            let methods = expand::unbuilt_methods(&input, &private);
            let dispatch = in_private_scope(&private, &expand::unbuilt_dispatch(&block));
            quote::quote!(#error #methods #dispatch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn snapshot(name: &str, input: &str) {
        let code = expand(TokenStream::new(), input.parse().unwrap());
        let code = prettyplease::unparse(&syn::parse2(code).unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../snapshots/expand");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(input.trim_start());
        settings.bind(|| insta::assert_snapshot!(name, code));
    }

    #[test]
    fn methods_of_an_object() {
        let input = r#"
impl Service {
    /// Runs on the other side alone.
    pub async fn get_by_id(context: &ObjectContext, id: i64, #[default(null)] host: Option<String>) -> Result<Service, CallError>;

    async fn save(&mut self, context: &ObjectContext) -> Result<(), CallError> {
        Ok(())
    }
}"#;
        snapshot("remotable", input);
    }
}
