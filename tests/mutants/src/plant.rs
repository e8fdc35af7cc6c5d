//! Plants the changes.

use std::error::Error;
use std::fs;
use std::path::Path;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, BinOp, Block, Expr, ExprBinary, ExprUnary, File, Pat, ReturnType, Signature, Type, UnOp, parse_quote,
};

/// Tells which change is on, and writes down which ones are reached.
const SWITCH: &str = r#"
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ON: LazyLock<Option<usize>> = LazyLock::new(|| std::env::var("MUTANT").ok()?.parse().ok());
static REACHED: LazyLock<Option<std::fs::File>> = LazyLock::new(|| {
    let path = std::env::var_os("MUTANTS_REACHED")?;
    std::fs::File::options().create(true).append(true).open(path).ok()
});
static IS_REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

/// Whether this change is on.
pub fn is(number: usize) -> bool {
    if let Some(mut file) = REACHED.as_ref() && !IS_REACHED[number].swap(true, Ordering::Relaxed) {
        let _ = file.write_all(format!("{number}\n").as_bytes());
    }
    *ON == Some(number)
}
"#;

/// Changes the files, and lists each change in a line: its number, place and words.
pub fn plant(checkout: &str, list: &str, left_out: &str, files: &[&str]) -> Result<(), Box<dyn Error>> {
    let left_out = fs::read_to_string(left_out).unwrap_or_default();
    let left_out = left_out.lines().map(str::to_owned).collect();
    let mut planter = Planter { lines: Vec::new(), left_out, file: String::new(), within: String::new() };
    for file in files {
        let path = Path::new(checkout).join(file);
        let mut code: File = syn::parse_file(&fs::read_to_string(&path)?)?;
        planter.file = (*file).to_owned();
        planter.visit_file_mut(&mut code);
        fs::write(&path, prettyplease::unparse(&code))?;
    }
    let switch = SWITCH.replace("COUNT", &planter.lines.len().to_string());
    fs::write(Path::new(checkout).join("src/mutant.rs"), switch)?;
    let root = Path::new(checkout).join("src/lib.rs");
    let code = fs::read_to_string(&root)?;
    // What is planted has more brackets than it needs, and arms that nothing reaches.
    fs::write(&root, format!("#![allow(warnings)]\n{code}\n#[doc(hidden)]\npub mod mutant;\n"))?;
    fs::write(list, planter.lines.join("\n") + "\n")?;
    println!("{} changes", planter.lines.len());
    Ok(())
}

/// Takes the compiler's short messages from the standard input, and adds the changes that they are about to those that
/// are left out.
pub fn leave(checkout: &str, list: &str, left_out: &str) -> Result<(), Box<dyn Error>> {
    let list = fs::read_to_string(list)?;
    let listed: Vec<&str> = list.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    let mut out = fs::read_to_string(left_out).unwrap_or_default();
    let before = out.len();
    for message in std::io::stdin().lines() {
        let message = message?;
        let mut parts = message.splitn(4, ':');
        let (Some(file), Some(line), Some(_), Some(told)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (Ok(line), true) = (line.parse::<usize>(), told.trim_start().starts_with("error")) else {
            continue;
        };
        let code = fs::read_to_string(Path::new(checkout).join(file))?;
        let lines: Vec<&str> = code.lines().take(line).collect();
        let number = lines.iter().rev().find_map(|line| {
            let (_, rest) = line.split_once("mutant::is(")?;
            rest.split_once("usize)")?.0.parse::<usize>().ok()
        });
        let Some(change) = number.and_then(|number| listed.get(number)) else {
            return Err(format!("no change there: {message}").into());
        };
        if !out.lines().any(|line| line == *change) {
            out.push_str(change);
            out.push('\n');
        }
    }
    if out.len() == before {
        return Err("nothing to leave out".into());
    }
    fs::write(left_out, out)?;
    Ok(())
}

struct Planter {
    lines: Vec<String>,
    /// The changes that don't compile, as they are listed but for their number.
    left_out: Vec<String>,
    file: String,
    within: String,
}

impl Planter {
    /// Takes a number for a change, unless it is left out.
    fn number(&mut self, span: Span, words: &str) -> Option<usize> {
        let start = span.start();
        let line = format!("{}:{}:{}: {}: {words}", self.file, start.line, start.column + 1, self.within);
        if self.left_out.contains(&line) {
            return None;
        }
        let number = self.lines.len();
        self.lines.push(format!("{number} {line}"));
        Some(number)
    }

    /// Begins a function's block with what it may return in place of all it does.
    fn plant_returns(&mut self, signature: &Signature, block: &mut Block) {
        let outer = std::mem::replace(&mut self.within, signature.ident.to_string());
        let values = if block.stmts.is_empty() { Vec::new() } else { returns(&signature.output) };
        let whole = match &block.stmts[..] {
            [syn::Stmt::Expr(whole, None)] => whole.to_token_stream().to_string(),
            _ => String::new(),
        };
        let before = block.stmts.len();
        visit_mut::visit_block_mut(self, block);
        assert_eq!(before, block.stmts.len());
        let shown = values.into_iter().map(|value| (value.to_token_stream().to_string(), value));
        // What the function returns anyway is no change.
        for (shown, value) in shown.filter(|(shown, _)| *shown != whole) {
            if let Some(number) = self.number(signature.ident.span(), &format!("returns {shown}")) {
                block.stmts.insert(0, parse_quote!(if crate::mutant::is(#number) { return #value; }));
            }
        }
        self.within = outer;
    }
}

impl VisitMut for Planter {
    fn visit_item_mut(&mut self, item: &mut syn::Item) {
        match item {
            syn::Item::Const(_) | syn::Item::Static(_) | syn::Item::Enum(_) | syn::Item::Macro(_) => {}
            syn::Item::Mod(inner) if inner.attrs.iter().any(is_of_tests) => {}
            _ => visit_mut::visit_item_mut(self, item),
        }
    }

    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        if function.sig.constness.is_none() && !function.attrs.iter().any(is_of_tests) {
            self.plant_returns(&function.sig, &mut function.block);
        }
    }

    fn visit_impl_item_mut(&mut self, item: &mut syn::ImplItem) {
        match item {
            syn::ImplItem::Fn(function) if function.sig.constness.is_none() => {
                self.plant_returns(&function.sig, &mut function.block);
            }
            _ => {}
        }
    }

    fn visit_trait_item_mut(&mut self, item: &mut syn::TraitItem) {
        if let syn::TraitItem::Fn(function) = item
            && let Some(block) = &mut function.default
        {
            self.plant_returns(&function.sig, block);
        }
    }

    // Nothing in a type or in a pattern runs.
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_pat_mut(&mut self, _: &mut Pat) {}
    fn visit_generic_argument_mut(&mut self, _: &mut syn::GenericArgument) {}

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let whole = expr.clone();
        match expr {
            Expr::Const(_) => return,
            Expr::Repeat(repeat) => return self.visit_expr_mut(&mut repeat.expr),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        match whole {
            Expr::Binary(ExprBinary { left, op, right, .. }) => {
                if matches!(*left, Expr::Let(_)) || matches!(*right, Expr::Let(_)) || has_let(&left) {
                    return;
                }
                for other in others(&op) {
                    let words = format!("{} for {}", other.to_token_stream(), op.to_token_stream());
                    let Some(number) = self.number(op.span(), &words) else { continue };
                    *expr =
                        parse_quote!((if crate::mutant::is(#number) { #left #other #right } else { #expr }));
                }
            }
            Expr::Unary(ExprUnary { op: op @ (UnOp::Not(_) | UnOp::Neg(_)), expr: inner, .. }) => {
                if matches!(*inner, Expr::Lit(_)) {
                    return;
                }
                let words = format!("without {}", op.to_token_stream());
                let Some(number) = self.number(op.span(), &words) else { return };
                *expr = parse_quote!((if crate::mutant::is(#number) { #inner } else { #expr }));
            }
            Expr::Match(_) => {
                let Expr::Match(now) = expr else { return };
                let is_open = |arm: &Arm| matches!(arm.pat, Pat::Wild(_));
                let has_rest = now.arms.iter().any(is_open);
                for arm in &mut now.arms {
                    self.plant_arm(arm, has_rest && !is_open(arm));
                }
            }
            _ => {}
        }
    }
}

impl Planter {
    fn plant_arm(&mut self, arm: &mut Arm, may_go: bool) {
        let guarded = match &mut arm.pat {
            Pat::Guard(guarded) => Some(guarded),
            _ => None,
        };
        let (pattern, guard) = match guarded {
            Some(guarded) if has_let(&guarded.guard) => return,
            Some(guarded) => ((*guarded.pat).clone(), Some(&mut *guarded.guard)),
            None => (arm.pat.clone(), None),
        };
        let shown = pattern.to_token_stream().to_string();
        let mut open: Option<Expr> = None;
        if let Some(guard) = guard {
            let span = guard.span();
            self.visit_expr_mut(guard);
            if let Some(number) = self.number(span, &format!("true for the guard of {shown}")) {
                *guard = parse_quote!(crate::mutant::is(#number) || (#guard));
            }
            // Without the arm says the same.
            if !may_go && let Some(number) = self.number(span, &format!("false for the guard of {shown}")) {
                *guard = parse_quote!(!crate::mutant::is(#number) && (#guard));
            }
            open = Some(guard.clone());
        }
        if may_go && let Some(number) = self.number(pattern.span(), &format!("without the arm {shown}")) {
            let guard: Expr = match open {
                Some(guard) => parse_quote!(!crate::mutant::is(#number) && (#guard)),
                None => parse_quote!(!crate::mutant::is(#number)),
            };
            arm.pat = Pat::Guard(syn::PatGuard {
                attrs: Vec::new(),
                pat: Box::new(pattern),
                if_token: Default::default(),
                guard: Box::new(guard),
            });
        }
    }
}

fn is_of_tests(attribute: &syn::Attribute) -> bool {
    attribute.to_token_stream().to_string().contains("test")
}

/// Whether it is a chain that binds.
fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn others(op: &BinOp) -> Vec<BinOp> {
    match op {
        BinOp::And(_) => vec![parse_quote!(||)],
        BinOp::Or(_) => vec![parse_quote!(&&)],
        BinOp::Eq(_) => vec![parse_quote!(!=)],
        BinOp::Ne(_) => vec![parse_quote!(==)],
        BinOp::Lt(_) => vec![parse_quote!(==), parse_quote!(>), parse_quote!(<=)],
        BinOp::Gt(_) => vec![parse_quote!(==), parse_quote!(<), parse_quote!(>=)],
        BinOp::Le(_) => vec![parse_quote!(>), parse_quote!(<)],
        BinOp::Ge(_) => vec![parse_quote!(<), parse_quote!(>)],
        BinOp::Add(_) => vec![parse_quote!(-), parse_quote!(*)],
        BinOp::Sub(_) => vec![parse_quote!(+), parse_quote!(/)],
        BinOp::Mul(_) => vec![parse_quote!(+), parse_quote!(/)],
        BinOp::Div(_) => vec![parse_quote!(%), parse_quote!(*)],
        BinOp::Rem(_) => vec![parse_quote!(/), parse_quote!(+)],
        BinOp::Shl(_) => vec![parse_quote!(>>)],
        BinOp::Shr(_) => vec![parse_quote!(<<)],
        BinOp::BitAnd(_) => vec![parse_quote!(|), parse_quote!(^)],
        BinOp::BitOr(_) => vec![parse_quote!(&), parse_quote!(^)],
        BinOp::BitXor(_) => vec![parse_quote!(|), parse_quote!(&)],
        BinOp::AddAssign(_) => vec![parse_quote!(-=), parse_quote!(*=)],
        BinOp::SubAssign(_) => vec![parse_quote!(+=), parse_quote!(/=)],
        BinOp::BitOrAssign(_) => vec![parse_quote!(&=), parse_quote!(^=)],
        BinOp::BitAndAssign(_) => vec![parse_quote!(|=), parse_quote!(^=)],
        _ => Vec::new(),
    }
}

/// Values that a function may return in place of what it does.
fn returns(output: &ReturnType) -> Vec<Expr> {
    match output {
        ReturnType::Default => vec![parse_quote!(())],
        ReturnType::Type(_, ty) => values(ty),
    }
}

fn values(ty: &Type) -> Vec<Expr> {
    let text: String = ty.to_token_stream().to_string().split_whitespace().collect();
    let text = text.replace("'static", "").replace("'_", "");
    match text.as_str() {
        "()" => return vec![parse_quote!(())],
        "bool" => return vec![parse_quote!(true), parse_quote!(false)],
        "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "i8" | "i16" | "i32" | "i64" | "i128" => {
            return vec![parse_quote!(0), parse_quote!(1)];
        }
        "f64" | "f32" => return vec![parse_quote!(0.0), parse_quote!(1.0)],
        "&str" => return vec![parse_quote!(""), parse_quote!("xyzzy")],
        "String" => return vec![parse_quote!(String::new()), parse_quote!("xyzzy".to_owned())],
        "fmt::Result" => return vec![parse_quote!(Ok(()))],
        _ => {}
    }
    let Type::Path(path) = ty else { return Vec::new() };
    let Some(last) = path.path.segments.last() else { return Vec::new() };
    let first = match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments.args.first(),
        _ => None,
    };
    let inner = || match first {
        Some(syn::GenericArgument::Type(ty)) => values(ty),
        _ => Vec::new(),
    };
    match last.ident.to_string().as_str() {
        "Option" => {
            let some = inner().into_iter().map(|value| parse_quote!(Some(#value)));
            [parse_quote!(None)].into_iter().chain(some).collect()
        }
        "Result" => inner().into_iter().map(|value| parse_quote!(Ok(#value))).collect(),
        "Vec" => vec![parse_quote!(Vec::new())],
        _ => Vec::new(),
    }
}
