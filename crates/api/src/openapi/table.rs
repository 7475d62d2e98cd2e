//! Reads `operations.txt`: what each endpoint takes and gives. Knows no JSON.

/// A line of the table, with the parameters below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Operation {
    /// `METHOD /path/{parameter}` as in the table of routes.
    pub(super) name: String,
    /// Path parameters and the kind of thing each names.
    pub(super) names: Vec<(String, String)>,
    /// HTTP status codes of success.
    pub(super) codes: Vec<String>,
    /// Shape of the answer.
    pub(super) answer: String,
    /// Kinds of things whose ids the answer has, each with its place there (RFC 6901).
    pub(super) gives: Vec<(String, String)>,
    /// The parameters, cursors of lists written out.
    pub(super) parameters: String,
    /// Whether the answer is a page of a list.
    pub(super) is_paged: bool,
}

/// The cursors that `@page` stands for.
const PAGE: &str = "max_id id, since_id id, min_id id, limit int";
/// What `@offset` stands for.
const OFFSET: &str = "limit int, offset int";

/// All operations; lines that are none are left out.
pub(super) fn operations(text: &str) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        if line.starts_with(' ') {
            if let Some(last) = operations.last_mut() {
                last.is_paged |= line.contains("@page");
                last.parameters.push_str(&line.replace("@page", PAGE).replace("@offset", OFFSET));
            }
        } else {
            operations.extend(head(line));
        }
    }
    operations
}

/// `METHOD /path/{parameter:kind}: answer => kind /pointer, …`
fn head(line: &str) -> Option<Operation> {
    let (line, gives) = line.split_once(" => ").unwrap_or((line, ""));
    let (name, answer) = line.split_once(": ")?;
    let mut operation = Operation::default();
    for (at, part) in name.split('/').enumerate() {
        if at > 0 {
            operation.name.push('/');
        }
        match part.trim_matches(['{', '}']).split_once(':') {
            Some((parameter, kind)) => {
                operation.names.push((parameter.to_owned(), kind.to_owned()));
                operation.name.push_str(&format!("{{{parameter}}}"));
            }
            None => operation.name.push_str(part),
        }
    }
    let (codes, answer) = match answer.split_once(' ') {
        Some((codes, rest)) if codes.starts_with('2') => (codes, rest),
        _ => ("200", answer),
    };
    operation.codes = codes.split('/').map(ToOwned::to_owned).collect();
    answer.clone_into(&mut operation.answer);
    let pairs = gives.split(", ").filter_map(|one| one.split_once(' '));
    operation.gives = pairs.map(|(kind, place)| (kind.to_owned(), place.to_owned())).collect();
    Some(operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_everything() {
        let table = "# no line\n\nPOST /a/{id:status}/b/{name:emoji}: 200/202 Status => status /id, poll /poll/id\n  \
                     a text,\n  @page\nGET /c: [{ d text }]\n";
        let read = operations(table);
        let [first, second] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(first.name, "POST /a/{id}/b/{name}");
        assert_eq!(first.names, [("id".into(), "status".into()), ("name".into(), "emoji".into())]);
        assert_eq!(
            (first.codes.as_slice(), first.answer.as_str()),
            (["200".into(), "202".into()].as_slice(), "Status")
        );
        assert_eq!(first.gives[1], ("poll".into(), "/poll/id".into()));
        assert!(first.is_paged && first.parameters.ends_with("limit int"));
        assert_eq!((second.answer.as_str(), second.codes.len(), second.is_paged), ("[{ d text }]", 1, false));
    }
}
