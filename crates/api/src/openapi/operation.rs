//! One endpoint of the OpenAPI document: its parameters, answers, who may call it, and where its answer leads.

use serde_json::{Map, Value, json};

use super::shape::{self, Fields, Usually};
use super::table::Operation;
use crate::reference::who;
use crate::routes::{Auth, ROUTES, Route};

/// The operation object of `route`; `table` is where links lead.
pub(super) fn describe(route: &Route, known: &Operation, table: &[Operation]) -> Value {
    let fields = shape::fields(&known.parameters, Usually::Missing);
    let has_body = matches!(route.method, "POST" | "PUT" | "PATCH");
    let mut parameters: Vec<Value> = known.names.iter().map(|(name, kind)| path_parameter(name, kind)).collect();
    let mut operation = json!({
        "operationId": id(route.method, route.path),
        "tags": [area(route.path)],
        "summary": format!("{} {}", route.method, route.path),
        "security": security(route),
        "x-who": who(route.auth),
    });
    let mut more = Map::new();
    match fields {
        Some(fields) if has_body => {
            if !fields.properties.is_empty() {
                more.insert("requestBody".to_owned(), body(&fields));
            }
        }
        Some(fields) => parameters.extend(query(&fields)),
        // What cannot be read is no schema: a test tells.
        None => parameters.push(json!({ "name": "unreadable", "in": "query", "schema": null })),
    }
    more.insert("parameters".to_owned(), json!(parameters));
    more.insert("responses".to_owned(), responses(known, table));
    if let Value::Object(operation) = &mut operation {
        operation.extend(more);
    }
    operation
}

/// `get_v1_statuses_id`
fn id(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty() && *word != "api");
    words.fold(method.to_ascii_lowercase(), |id, word| id + "_" + word)
}

/// What an endpoint is about: the first word after the version.
fn area(path: &str) -> &str {
    let is_version = |part: &&str| part.starts_with('v') && part.contains(|c: char| c.is_ascii_digit());
    let mut parts = path.split('/').filter(|part| !part.is_empty() && *part != "api" && !is_version(part));
    parts.next().unwrap_or_default()
}

fn security(route: &Route) -> Value {
    let scopes: Vec<&str> = [route.scope].into_iter().filter(|scope| !scope.is_empty()).collect();
    let token = json!({ super::OAUTH: scopes });
    match route.auth {
        Auth::Open => json!([]),
        Auth::Public => json!([{}, token]),
        Auth::AppOrUser
        | Auth::User
        | Auth::OrganisationModerator
        | Auth::OrganisationAdmin
        | Auth::Moderator
        | Auth::Admin => json!([token]),
    }
}

fn path_parameter(name: &str, kind: &str) -> Value {
    let is_text = matches!(kind, "hashtag" | "emoji" | "host" | "date" | "notification_group");
    let mut schema = json!({ "type": "string", "minLength": 1 });
    if let (false, Value::Object(schema)) = (is_text, &mut schema) {
        schema.insert("pattern".to_owned(), json!("^[0-9]+$"));
    }
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "x-names": kind })
}

fn query(fields: &Fields) -> Vec<Value> {
    let parameter = |(name, schema): &(String, Value)| {
        let is_list = schema["type"] == "array";
        let shown = if is_list { format!("{name}[]") } else { name.clone() };
        json!({ "name": shown, "in": "query", "required": fields.required.contains(name), "schema": schema })
    };
    fields.properties.iter().map(parameter).collect()
}

fn body(fields: &Fields) -> Value {
    let schema = fields.schema();
    let content = if fields.properties.iter().any(|(_, schema)| schema["format"] == "binary") {
        json!({ "multipart/form-data": { "schema": schema } })
    } else {
        let is_group = |schema: &Value| schema["type"] == "object";
        let groups = fields.properties.iter().filter(|(_, schema)| is_group(schema));
        let style = json!({ "style": "deepObject", "explode": true });
        let encoding: Map<String, Value> = groups.map(|(name, _)| (name.clone(), style.clone())).collect();
        let mut form = json!({ "schema": schema });
        if let (false, Value::Object(form)) = (encoding.is_empty(), &mut form) {
            form.insert("encoding".to_owned(), Value::Object(encoding));
        }
        json!({ "application/json": { "schema": schema }, "application/x-www-form-urlencoded": form })
    };
    json!({ "required": !fields.required.is_empty(), "content": content })
}

fn responses(known: &Operation, table: &[Operation]) -> Value {
    let mut responses = Map::new();
    match known.answer.as_str() {
        "socket" => drop(responses.insert("101".to_owned(), json!({ "description": "A WebSocket" }))),
        "stream" => drop(responses.insert("200".to_owned(), text("Server-sent events", "text/event-stream"))),
        "csv" => drop(responses.insert("200".to_owned(), text("A file", "text/csv"))),
        "plain" => drop(responses.insert("200".to_owned(), text("A word", "text/plain"))),
        answer => {
            let schema = shape::shape(answer);
            let mut response =
                json!({ "description": "Done", "content": { "application/json": { "schema": schema } } });
            if let Value::Object(response) = &mut response {
                if known.is_paged {
                    let link = json!({ "description": "The next and previous page", "schema": { "type": "string" } });
                    response.insert("headers".to_owned(), json!({ "Link": link }));
                }
                let links = links(known, table);
                if !links.is_empty() {
                    response.insert("links".to_owned(), Value::Object(links));
                }
            }
            responses.extend(known.codes.iter().map(|code| (code.clone(), response.clone())));
        }
    }
    responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Error" }));
    Value::Object(responses)
}

fn text(description: &str, media_type: &str) -> Value {
    json!({ "description": description, "content": { media_type: { "schema": { "type": "string" } } } })
}

/// From each id the answer gives to every operation on such a thing.
fn links(known: &Operation, table: &[Operation]) -> Map<String, Value> {
    let mut links = Map::new();
    for (kind, place) in &known.gives {
        for target in table {
            let names = target.names.iter().filter(|(_, named)| named == kind);
            let parameters: Map<String, Value> =
                names.map(|(name, _)| (name.clone(), json!(format!("$response.body#{place}")))).collect();
            let route = ROUTES.iter().find(|route| is_named(route, &target.name));
            if let (false, Some(route)) = (parameters.is_empty(), route) {
                let id = id(route.method, route.path);
                links.insert(id.clone(), json!({ "operationId": id, "parameters": parameters }));
            }
        }
    }
    links
}

fn is_named(route: &Route, name: &str) -> bool {
    name.split_once(' ') == Some((route.method, route.path))
}
