"""Makes of a generated crate one of the same structs with serde's derive alone, to compare the two.

    python plain.py GENERATED_CRATE PLAIN_CRATE [--envelopes]

With `--envelopes` an object inside another stands in its envelope, so that both read and write the same bytes.
"""

import pathlib
import re
import sys

TYPES = """//! What the fields of the generated structs are here.

pub type Field<T> = Option<T>;
pub type CheckedUuid = String;
pub type DateTime = String;
pub type EuiText = String;
pub type FlexibleBool = bool;
pub type FlexibleDict = std::collections::BTreeMap<String, serde_json::Value>;
pub type FlexibleList = Vec<serde_json::Value>;
pub type IpNet = String;
pub type IpNetworkText = String;
pub type IpV4AndV6Address = std::net::IpAddr;
pub type Ipv4Net = String;
pub type Ipv6Net = String;
pub type JsonText = String;
pub type MacAddress = String;
pub type NaiveDateTime = String;
pub type NonNegativeFloat = f64;
pub type PciAddress = String;
pub type Sensitive = String;
pub type UuidText = String;
pub type VersionPredicate = String;
"""

ENVELOPE = """
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Envelope<T> {
    #[serde(rename = "nova_object.name")]
    pub name: String,
    #[serde(rename = "nova_object.namespace")]
    pub namespace: String,
    #[serde(rename = "nova_object.version")]
    pub version: String,
    #[serde(rename = "nova_object.data")]
    pub data: T,
    #[serde(rename = "nova_object.changes", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}
"""


def without_attributes(text, *names):
    """The source without these attributes, whatever is in their parentheses."""
    for name in names:
        while (start := text.find(f"#[{name}(")) >= 0:
            end, depth, quoted = start + 2, 1, False
            while depth:
                letter = text[end]
                if letter == "\\" and quoted:
                    end += 1
                elif letter == '"':
                    quoted = not quoted
                elif not quoted:
                    depth += {"[": 1, "]": -1}.get(letter, 0)
                end += 1
            text = text[:start] + text[end:]
    return text


def enveloped(text, names):
    """The source with the objects in fields in their envelopes."""
    is_object = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    field = re.compile(r"^    pub \w+: Field<.*>,$", re.MULTILINE)
    return field.sub(lambda line: is_object.sub(r"Envelope<\1>", line[0]), text)


def plain(text):
    text = re.sub(r"use (versioned_objects|ipnet|chrono)\b[^;]*;", "", text)
    text = re.sub(r"#\[variant\(name = (\"(?:[^\"\\]|\\.)*\")\)\]", r"#[serde(rename = \1)]", text)
    text = re.sub(r'#\[field_enum\(name = "[^"]*", rename_all = ("[\w-]+")\)\]', r"#[serde(rename_all = \1)]", text)
    text = without_attributes(text, "object", "field", "field_enum", "object_enum")
    text = re.sub(r"#\[derive\((VersionedObject|FieldEnum|ObjectEnum), ", "#[derive(serde::Serialize, serde::Deserialize, ", text)
    text = re.sub(r"\n    /// The version that it arrived in.\n    pub origin\d*: Origin,", "", text)
    text = re.sub(r"(use super::\{[^}]*)\bhand\b,?", r"\1", text.replace("use super::hand;", ""))
    return "use crate::plain::*;\n" + text


def main():
    generated, out = map(pathlib.Path, sys.argv[1:3])
    has_envelopes = "--envelopes" in sys.argv[3:]
    objects = out / "src" / "objects"
    objects.mkdir(parents=True, exist_ok=True)
    sources = generated / "src" / "objects"
    names = re.findall(r"\.with::<(\w+)>\(\)", (sources / "mod.rs").read_text())
    for file in sources.glob("*.rs"):
        text = file.read_text()
        if file.name == "mod.rs":
            modules = "".join(line + "\n" for line in text.splitlines() if re.match(r"(pub use|mod) ", line))
            (objects / "mod.rs").write_text(modules.replace("mod hand;\n", ""))
        elif file.name != "hand.rs":
            text = plain(text)
            (objects / file.name).write_text(enveloped(text, names) if has_envelopes else text)
    (out / "src" / "plain.rs").write_text(TYPES + ENVELOPE * has_envelopes)
    arms = "".join(f'        "{name}" => serde_json::to_string(&serde_json::from_str::<objects::{name}>(text)?),\n' for name in names)
    (out / "src" / "main.rs").write_text(f"""#![allow(dead_code, unused_imports)]

mod objects;
mod plain;

fn again(name: &str, text: &str) -> serde_json::Result<String> {{
    match name {{
{arms}        _ => Ok(String::new()),
    }}
}}

fn main() {{
    for line in std::io::stdin().lines().map_while(Result::ok) {{
        println!("{{:?}}", line.split_once(' ').map(|(name, text)| again(name, text)));
    }}
}}
""")


if __name__ == "__main__":
    main()
