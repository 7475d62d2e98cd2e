//! The tree that all encodings are read into, and Rails' brackets.

use std::collections::BTreeMap;

use staffroom_domain::account::MediaUpload;

use crate::error::{ApiError, ApiResult};

/// Most values in one request.
pub(super) const MAX_NODES: usize = 2000;
/// Most levels of nesting.
pub(super) const MAX_DEPTH: usize = 6;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Text; numbers and booleans of JSON as they are written.
    Text(String),
    /// Null of JSON.
    Null,
    /// A file.
    File(MediaUpload),
    /// A list.
    List(Vec<Value>),
    /// Named values.
    Group(BTreeMap<String, Value>),
}

impl Value {
    /// The text; of a list its last.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(items) => items.last().and_then(Self::as_text),
            _ => None,
        }
    }

    /// As a list: its items, the values of a group named by numbers in their order, or the value alone.
    pub(crate) fn items(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().collect(),
            Self::Group(group) => {
                let numbered: Option<BTreeMap<u32, &Self>> =
                    group.iter().map(|(name, value)| Some((name.parse().ok()?, value))).collect();
                numbered.map(|numbered| numbered.into_values().collect()).unwrap_or_default()
            }
            Self::Null => Vec::new(),
            other => vec![other],
        }
    }

    /// As parameters of their own.
    pub(crate) fn as_group(&self) -> Option<Params> {
        match self {
            Self::Group(group) => Some(Params(group.clone())),
            _ => None,
        }
    }
}

/// Parameters that are tables: whoever reads them names the row with a NUL in it.
const TABLES: [&str; 1] = ["csv"];

/// A text without NUL, which nobody means and of the two databases only one could keep. In a table its symbol stands for
/// it, so that it is not taken for the row it would be without.
fn without_nul(name: &str, text: String) -> String {
    if !text.contains('\0') {
        return text;
    }
    text.replace('\0', if TABLES.contains(&name) { "\u{2400}" } else { "" })
}

/// Parameters by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(BTreeMap<String, Value>);

impl Params {
    /// The value of `name`; null is absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !matches!(value, Value::Null))
    }

    /// The value of `name`, which is not there any more then.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Whether `name` was sent, be it as null.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// Parameters being read, within limits.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    root: BTreeMap<String, Value>,
    nodes: usize,
}

impl Tree {
    /// Adds a value under a name with brackets: `a`, `a[]`, `a[0]`, `a[b]`, `a[][b]`.
    ///
    /// # Errors
    /// 400 for too many values or too many levels.
    pub(crate) fn add(&mut self, name: &str, value: Value) -> ApiResult<()> {
        self.grow()?;
        let path = path(name)?;
        let value = match value {
            Value::Text(text) => Value::Text(without_nul(name, text)),
            other => other,
        };
        if let Some((first, rest)) = path.split_first() {
            insert(&mut self.root, first, rest, value);
        }
        Ok(())
    }

    /// Adds the members of a JSON object; they replace what was there under the same name.
    ///
    /// # Errors
    /// 400 for anything but an object, too many values or too many levels.
    pub(crate) fn add_json(&mut self, json: serde_json::Value) -> ApiResult<()> {
        match self.convert("", json, 0)? {
            Value::Group(group) => self.root.extend(group),
            Value::Null => {}
            _ => return Err(ApiError::bad_request("the body must be a JSON object")),
        }
        Ok(())
    }

    /// The finished parameters. What `self` holds wins over `beneath`.
    pub(crate) fn over(self, beneath: Self) -> Params {
        let mut all = beneath.root;
        all.extend(self.root);
        Params(all)
    }

    fn grow(&mut self) -> ApiResult<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ApiError::bad_request(format!("more than {MAX_NODES} parameters")));
        }
        Ok(())
    }

    fn convert(&mut self, name: &str, json: serde_json::Value, depth: usize) -> ApiResult<Value> {
        self.grow()?;
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        Ok(match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Text(flag.to_string()),
            serde_json::Value::Number(number) => Value::Text(number.to_string()),
            serde_json::Value::String(text) => Value::Text(without_nul(name, text)),
            serde_json::Value::Array(items) => Value::List(
                items.into_iter().map(|item| self.convert(name, item, depth + 1)).collect::<ApiResult<_>>()?,
            ),
            serde_json::Value::Object(members) => Value::Group(
                members
                    .into_iter()
                    .map(|(name, member)| {
                        let member = self.convert(&name, member, depth + 1)?;
                        Ok((name, member))
                    })
                    .collect::<ApiResult<_>>()?,
            ),
        })
    }
}

fn too_deep() -> ApiError {
    ApiError::bad_request(format!("parameters nested more than {MAX_DEPTH} levels deep"))
}

/// `a[b][]` as `a`, `b` and an empty name. A name whose brackets do not match is taken as it is.
fn path(name: &str) -> ApiResult<Vec<&str>> {
    let Some((first, rest)) = name.split_once('[') else { return Ok(vec![name]) };
    let Some(inner) = rest.strip_suffix(']').filter(|_| !first.is_empty()) else { return Ok(vec![name]) };
    let mut path = vec![first];
    for part in inner.split("][") {
        if path.len() > MAX_DEPTH {
            return Err(too_deep());
        }
        path.push(part);
    }
    Ok(path)
}

fn insert(group: &mut BTreeMap<String, Value>, name: &str, rest: &[&str], value: Value) {
    match rest.split_first() {
        None => match group.get_mut(name) {
            // Sent twice without brackets: a list, whose last item counts where one text is wanted.
            Some(Value::List(items)) => items.push(value),
            Some(old @ (Value::Text(_) | Value::File(_))) => {
                let first = std::mem::replace(old, Value::Null);
                *old = Value::List(vec![first, value]);
            }
            _ => {
                group.insert(name.to_owned(), value);
            }
        },
        Some((&"", deeper)) => {
            let entry = group.entry(name.to_owned()).or_insert_with(|| Value::List(Vec::new()));
            if !matches!(entry, Value::List(_)) {
                let first = std::mem::replace(entry, Value::Null);
                *entry = Value::List(vec![first]);
            }
            if let Value::List(items) = entry {
                push(items, deeper, value);
            }
        }
        Some((key, deeper)) => {
            let entry = group.entry(name.to_owned()).or_insert_with(|| Value::Group(BTreeMap::new()));
            if !matches!(entry, Value::Group(_)) {
                *entry = Value::Group(BTreeMap::new());
            }
            if let Value::Group(inner) = entry {
                insert(inner, key, deeper, value);
            }
        }
    }
}

/// `a[]=x` adds an item; `a[][name]=x` belongs to the last group until a name repeats, as in Rails.
fn push(items: &mut Vec<Value>, deeper: &[&str], value: Value) {
    let Some((key, rest)) = deeper.split_first() else {
        items.push(value);
        return;
    };
    let begun = matches!(items.last(), Some(Value::Group(last)) if !rest.is_empty() || !last.contains_key(*key));
    if !begun {
        items.push(Value::Group(BTreeMap::new()));
    }
    if let Some(Value::Group(last)) = items.last_mut() {
        insert(last, key, rest, value);
    }
}
