//! Random schemas and requests. They are made from a row of numbers, each of which decides one thing, the least the
//! simplest; so a shorter row of smaller numbers makes a smaller case, and shrinking needs no more.

mod requests;
mod rules;

use versioned_objects::Primitive;

use crate::compare::Sets;
use crate::primitives::{list, map, primitive, scalar_kinds, text};

/// A row of numbers that is used up; after its end all are zero.
pub struct Draw {
    numbers: std::vec::IntoIter<u16>,
}

impl Draw {
    pub fn new(numbers: Vec<u16>) -> Self {
        Draw { numbers: numbers.into_iter() }
    }

    /// A number below that.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.numbers.next().unwrap_or(0)) % limit.max(1)
    }

    /// True in so many of a hundred cases; false at the end of the row.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of these JSON texts.
    fn json(&mut self, from: &[&str]) -> Primitive {
        primitive(from[self.below(from.len())])
    }

    fn version(&mut self, most: usize) -> String {
        format!("1.{}", self.below(most + 1))
    }
}

/// A type, as the schema says it and as values are drawn of it.
#[derive(Clone)]
enum Type {
    Scalar(&'static str),
    Enum(Vec<&'static str>),
    NaiveDateTime,
    Compound {
        kind: &'static str,
        element: Box<Type>,
        nullable: bool,
    },
    /// The object at that place in the schema, and whether its heirs may stand for it.
    Object {
        place: usize,
        subclasses: bool,
    },
    Objects {
        place: usize,
    },
}

struct FieldDraw {
    name: String,
    ty: Type,
    nullable: bool,
    read_only: bool,
    since: Option<usize>,
    default: Option<Primitive>,
    absent: Option<Primitive>,
    rules: Vec<Primitive>,
}

struct ObjectDraw {
    name: String,
    minor: usize,
    is_list: bool,
    base: Option<String>,
    fields: Vec<FieldDraw>,
    relationships: Vec<(String, Primitive)>,
    child_versions: Vec<(String, Primitive)>,
    tombstones: Vec<Primitive>,
    keep_children: bool,
}

impl ObjectDraw {
    fn plain(name: String, minor: usize) -> Self {
        ObjectDraw {
            name,
            minor,
            is_list: false,
            base: None,
            fields: Vec::new(),
            relationships: Vec::new(),
            child_versions: Vec::new(),
            tombstones: Vec::new(),
            keep_children: false,
        }
    }
}

/// A schema, and requests about it; the first loads it.
pub struct Requests {
    pub all: Vec<Primitive>,
    pub sets: Sets,
}

const NAMESPACES: [(&str, &str); 3] =
    [("p", "s"), ("nova", "nova_object"), ("versionedobjects", "versioned_object")];

struct Drawing {
    draw: Draw,
    project: &'static str,
    serial: &'static str,
    objects: Vec<ObjectDraw>,
    /// A case has at most one odd thing: of two, each side may meet another first.
    odd: bool,
    /// Whether rules are said of older versions.
    ruled: bool,
}

impl Requests {
    pub fn draw(mut draw: Draw) -> Self {
        let (project, serial) = *draw.pick(&NAMESPACES);
        let mut drawing = Drawing { draw, project, serial, objects: Vec::new(), odd: false, ruled: false };
        drawing.ruled = drawing.draw.chance(40);
        for place in 0..1 + drawing.draw.below(4) {
            let mut object = drawing.object(place);
            if drawing.ruled {
                drawing.add_rules(&mut object);
            }
            drawing.objects.push(object);
        }
        drawing.heir();
        drawing.older_namesake();
        let mut all = vec![drawing.load()];
        all.extend(["objects", "fingerprints"].map(|op| drawing.request(op, [])));
        let names: Vec<String> = drawing.objects.iter().map(|object| object.name.clone()).collect();
        for name in &names {
            all.extend(["tree", "json_schema"].map(|op| drawing.request(op, [("object", text(name))])));
        }
        for _ in 0..12 {
            let request = drawing.any_request();
            all.push(request);
        }
        let mut sets = Sets::new();
        for object in &drawing.objects {
            let fields = object.fields.iter().filter(|field| has_set(&field.ty));
            // Under its name, and the one that a rule gives it.
            let names = fields.flat_map(|field| [field.name.clone(), format!("old_{}", field.name)]);
            sets.entry(object.name.clone()).or_default().extend(names);
        }
        Requests { all, sets }
    }
}

fn has_set(ty: &Type) -> bool {
    matches!(ty, Type::Compound { kind, element, .. } if *kind == "Set" || has_set(element))
}

impl Drawing {
    fn object(&mut self, place: usize) -> ObjectDraw {
        let minor = self.draw.below(13);
        let is_list = place > 0 && self.draw.chance(30);
        let name = format!("{}{place}", if is_list { "List" } else { "Object" });
        let mut object = ObjectDraw { is_list, ..ObjectDraw::plain(name, minor) };
        if is_list {
            let of = self.draw.below(place);
            object.fields.push(FieldDraw::plain("objects", Type::Objects { place: of }));
            if self.draw.chance(40) {
                object.child_versions = self.child_versions(minor, self.objects[of].minor);
            } else if self.draw.chance(50) {
                object.relationships.push(("objects".to_owned(), self.relationship(minor, of)));
            }
            return object;
        }
        for index in 0..1 + self.draw.below(4) {
            let field = self.field(format!("f{index}"), minor);
            object.fields.push(field);
        }
        for index in 0..if place > 0 { self.draw.below(3) } else { 0 } {
            let of = self.draw.below(place);
            let ty = match self.draw.chance(30) && !self.objects[of].is_list {
                true => Type::Objects { place: of },
                false => Type::Object { place: of, subclasses: self.draw.chance(30) },
            };
            let mut field = FieldDraw::plain(&format!("child{index}"), ty);
            field.nullable = self.draw.chance(40);
            if self.draw.chance(60) {
                object.relationships.push((field.name.clone(), self.relationship(minor, of)));
            }
            object.fields.push(field);
        }
        object
    }

    /// One that extends the first object.
    fn heir(&mut self) {
        if !self.draw.chance(30) {
            return;
        }
        let own = self.field("own".to_owned(), self.objects[0].minor);
        let base = &self.objects[0];
        let mut fields: Vec<FieldDraw> = base.fields.iter().map(FieldDraw::copy).collect();
        fields.push(own);
        let base = (base.name.clone(), base.minor);
        self.objects.push(ObjectDraw {
            base: Some(base.0),
            fields,
            ..ObjectDraw::plain("Heir".to_owned(), base.1)
        });
    }

    /// A registered older version of the last object.
    fn older_namesake(&mut self) {
        if !self.draw.chance(20) {
            return;
        }
        let Some(minor) = self.objects[0].minor.checked_sub(1) else { return };
        let fields =
            self.objects[0].fields.iter().filter(|field| field.since.is_none_or(|since| since <= minor));
        let older = ObjectDraw {
            fields: fields.map(FieldDraw::copy).collect(),
            ..ObjectDraw::plain(self.objects[0].name.clone(), minor)
        };
        self.objects.push(older);
    }

    fn field(&mut self, name: String, minor: usize) -> FieldDraw {
        let ty = self.ty(0, false);
        let (nullable, read_only) = (self.draw.chance(30), self.draw.chance(10));
        let since = (minor > 0 && self.draw.chance(40)).then(|| 1 + self.draw.below(minor));
        let default = match self.draw.chance(25) {
            true if nullable && self.draw.chance(30) => Some(Primitive::Null),
            true => self.default(&ty),
            false => None,
        };
        FieldDraw { nullable, read_only, since, default, ..FieldDraw::plain(&name, ty) }
    }

    fn ty(&mut self, depth: usize, in_set: bool) -> Type {
        if depth < 2 && self.draw.chance(30) {
            let kind = *self.draw.pick(&["List", "Dict", "Set"]);
            // Python's sets hold no lists.
            let is_set = kind == "Set";
            let element = Box::new(self.ty(if is_set { 2 } else { depth + 1 }, is_set));
            return Type::Compound { kind, element, nullable: !is_set && self.draw.chance(20) };
        }
        match self.draw.below(10) {
            8 => Type::Enum(["b", "c c", "d'", "e\u{e9}"][..1 + self.draw.below(4)].to_vec()),
            9 => Type::NaiveDateTime,
            _ => {
                let kinds = scalar_kinds(in_set);
                Type::Scalar(kinds[self.draw.below(kinds.len())])
            }
        }
    }

    /// Without gaps: past one, the reference fails with an error of its own making.
    fn child_versions(&mut self, minor: usize, child: usize) -> Vec<(String, Primitive)> {
        let first = self.draw.below(minor + 1);
        let row = |own: usize| (format!("1.{own}"), text(&format!("1.{}", child.min(own - first))));
        (first..=minor).map(row).collect()
    }

    fn relationship(&mut self, minor: usize, child: usize) -> Primitive {
        let most = self.objects[child].minor;
        let (mut own, mut theirs) = (self.draw.below(minor + 1), 0);
        let mut rows = Vec::new();
        for _ in 0..1 + self.draw.below(3) {
            theirs = (theirs + self.draw.below(4)).min(most);
            rows.push(list([text(&format!("1.{own}")), text(&format!("1.{theirs}"))]));
            own += 1 + self.draw.below(3);
        }
        list(rows)
    }

    fn request<const N: usize>(&self, op: &str, more: [(&str, Primitive); N]) -> Primitive {
        map([("op", text(op)), ("registry", text("r"))].into_iter().chain(more))
    }

    fn load(&self) -> Primitive {
        let objects = list(self.objects.iter().map(|object| self.object_text(object)));
        self.request("load", [("schema", map([("objects", objects)]))])
    }

    fn object_text(&self, object: &ObjectDraw) -> Primitive {
        let fields = object.fields.iter().map(|field| {
            let mut said = vec![
                ("name", text(&field.name)),
                ("type", self.type_text(&field.ty)),
                ("nullable", field.nullable.into()),
                ("read_only", field.read_only.into()),
            ];
            said.extend(field.since.map(|since| ("since", text(&format!("1.{since}")))));
            said.extend(field.default.clone().map(|default| ("default", default)));
            said.extend(field.absent.clone().map(|absent| ("absent", absent)));
            said.push(("rules", list(field.rules.iter().cloned())));
            map(said)
        });
        map([
            ("name", text(&object.name)),
            ("version", text(&format!("1.{}", object.minor))),
            ("project_namespace", text(self.project)),
            ("serial_namespace", text(self.serial)),
            ("list", object.is_list.into()),
            ("bases", list(object.base.as_deref().map(text))),
            ("fields", list(fields)),
            ("relationships", Primitive::Map(object.relationships.iter().cloned().collect())),
            ("child_versions", Primitive::Map(object.child_versions.iter().cloned().collect())),
            ("tombstones", list(object.tombstones.iter().cloned())),
            ("keep_children", object.keep_children.into()),
        ])
    }

    fn type_text(&self, ty: &Type) -> Primitive {
        let object = |place: usize, subclasses: bool| {
            let name = text(&self.objects[place].name);
            map([("kind", text("Object")), ("name", name), ("subclasses", subclasses.into())])
        };
        match ty {
            Type::Scalar(kind) => map([("kind", text(kind))]),
            Type::Enum(values) => {
                map([("kind", text("Enum")), ("values", list(values.iter().map(|value| text(value))))])
            }
            Type::NaiveDateTime => map([("kind", text("DateTime")), ("tzinfo_aware", false.into())]),
            Type::Compound { kind, element, nullable } => map([
                ("kind", text(kind)),
                ("element", self.type_text(element)),
                ("element_nullable", (*nullable).into()),
            ]),
            Type::Object { place, subclasses } => object(*place, *subclasses),
            Type::Objects { place } => map([("kind", text("List")), ("element", object(*place, false))]),
        }
    }
}

impl FieldDraw {
    fn plain(name: &str, ty: Type) -> Self {
        let name = name.to_owned();
        FieldDraw {
            name,
            ty,
            nullable: false,
            read_only: false,
            since: None,
            default: None,
            absent: None,
            rules: Vec::new(),
        }
    }

    fn copy(&self) -> Self {
        let FieldDraw { nullable, read_only, since, .. } = *self;
        let (name, ty, default) = (self.name.clone(), self.ty.clone(), self.default.clone());
        FieldDraw { nullable, read_only, since, default, ..FieldDraw::plain(&name, ty) }
    }
}
