//! Where in a JSON text an object of a schema stands, and what is in it.

/// A name in a text: the key of an entry, or what stands under `"name"`.
struct Named<'t> {
    name: &'t str,
    /// Where it stands, in bytes.
    at: usize,
    /// How many braces are open around it.
    depth: usize,
    is_key: bool,
    /// What the braces around it hold, in bytes.
    around: (usize, usize),
}

/// The byte at which an object stands, or what is in it.
pub fn find(text: &str, object: &str, field: Option<&str>) -> Option<usize> {
    let all = names(text);
    let of_object = all.iter().filter(|named| !named.is_key && named.name == object);
    let object = of_object.min_by_key(|named| named.depth)?;
    let Some(field) = field else { return Some(object.at) };
    let inside = object.around.0..object.around.1;
    let of_field = all
        .iter()
        .filter(|named| named.name == field && named.depth > object.depth && inside.contains(&named.at));
    let field = of_field.min_by_key(|named| (named.depth, named.is_key, named.at));
    Some(field.unwrap_or(object).at)
}

/// The names in a text that was read as JSON, so that nothing has to be checked here.
fn names(text: &str) -> Vec<Named<'_>> {
    let mut names: Vec<Named<'_>> = Vec::new();
    // Of each open brace: where it stands, and how many names there were before it.
    let mut open = Vec::new();
    let mut key = "";
    let mut rest = text;
    while let Some(place) = rest.find(['"', '{', '}']) {
        let at = text.len() - rest.len() + place;
        let (sign, after) = rest[place..].split_at(1);
        rest = after;
        match sign {
            "{" => open.push((at, names.len())),
            "}" => {
                let Some((from, before)) = open.pop() else { continue };
                let depth = open.len() + 1;
                let own = names.iter_mut().skip(before).filter(|named| named.depth == depth);
                own.for_each(|named| named.around = (from, at));
            }
            _ => {
                let Some(end) = end_of_string(after) else { break };
                let (string, behind) = (&after[..end], &after[end + 1..]);
                rest = behind;
                let is_key = behind.trim_start().starts_with(':');
                if is_key || key == "name" {
                    let around = (0, text.len());
                    names.push(Named { name: string, at, depth: open.len(), is_key, around });
                }
                key = if is_key { string } else { "" };
            }
        }
    }
    names
}

/// Where the quote stands that ends a string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn names_are_found_in_any_order_of_keys() {
        let text = r#"{"objects":[
            {"fields": [{"name": "Rack"}, {"type": "text",
                "name": "type"}], "name": "Disk"},
            {"name" : "Rack",
             "fields": {"name": {"type": "a \"name\": \"Disk\" }"}, "Disk": {}}}
        ]}"#;
        let line = |object, field| find(text, object, field).map(|at| text[..at].lines().count());
        assert_eq!(line("Disk", None), Some(3));
        assert_eq!(line("Disk", Some("type")), Some(3));
        assert_eq!(line("Disk", Some("Rack")), Some(2));
        assert_eq!(line("Rack", None), Some(4));
        assert_eq!(line("Rack", Some("name")), Some(5));
        assert_eq!(line("Rack", Some("Disk")), Some(5));
        assert_eq!(line("Rack", Some("gone")), Some(4));
        assert_eq!(line("Gone", None), None);
    }
}
