//! Edits of schemas that were edited before: what is found, of which versions, and in which words.

use std::fmt::Write as _;

use serde_json::{Value, json};
use versioned_objects::check::{self, Hosts, Unshown};

use super::edits::{base, field, fields, locks, object, set};

type Edit = fn(&mut Value);

/// A name, what the schemas are before, and the edit.
type Case = (&'static str, Edit, Edit);

fn as_it_is(_: &mut Value) {}

/// An object of two versions without anything that its older one gets otherwise.
fn with_plain(it: &mut Value) {
    let fields = json!([{"name": "text", "type": "String"}]);
    add(it, json!({"name": "Plain", "version": "1.1", "fields": fields}));
}

fn add(it: &mut Value, mut object: Value) {
    object["project_namespace"] = json!("shop");
    object["serial_namespace"] = json!("versioned_object");
    it["objects"].as_array_mut().unwrap().push(object);
}

fn is_so(it: &mut Value, of: &str, word: &str) {
    set(object(it, of), word, json!(true));
}

fn rules(it: &mut Value, of: &str, name: &str, rules: Value) {
    set(field(it, of, name), "rules", rules);
}

fn bump(it: &mut Value, of: &str, version: &str) {
    set(object(it, of), "version", json!(version));
}

fn machines() -> Value {
    json!({"kind": "Object", "name": "Machine"})
}

/// A list of these machines alone.
fn some_machines(it: &mut Value, variants: Value) {
    let some = json!({"kind": "Object", "name": "Machine", "subclasses": true, "variants": variants});
    set(field(it, "Rack", "machines"), "type", json!({"kind": "List", "element": some}));
}

fn rack_of_some(it: &mut Value) {
    some_machines(it, json!({"Server": {}}));
}

/// Null may stand in a field of the newest version, which is new.
fn null_for_1_3(it: &mut Value) {
    bump(it, "Disk", "1.3");
    set(field(it, "Disk", "serial"), "nullable", json!(true));
}

fn filled(value: Value, before: &str) -> Value {
    json!({"before": before, "action": {"fill": {"value": value}}})
}

/// A rule that writes something else for null.
fn replaced(value: Value, before: &str) -> Value {
    json!({"before": before, "action": {"values": {"values": [null], "instead": {"write": value}}}})
}

fn convert(of: &str, ty: Value, before: &str) -> Value {
    let convert = json!({"from": of, "type": ty, "to_older": "to", "from_older": "from", "index": 0});
    json!([{"before": before, "action": {"convert": convert}}])
}

const HISTORY: &[Case] = &[
    ("an object isn't written any more in its first version", as_it_is, |it| {
        set(object(it, "Disk"), "refuses", json!({"before": "1.1"}));
    }),
    (
        "an object isn't written any more in one more version",
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.1"})),
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.2"})),
    ),
    (
        "an object is written again in a version",
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.2"})),
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.1"})),
    ),
    (
        "an object says otherwise that it isn't written in a version",
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.1"})),
        |it| set(object(it, "Disk"), "refuses", json!({"before": "1.1", "message": "no"})),
    ),
    ("a routine comes", as_it_is, |it| set(object(it, "Disk"), "compatible", json!("to_older"))),
    ("a routine comes with a new version", as_it_is, |it| {
        set(object(it, "Disk"), "compatible", json!("to_older"));
        bump(it, "Disk", "1.3");
    }),
    ("a routine comes to an object of one version", as_it_is, |it| {
        set(object(it, "Machine"), "compatible", json!("to_older"));
    }),
    (
        "objects in dicts are converted now",
        |it| {
            let named = json!({"name": "named", "type": {"kind": "Dict", "element": machines()}});
            fields(it, "Server").push(named);
        },
        |it| is_so(it, "Server", "converts_nested"),
    ),
    (
        "objects in dicts of an object of one version are converted now",
        |it| {
            let named = json!({"name": "named", "type": {"kind": "Dict", "element": machines()}});
            fields(it, "Rack").push(named);
        },
        |it| is_so(it, "Rack", "converts_nested"),
    ),
    ("objects in dicts are converted, of which there are none", as_it_is, |it| {
        is_so(it, "Server", "converts_nested");
    }),
    ("rules hold for pins alone, of which there are none", with_plain, |it| is_so(it, "Plain", "by_pin")),
    (
        "rules hold for pins alone, and a field was removed",
        |it| {
            with_plain(it);
            set(object(it, "Plain"), "tombstones", json!([{"name": "old", "until": "1.0", "fill": "a"}]));
        },
        |it| is_so(it, "Plain", "by_pin"),
    ),
    (
        "rules hold for pins alone, and changes are forgotten",
        |it| {
            with_plain(it);
            is_so(it, "Plain", "forgets_changes");
        },
        |it| is_so(it, "Plain", "by_pin"),
    ),
    ("a tombstone for what never was", as_it_is, |it| {
        set(object(it, "Disk"), "tombstones", json!([{"name": "wwn", "until": "1.0", "fill": "a"}]));
    }),
    (
        "a tombstone for what a field was called",
        |it| rules(it, "Disk", "serial", json!([{"before": "1.1", "action": {"rename": {"from": "sn"}}}])),
        |it| {
            set(
                object(it, "Disk"),
                "tombstones",
                json!([{"name": "sn", "since": "1.1", "until": "1.1", "fill": "a"}]),
            );
        },
    ),
    ("a field that wasn't there yet is refused for a value", as_it_is, |it| {
        let values = json!({"values": {"values": ["a"], "instead": "refuse"}});
        rules(it, "Disk", "cache", json!([{"before": "1.1", "action": values}]));
    }),
    ("a field that wasn't there yet goes out with another value", as_it_is, |it| {
        let values = json!({"values": {"values": ["a"], "instead": {"write": "b"}}});
        rules(it, "Disk", "cache", json!([{"before": "1.1", "action": values}]));
    }),
    ("objects are left alone where there are none", as_it_is, |it| is_so_of(it, "Disk", "serial", "alone")),
    ("objects are left alone", as_it_is, |it| is_so_of(it, "Server", "disk", "alone")),
    (
        "what is filled in where a field is unset is filled in where it is null, too",
        |it| {
            rules(
                it,
                "Disk",
                "note",
                json!([{"before": "1.1", "action": {"fill": {"value": "a", "unset": true}}}]),
            )
        },
        |it| rules(it, "Disk", "note", json!([filled(json!("a"), "1.1")])),
    ),
    (
        "what is filled in where a field is unset, which is never null",
        |it| {
            rules(
                it,
                "Disk",
                "serial",
                json!([{"before": "1.1", "action": {"fill": {"value": "a", "unset": true}}}]),
            )
        },
        |it| rules(it, "Disk", "serial", json!([filled(json!("a"), "1.1")])),
    ),
];

fn is_so_of(it: &mut Value, of: &str, name: &str, word: &str) {
    set(field(it, of, name), word, json!(true));
}

fn rack_of_two(it: &mut Value) {
    bump(it, "Rack", "1.1");
}

fn heir(it: &mut Value) {
    let fields = json!([{"name": "uuid", "type": "UUID"}]);
    add(it, json!({"name": "Heir", "version": "1.0", "bases": ["Machine"], "fields": fields}));
}

/// A list of books of two versions, which holds one beside its elements.
fn list_of(it: &mut Value, rows: Value, relationships: Value) {
    let book = json!({"kind": "Object", "name": "Book"});
    let fields =
        json!([{"name": "id", "type": "Integer"}, {"name": "note", "type": "String", "since": "1.1"}]);
    add(it, json!({"name": "Book", "version": "1.1", "fields": fields}));
    let elements = json!({"name": "objects", "type": {"kind": "List", "element": book}});
    let fields = json!([elements, {"name": "best", "type": book}]);
    let mut shelf =
        json!({"name": "Shelf", "version": "1.1", "list": true, "converts_nested": true, "fields": fields});
    for (word, said) in [("child_versions", rows), ("relationships", relationships)] {
        if said.as_object().is_some_and(|said| !said.is_empty()) {
            shelf[word] = said;
        }
    }
    add(it, shelf);
}

const CHILDREN: &[Case] = &[
    ("an heir comes", rack_of_two, heir),
    ("an heir comes, and the first version gets none", rack_of_two, |it| {
        heir(it);
        rules(
            it,
            "Rack",
            "machines",
            json!([{"before": "1.1", "action": {"without": {"objects": ["Heir"]}}}]),
        );
    }),
    ("an heir comes, and another is left out", rack_of_two, |it| {
        heir(it);
        bump(it, "Rack", "1.2");
        rules(
            it,
            "Rack",
            "machines",
            json!([{"before": "1.2", "action": {"without": {"objects": ["Server"]}}}]),
        );
    }),
    (
        "an heir comes for a field of one object, and a rule leaves it out of a list",
        |it| {
            bump(it, "Rack", "1.1");
            let any = json!({"kind": "Object", "name": "Machine", "subclasses": true});
            set(field(it, "Rack", "machines"), "type", any);
        },
        |it| {
            heir(it);
            let without = json!({"without": {"objects": ["Heir"]}});
            rules(it, "Rack", "machines", json!([{"before": "1.1", "action": without}]));
        },
    ),
    ("an heir comes, and the field has another name now", rack_of_two, |it| {
        heir(it);
        bump(it, "Rack", "1.2");
        set(field(it, "Rack", "machines"), "name", json!("hosts"));
        rules(it, "Rack", "hosts", json!([{"before": "1.2", "action": {"rename": {"from": "machines"}}}]));
    }),
    ("an heir comes, and older versions have another form that takes it", rack_of_two, |it| {
        heir(it);
        bump(it, "Rack", "1.2");
        let any = json!({"kind": "Object", "name": "Machine", "subclasses": true});
        rules(it, "Rack", "machines", convert("machines", json!({"kind": "List", "element": any}), "1.2"));
    }),
    ("an heir comes, and older versions have another form that has none", rack_of_two, |it| {
        heir(it);
        bump(it, "Rack", "1.2");
        rules(it, "Rack", "machines", convert("names", json!({"kind": "List", "element": "String"}), "1.2"));
    }),
    ("an heir comes, and the field is refused for older versions", rack_of_two, |it| {
        heir(it);
        bump(it, "Rack", "1.2");
        rules(it, "Rack", "machines", json!([{"before": "1.2", "action": "refuse"}]));
    }),
    ("an heir comes where it is said which objects may stand there", rack_of_some, heir),
    (
        "an heir comes, and the field was there later than is said now",
        |it| {
            rack_of_two(it);
            set(field(it, "Rack", "machines"), "since", json!("1.1"));
        },
        |it| {
            heir(it);
            field(it, "Rack", "machines").remove("since");
        },
    ),
    (
        "an heir comes for a field that came later",
        |it| {
            rack_of_two(it);
            set(field(it, "Rack", "machines"), "since", json!("1.1"));
        },
        heir,
    ),
    (
        "a child is bumped that one of two fields was behind of",
        |it| {
            let rows = json!({"disk": [["1.0", "1.0"], ["1.1", "1.1"]], "disks": [["1.1", "1.2"]]});
            set(object(it, "Server"), "relationships", rows);
        },
        |it| {
            bump(it, "Disk", "1.3");
            fields(it, "Disk").push(json!({"name": "wwn", "type": "String", "since": "1.3"}));
        },
    ),
    ("a child is bumped, and a row of before says something else", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        fields(it, "Disk").push(json!({"name": "wwn", "type": "String", "since": "1.3"}));
        let rows = json!({"disk": [["1.0", "1.1"], ["1.1", "1.2"]], "disks": [["1.1", "1.3"]]});
        set(object(it, "Server"), "relationships", rows);
    }),
    (
        "rows that fell before",
        |it| {
            let rows = json!({"disk": [["1.0", "1.2"], ["1.1", "1.0"]], "disks": [["1.1", "1.2"]]});
            set(object(it, "Server"), "relationships", rows);
        },
        as_it_is,
    ),
    (
        "a child that a list holds beside its elements goes out in another version",
        |it| list_of(it, json!({}), json!({"best": [["1.0", "1.0"], ["1.1", "1.1"]]})),
        |it| set(object(it, "Shelf"), "relationships", json!({"best": [["1.0", "1.1"], ["1.1", "1.1"]]})),
    ),
    (
        "the elements of a list go out in versions that it says now",
        |it| list_of(it, json!({}), json!({})),
        |it| set(object(it, "Shelf"), "child_versions", json!([["1.0", "1.0"], ["1.1", "1.1"]])),
    ),
    (
        "an older form of a field held another object",
        |it| rules(it, "Server", "disk", convert("old", machines(), "1.1")),
        |it| {
            let rack = json!({"kind": "Object", "name": "Rack"});
            rules(it, "Server", "disk", convert("old", rack, "1.1"));
        },
    ),
    (
        "an heir comes for a field that held none before",
        |it| {
            rack_of_two(it);
            set(field(it, "Rack", "machines"), "type", json!({"kind": "List", "element": machines()}));
        },
        |it| {
            heir(it);
            let any = json!({"kind": "Object", "name": "Machine", "subclasses": true});
            set(field(it, "Rack", "machines"), "type", json!({"kind": "List", "element": any}));
        },
    ),
    (
        "an object comes to those that may stand there, and is left out for older versions",
        rack_of_some,
        |it| {
            heir(it);
            bump(it, "Rack", "1.1");
            some_machines(it, json!({"Server": {}, "Heir": {}}));
            let without = json!({"without": {"objects": ["Heir"]}});
            rules(it, "Rack", "machines", json!([{"before": "1.1", "action": without}]));
        },
    ),
    ("an object comes to those that may stand there, and another is left out", rack_of_some, |it| {
        heir(it);
        bump(it, "Rack", "1.1");
        some_machines(it, json!({"Server": {}, "Heir": {}}));
        let without = json!({"without": {"objects": ["Server"]}});
        rules(it, "Rack", "machines", json!([{"before": "1.1", "action": without}]));
    }),
    ("which objects may stand there is said now", as_it_is, rack_of_some),
];

const FIELDS: &[Case] = &[
    ("a field comes under a former name", as_it_is, |it| {
        let rules = json!([{"before": "1.1", "action": {"rename": {"from": "sn"}}}]);
        fields(it, "Disk").push(json!({"name": "wwn", "type": "String", "rules": rules}));
    }),
    ("two fields are gone, and one of their type comes", as_it_is, |it| {
        fields(it, "Disk").retain(|field| field["name"] != "serial" && field["name"] != "cache");
        fields(it, "Disk").push(json!({"name": "wwn", "type": "String"}));
    }),
    ("a field is gone, and one of another type comes", as_it_is, |it| {
        fields(it, "Disk").retain(|field| field["name"] != "serial");
        fields(it, "Disk").push(json!({"name": "wwn", "type": "Integer"}));
    }),
    ("a field is gone, and one that may be null comes", as_it_is, |it| {
        fields(it, "Disk").retain(|field| field["name"] != "serial");
        fields(it, "Disk").push(json!({"name": "wwn", "type": "String", "nullable": true}));
    }),
    (
        "null may stand among the elements no more",
        |it| {
            let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
            set(field(it, "Disk", "tags"), "type", tags);
        },
        |it| set(field(it, "Disk", "tags"), "type", json!({"kind": "List", "element": "String"})),
    ),
    (
        "null may stand there no more, and older versions have another form",
        |it| rules(it, "Disk", "note", convert("text", json!("Integer"), "1.1")),
        |it| set(field(it, "Disk", "note"), "nullable", json!(false)),
    ),
    ("null may stand there, and the first version gets a value", as_it_is, |it| {
        set(field(it, "Disk", "serial"), "nullable", json!(true));
        let values = json!({"values": {"values": [null], "instead": {"write": "a"}}});
        rules(it, "Disk", "serial", json!([{"before": "1.1", "action": values}]));
    }),
    ("null may stand there, and all older versions get a value", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([filled(json!("a"), "1.3")]));
    }),
    ("null may stand there, and another value goes out as one more", as_it_is, |it| {
        null_for_1_3(it);
        let values = json!({"values": {"values": ["a"], "instead": {"write": "b"}}});
        rules(it, "Disk", "serial", json!([{"before": "1.3", "action": values}]));
    }),
    ("null may stand there, and all older versions get a list", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([filled(json!(["a"]), "1.3")]));
    }),
    ("null may stand there, and of two rules the last has a list for it", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([replaced(json!("a"), "1.3"), filled(json!(["a"]), "1.2")]));
    }),
    ("null may stand there, and of two rules the first has a list for it", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([filled(json!(["a"]), "1.2"), replaced(json!("a"), "1.3")]));
    }),
    ("null may stand there, and the first of two rules that replace it has a list", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([replaced(json!(["a"]), "1.2"), replaced(json!("a"), "1.3")]));
    }),
    ("null may stand there, and the last of two rules that replace it has a list", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([replaced(json!("a"), "1.3"), replaced(json!(["a"]), "1.2")]));
    }),
    ("null may stand there, and a conversion has the list that goes out for it", as_it_is, |it| {
        null_for_1_3(it);
        let mut all = convert("serial", json!("String"), "1.2");
        all.as_array_mut().unwrap().push(replaced(json!(["a"]), "1.3"));
        rules(it, "Disk", "serial", all);
    }),
    ("null may stand among the elements, and the field is refused for older versions", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
        set(field(it, "Disk", "tags"), "type", tags);
        rules(it, "Disk", "tags", json!([{"before": "1.3", "action": "refuse"}]));
    }),
    ("null may stand there, and a conversion has it, or what is filled in", as_it_is, |it| {
        null_for_1_3(it);
        let mut all = convert("serial", json!("String"), "1.2");
        all.as_array_mut().unwrap().push(filled(json!(["a"]), "1.3"));
        rules(it, "Disk", "serial", all);
    }),
    ("null may stand there, and the first version gets a value where it is unset", as_it_is, |it| {
        set(field(it, "Disk", "serial"), "nullable", json!(true));
        let fill = json!({"fill": {"value": "a", "unset": true}});
        rules(it, "Disk", "serial", json!([{"before": "1.1", "action": fill}]));
    }),
    ("null may stand among the elements, and all older versions get another list for null", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
        set(field(it, "Disk", "tags"), "type", tags);
        rules(it, "Disk", "tags", json!([filled(json!([]), "1.3")]));
    }),
    ("null may stand among the elements, and all older versions get another element", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
        set(field(it, "Disk", "tags"), "type", tags);
        let values = json!({"values": {"values": [null], "instead": {"write": "a"}, "inside": true}});
        rules(it, "Disk", "tags", json!([{"before": "1.3", "action": values}]));
    }),
    ("null may stand there and among the elements, and older versions get a list for both", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
        set(field(it, "Disk", "tags"), "type", tags);
        set(field(it, "Disk", "tags"), "nullable", json!(true));
        let values = json!({"values": {"values": [null], "instead": {"write": []}}});
        rules(it, "Disk", "tags", json!([{"before": "1.3", "action": values}]));
    }),
    (
        "null may stand there, and older versions get none of the field, which they don't need",
        as_it_is,
        |it| {
            null_for_1_3(it);
            let values = json!({"values": {"values": [null], "instead": "drop"}});
            rules(it, "Disk", "serial", json!([{"before": "1.3", "action": values}]));
        },
    ),
    (
        "null may stand there, and older versions get none of the field, which they need",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            null_for_1_3(it);
            let values = json!({"values": {"values": [null], "instead": "drop"}});
            rules(it, "Disk", "serial", json!([{"before": "1.3", "action": values}]));
        },
    ),
    ("null may stand there, and the field is refused for older versions", as_it_is, |it| {
        null_for_1_3(it);
        rules(it, "Disk", "serial", json!([{"before": "1.3", "action": "refuse"}]));
    }),
    ("a value comes to an enum, and the field is refused for older versions", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let buses = json!({"kind": "Enum", "values": ["ide", "virtio", "nvme"], "tuple": true});
        set(field(it, "Disk", "bus"), "type", buses);
        rules(it, "Disk", "bus", json!([{"before": "1.3", "action": "refuse"}]));
    }),
    ("a value comes to an enum, and a rule looks for it in a list that there isn't", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let buses = json!({"kind": "Enum", "values": ["ide", "virtio", "nvme"], "tuple": true});
        set(field(it, "Disk", "bus"), "type", buses);
        let values = json!({"values": {"values": ["nvme"], "instead": {"write": "ide"}, "inside": true}});
        rules(it, "Disk", "bus", json!([{"before": "1.3", "action": values}]));
    }),
    (
        "a value comes to an enum, and older versions get none of the field, which they need",
        |it| is_so_of(it, "Disk", "bus", "required"),
        |it| {
            bump(it, "Disk", "1.3");
            let buses = json!({"kind": "Enum", "values": ["ide", "virtio", "nvme"], "tuple": true});
            set(field(it, "Disk", "bus"), "type", buses);
            let values = json!({"values": {"values": ["nvme"], "instead": "drop"}});
            rules(it, "Disk", "bus", json!([{"before": "1.3", "action": values}]));
        },
    ),
    (
        "null may stand among the elements of an older form",
        |it| {
            let texts = json!({"kind": "List", "element": "String"});
            rules(it, "Disk", "serial", convert("texts", texts, "1.1"));
        },
        |it| {
            let texts = json!({"kind": "List", "element": "String", "element_nullable": true});
            rules(it, "Disk", "serial", convert("texts", texts, "1.1"));
        },
    ),
    (
        "null may stand among the elements of an older form no more",
        |it| {
            let texts = json!({"kind": "List", "element": "String", "element_nullable": true});
            rules(it, "Disk", "serial", convert("texts", texts, "1.1"));
        },
        |it| {
            let texts = json!({"kind": "List", "element": "String"});
            rules(it, "Disk", "serial", convert("texts", texts, "1.1"));
        },
    ),
    (
        "a field is required no more, and the first version gets a value",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            set(field(it, "Disk", "serial"), "required", json!(false));
            rules(it, "Disk", "serial", json!([filled(json!("a"), "1.1")]));
        },
    ),
    (
        "a field is required no more, and older versions get null, which may stand there",
        |it| is_so_of(it, "Disk", "note", "required"),
        |it| {
            bump(it, "Disk", "1.3");
            set(field(it, "Disk", "note"), "required", json!(false));
            let fill = json!({"fill": {"value": null, "unset": true}});
            rules(it, "Disk", "note", json!([{"before": "1.3", "action": fill}]));
        },
    ),
    (
        "a field is required no more, and older versions get null, which may not stand there",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            bump(it, "Disk", "1.3");
            set(field(it, "Disk", "serial"), "required", json!(false));
            set(field(it, "Disk", "serial"), "nullable", json!(true));
            let fill = json!({"fill": {"value": null, "unset": true}});
            rules(it, "Disk", "serial", json!([{"before": "1.3", "action": fill}]));
        },
    ),
    (
        "a field is required no more, and the first version gets a list, and the second a value",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            set(field(it, "Disk", "serial"), "required", json!(false));
            rules(it, "Disk", "serial", json!([filled(json!("a"), "1.2"), filled(json!(["a"]), "1.1")]));
        },
    ),
    (
        "null may stand among the elements, and older versions get another element, or what a conversion makes",
        |it| {
            set(field(it, "Disk", "tags"), "since", json!("1.1"));
            rules(it, "Disk", "tags", convert("tags", json!({"kind": "List", "element": "String"}), "1.2"));
        },
        |it| {
            bump(it, "Disk", "1.3");
            set(field(it, "Disk", "tags"), "since", json!("1.1"));
            let tags = json!({"kind": "List", "element": "String", "element_nullable": true});
            set(field(it, "Disk", "tags"), "type", tags.clone());
            let values = json!({"values": {"values": [null], "instead": {"write": "a"}, "inside": true}});
            let mut all = json!([{"before": "1.3", "action": values}]);
            let converted = convert("tags", tags, "1.2");
            all.as_array_mut().unwrap().extend(converted.as_array().cloned().unwrap());
            rules(it, "Disk", "tags", all);
        },
    ),
    (
        "a field is required no more, and one of its values goes out as another",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            bump(it, "Disk", "1.3");
            set(field(it, "Disk", "serial"), "required", json!(false));
            let values = json!({"values": {"values": ["a"], "instead": {"write": "b"}}});
            rules(it, "Disk", "serial", json!([{"before": "1.3", "action": values}]));
        },
    ),
    (
        "a required field is gone, and nothing is filled in",
        |it| is_so_of(it, "Disk", "serial", "required"),
        |it| {
            bump(it, "Disk", "1.3");
            fields(it, "Disk").retain(|field| field["name"] != "serial");
            set(object(it, "Disk"), "tombstones", json!([{"name": "serial", "until": "1.2"}]));
        },
    ),
    ("a default changes with the version that the field came in", as_it_is, |it| {
        set(field(it, "Disk", "cache"), "since", json!("1.2"));
        set(field(it, "Disk", "cache"), "default", json!("a"));
    }),
    ("what an absent field counts as changes with the version that it came in", as_it_is, |it| {
        set(field(it, "Disk", "cache"), "since", json!("1.2"));
        set(field(it, "Disk", "cache"), "absent", json!("a"));
    }),
    ("the elements of a list may be no longer than that", as_it_is, |it| {
        set(field(it, "Disk", "tags"), "check", json!({"max_length": 2}))
    }),
    (
        "the values of a dict may be no longer than that",
        |it| set(field(it, "Disk", "serial"), "type", json!({"kind": "Dict", "element": "String"})),
        |it| set(field(it, "Disk", "serial"), "check", json!({"min_length": 5})),
    ),
    (
        "a number in any value has a bound",
        |it| set(field(it, "Disk", "serial"), "type", json!({"kind": "Opaque", "name": "Any"})),
        |it| set(field(it, "Disk", "serial"), "check", json!({"max": 5})),
    ),
    ("a value comes to an enum, and to the form of older versions", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let buses = json!({"kind": "Enum", "values": ["ide", "virtio", "nvme"], "tuple": true});
        set(field(it, "Disk", "bus"), "type", buses.clone());
        rules(it, "Disk", "bus", convert("bus", buses, "1.3"));
    }),
    ("a value comes to an enum, and not to the form of older versions", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        let buses = |values: Value| json!({"kind": "Enum", "values": values, "tuple": true});
        set(field(it, "Disk", "bus"), "type", buses(json!(["ide", "virtio", "nvme"])));
        rules(it, "Disk", "bus", convert("bus", buses(json!(["ide", "virtio"])), "1.3"));
    }),
    ("a value comes to an enum, and older versions have another form", as_it_is, |it| {
        bump(it, "Disk", "1.3");
        set(
            field(it, "Disk", "bus"),
            "type",
            json!({"kind": "Enum", "values": ["ide", "virtio", "nvme"], "tuple": true}),
        );
        rules(it, "Disk", "bus", convert("bus", json!("String"), "1.3"));
    }),
    (
        "an older form of a field was of another type",
        |it| rules(it, "Disk", "serial", convert("sn", json!("Integer"), "1.1")),
        |it| rules(it, "Disk", "serial", convert("sn", json!("Boolean"), "1.1")),
    ),
    ("a field is of a type of several projects", as_it_is, |it| {
        set(field(it, "Disk", "serial"), "type", json!({"kind": "CheckedUUID", "name": "UUID"}));
    }),
    (
        "a field is of a time without a zone",
        |it| set(field(it, "Disk", "serial"), "type", json!("DateTime")),
        |it| {
            let naive = json!({"kind": "DateTime", "tzinfo_aware": false});
            set(
                field(it, "Disk", "serial"),
                "type",
                json!({"kind": "List", "element": naive, "element_nullable": true}),
            );
        },
    ),
];

fn told((name, before, edit): &Case) -> String {
    let mut schemas = base();
    before(&mut schemas);
    let old = locks(&schemas);
    edit(&mut schemas);
    let new = locks(&schemas);
    let hosts = Hosts::new(&old, &new);
    let mut told = format!("{name}\n");
    for finding in check::compare(&old, &new, &[]) {
        let versions: Vec<String> = finding.versions.iter().map(ToString::to_string).collect();
        let (rule, place, what) = (finding.rule.id, &finding.place, &finding.what);
        writeln!(told, "  {rule} {place}, {}: {what}", versions.join(" ")).unwrap();
        let shown = match hosts.witness(&finding) {
            Ok(witness) => {
                format!("{} {}", witness.writer, if witness.refused { "is refused" } else { "is answered" })
            }
            Err(Unshown::Function(place, function)) => format!("{place} goes by {function}"),
            Err(unshown) => format!("{unshown}"),
        };
        writeln!(told, "    {shown}").unwrap();
    }
    told
}

#[test]
fn edits_are_told_of_the_versions_that_they_harm() {
    for (name, cases) in [("history", HISTORY), ("children", CHILDREN), ("fields", FIELDS)] {
        let text: Vec<String> = cases.iter().map(told).collect();
        support::snapshots("rules")
            .bind(|| insta::assert_snapshot!(format!("edits_{name}"), text.join("\n")));
    }
}
