//! Every encoding gives the same parameters, and hostile ones give an error.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::*;

async fn parse(uri: &str, content_type: Option<&str>, body: impl Into<Body>) -> ApiResult<Params> {
    let mut request = Request::builder().uri(uri);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let (parts, body) = request.body(body.into()).unwrap().into_parts();
    read(&parts, body, 64 * 1024).await
}

fn status(result: ApiResult<Params>) -> StatusCode {
    use axum::response::IntoResponse as _;
    result.map(|_| ()).unwrap_err().into_response().status()
}

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const JSON: Option<&str> = Some("application/json; charset=utf-8");
const MULTIPART: Option<&str> = Some("multipart/form-data; boundary=XX");

fn multipart(fields: &[(&str, &str)]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for (name, value) in fields {
        write!(out, "--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    out + "--XX--\r\n"
}

#[tokio::test]
async fn lists_are_the_same_in_every_encoding() {
    let fields = [("a[]", "1"), ("a[]", "2")];
    let cases = [
        ("/?a[]=1&a[]=2", None, String::new()),
        ("/?a=1&a=2", None, String::new()),
        ("/?a[1]=2&a[0]=1", None, String::new()),
        ("/", FORM, "a%5B%5D=1&a%5B%5D=2".to_owned()),
        ("/", FORM, "a[10]=2&a[9]=1".to_owned()),
        ("/", JSON, r#"{"a":["1",2]}"#.to_owned()),
        ("/", JSON, r#"{"a":{"0":1,"1":2}}"#.to_owned()),
        ("/", None, r#"{"a":[1,2]}"#.to_owned()),
        ("/", MULTIPART, multipart(&fields)),
    ];
    for (uri, content_type, body) in cases {
        let params = parse(uri, content_type, body.clone()).await.unwrap();
        assert_eq!(params.list("a"), ["1", "2"], "{uri} {body}");
    }
    assert_eq!(parse("/?a=1", None, "").await.unwrap().list("a"), ["1"]);
    assert!(parse("/", JSON, r#"{"a":[]}"#).await.unwrap().list("a").is_empty());
    assert!(parse("/?a[]=", None, "").await.unwrap().list("a").is_empty());
    assert!(parse("/?a=", None, "").await.unwrap().list("a").is_empty());
}

#[tokio::test]
async fn groups_are_the_same_in_every_encoding() {
    let fields = [("f[0][name]", "x"), ("f[0][value]", "1"), ("f[1][name]", "y"), ("f[1][value]", "2")];
    let cases = [
        (FORM, "f[0][name]=x&f[0][value]=1&f[1][name]=y&f[1][value]=2".to_owned()),
        (FORM, "f[][name]=x&f[][value]=1&f[][name]=y&f[][value]=2".to_owned()),
        (JSON, r#"{"f":[{"name":"x","value":1},{"name":"y","value":"2"}]}"#.to_owned()),
        (JSON, r#"{"f":{"0":{"name":"x","value":"1"},"1":{"name":"y","value":"2"}}}"#.to_owned()),
        (MULTIPART, multipart(&fields)),
    ];
    for (content_type, body) in cases {
        let params = parse("/", content_type, body.clone()).await.unwrap();
        let groups: Vec<_> = params
            .groups("f")
            .iter()
            .map(|g| (g.text("name").unwrap().to_owned(), g.text("value").unwrap().to_owned()))
            .collect();
        assert_eq!(groups, [("x".to_owned(), "1".to_owned()), ("y".to_owned(), "2".to_owned())], "{body}");
    }
    let poll = parse("/", FORM, "poll[options][]=a&poll[options][]=b&poll[expires_in]=600").await.unwrap();
    let poll = poll.group("poll").unwrap();
    assert_eq!((poll.list("options"), poll.number("expires_in").unwrap()), (vec!["a", "b"], Some(600)));
    let source = parse("/?source[privacy]=private", None, "").await.unwrap();
    assert_eq!(source.group("source").unwrap().text("privacy"), Some("private"));
}

#[tokio::test]
async fn booleans_in_all_spellings() {
    for (text, wanted) in [
        ("true", Some(true)),
        ("True", Some(true)),
        ("1", Some(true)),
        ("on", Some(true)),
        ("false", Some(false)),
        ("False", Some(false)),
        ("0", Some(false)),
        ("off", Some(false)),
        ("", None),
        ("None", None),
    ] {
        let params = parse(&format!("/?b={text}"), None, "").await.unwrap();
        assert_eq!(params.boolean("b").unwrap(), wanted, "{text}");
    }
    let params = parse("/", JSON, r#"{"t":true,"f":false,"n":null,"one":1}"#).await.unwrap();
    let read = |name: &str| params.boolean(name).unwrap();
    assert_eq!((read("t"), read("f"), read("n"), read("one")), (Some(true), Some(false), None, Some(true)));
    assert!(parse("/?b=maybe", None, "").await.unwrap().boolean("b").is_err());
    assert!(parse("/?n=12x", None, "").await.unwrap().number("n").is_err());
}

#[tokio::test]
async fn the_body_wins_over_the_query_and_the_last_of_several_counts() {
    let params = parse("/?a=1&b=2&c=3&c=4", FORM, "a=9").await.unwrap();
    assert_eq!((params.text("a"), params.text("b"), params.text("c")), (Some("9"), Some("2"), Some("4")));
}

#[tokio::test]
async fn a_file_keeps_its_bytes_and_type() {
    let body = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x.png\"\r\n\
                Content-Type: image/png\r\n\r\n\u{1}\u{2}\r\n--XX--\r\n";
    let params = parse("/", MULTIPART, body).await.unwrap();
    let file = params.file("file").unwrap();
    assert_eq!((file.bytes.as_slice(), file.content_type.as_deref()), (&[1, 2][..], Some("image/png")));
    assert_eq!(params.text("file"), None);
}

#[tokio::test]
async fn a_file_that_is_taken_is_nowhere_else() {
    let body = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.png\"\r\n\r\nab\r\n\
                --XX\r\nContent-Disposition: form-data; name=\"focus\"\r\n\r\n0,0\r\n--XX--\r\n";
    let mut params = parse("/", MULTIPART, body).await.unwrap();
    assert_eq!(params.take_file("file").unwrap().bytes, b"ab");
    assert!(params.take_file("file").is_none() && params.file("file").is_none());
    assert_eq!(params.text("focus"), Some("0,0"));
}

#[tokio::test]
async fn odd_names_and_mixed_shapes_do_not_break_it() {
    for query in ["a[", "a]", "[]", "[a]=1", "a[[b]]=1", "a[b=1", "=1", "&&&", "a=1&a[b]=2&a[]=3&a[b][c]=4", "%00=%ff"]
    {
        assert!(parse(&format!("/?{query}"), None, "").await.is_ok(), "{query}");
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused() {
    let deep_json = format!("{}1{}", r#"{"a":"#.repeat(50), "}".repeat(50));
    let bottomless = "[".repeat(60_000);
    let deep_name = format!("a{}=1", "[b]".repeat(50));
    let many_keys = (0..10_000).map(|n| format!("{n}=")).collect::<Vec<_>>().join("&");
    let huge_array = format!(r#"{{"a":[{}]}}"#, vec!["1"; 10_000].join(","));
    for (content_type, body) in [
        (JSON, deep_json),
        (JSON, bottomless),
        (FORM, deep_name),
        (FORM, many_keys),
        (JSON, huge_array),
        (JSON, "[1]".to_owned()),
        (JSON, "{".to_owned()),
        (Some("multipart/form-data"), "x".to_owned()),
        (MULTIPART, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end".to_owned()),
    ] {
        let start = body.chars().take(40).collect::<String>();
        assert_eq!(status(parse("/", content_type, body).await), StatusCode::BAD_REQUEST, "{start}");
    }
    assert_eq!(status(parse("/", FORM, "a".repeat(65 * 1024)).await), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status(parse("/", Some("text/xml"), "<a/>").await), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
