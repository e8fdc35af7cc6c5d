//! Versions as the attributes write them, and the history that they make up.

use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::LitStr;

use crate::ctxt::Ctxt;

/// `X.Y` or `X.Y.Z`, in the order of the crate's own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: Option<u32>,
}

impl Version {
    fn parse(text: &str) -> Option<Version> {
        let mut parts = text.split('.').map(number);
        let version = Version { major: parts.next()??, minor: parts.next()??, patch: None };
        match (parts.next(), parts.next()) {
            (None, _) => Some(version),
            (Some(patch), None) => Some(Version { patch: Some(patch?), ..version }),
            (Some(_), Some(_)) => None,
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

impl ToTokens for Version {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Version { major, minor, patch } = self;
        tokens.extend(match patch {
            None => quote!(__vo::Version::new(#major, #minor)),
            Some(patch) => quote!(__vo::Version::with_patch(#major, #minor, #patch)),
        });
    }
}

/// A version, and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct VersionLit {
    pub version: Version,
    pub span: Span,
}

impl VersionLit {
    pub fn read(text: &LitStr) -> syn::Result<Self> {
        match Version::parse(&text.value()) {
            Some(version) => Ok(VersionLit { version, span: text.span() }),
            None => Err(syn::Error::new(text.span(), not_a_version(&text.value()))),
        }
    }
}

fn not_a_version(text: &str) -> String {
    format!(
        "{text:?} is not a version; write two or three numbers with dots between and no leading zeros, such \
         as \"1.2\""
    )
}

/// Every version that an object had.
#[derive(Debug)]
pub struct History {
    versions: Vec<Version>,
    /// As the attribute wrote them, for messages.
    text: String,
    pub unreleased: Option<Version>,
}

/// Ranges longer than this are taken for a slip of the pen.
const LONGEST_RANGE: u32 = 1000;

impl History {
    /// Reads `versions(...)` and `unreleased`; `object` is where to say that both are missing.
    pub fn read(
        cx: &Ctxt,
        listed: Option<&(Span, Vec<LitStr>)>,
        unreleased: Option<VersionLit>,
        object: Span,
    ) -> Option<History> {
        if listed.is_none() && unreleased.is_none() {
            cx.error(object, "the object's versions are missing; say `#[object(versions(\"1.0\"))]`");
            return None;
        }
        let mut history = History { versions: Vec::new(), text: String::new(), unreleased: None };
        let mut whole = true;
        if let Some((span, texts)) = listed {
            if texts.is_empty() {
                cx.error(*span, "name at least one version: `versions(\"1.0\")`");
                return None;
            }
            for text in texts {
                whole &= cx.keep(history.list(text)).is_some();
            }
        }
        if let Some(next) = unreleased {
            whole &= cx.keep(history.add(next.version, next.version, next.span)).is_some();
            history.unreleased = Some(next.version);
        }
        whole.then_some(history)
    }

    fn list(&mut self, text: &LitStr) -> syn::Result<()> {
        let (value, span) = (text.value(), text.span());
        let Some((from, to)) = value.split_once("..") else {
            let version = VersionLit::read(text)?.version;
            return self.add(version, version, span);
        };
        let refused = |message: String| Err(syn::Error::new(span, message));
        let (Some(from), Some(to)) = (Version::parse(from), to.strip_prefix('=').and_then(Version::parse))
        else {
            return refused(format!("{value:?} is not a range of versions; write it as \"1.0..=1.13\""));
        };
        if from.major != to.major {
            return refused(format!(
                "a range stays within one major number, since nothing says where {} ends; write one range for \
                 each, such as \"{from}..={}.9\", \"{}.0..={to}\"",
                from.major, from.major, to.major,
            ));
        }
        if from.patch.is_some() || to.patch.is_some() {
            return refused(
                "a range goes from X.Y to X.Y; list versions with a third number one by one".into(),
            );
        }
        if from >= to {
            return refused(format!("{value:?} holds no second version; write the older one first"));
        }
        if to.minor - from.minor >= LONGEST_RANGE {
            return refused(format!("a range of more than {LONGEST_RANGE} versions"));
        }
        self.add(from, to, span)
    }

    fn add(&mut self, from: Version, to: Version, span: Span) -> syn::Result<()> {
        if let Some(last) = self.versions.last().filter(|last| **last >= from) {
            let message = if *last == from {
                format!("{from} is listed twice")
            } else {
                format!("{from} comes before {last}; list the versions oldest first")
            };
            return Err(syn::Error::new(span, message));
        }
        if !self.text.is_empty() {
            self.text.push_str(", ");
        }
        if from == to {
            self.versions.push(from);
            self.text.push_str(&from.to_string());
        } else {
            self.versions.extend((from.minor..=to.minor).map(|minor| Version { minor, ..from }));
            self.text.push_str(&format!("{from}..={to}"));
        }
        Ok(())
    }

    pub fn first(&self) -> Option<Version> {
        self.versions.first().copied()
    }

    pub fn current(&self) -> Option<Version> {
        self.versions.last().copied()
    }

    pub fn contains(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }

    /// The version after that one.
    pub fn next(&self, version: Version) -> Option<Version> {
        self.versions.iter().copied().find(|other| *other > version)
    }

    pub fn as_slice(&self) -> &[Version] {
        &self.versions
    }
}

impl fmt::Display for History {
    /// As the attribute wrote them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
