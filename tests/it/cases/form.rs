//! The form for complaints: what it asks for, what it says is not there, and what it makes of hostile input.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::browser::{Browser, Page};

use super::{CASES, EMAIL, NAME, STATEMENT, Schools, complete, text};

const PATH: &str = "/complaints/new";

async fn form(browser: &mut Browser, schools: &Schools, kind: &str) -> Page {
    browser.open(&format!("{}{PATH}?kind={kind}", schools.server.url())).await
}

/// The fields of a notice that is complete.
fn notice(location: &str) -> Vec<(&'static str, String)> {
    let whole = complete(location);
    let names = ["name", "email", "location", "statement", "why_defamatory", "meaning", "what_is_wrong"];
    let mut fields: Vec<_> = names.into_iter().map(|name| (name, text(&whole[name]))).collect();
    for name in ["poster_may_have_name", "poster_may_have_email"] {
        fields.push((name, "no".to_owned()));
    }
    fields.push(("cannot_identify_poster", "yes".to_owned()));
    fields
}

async fn submit(browser: &mut Browser, page: &Page, fields: &[(&'static str, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(page, PATH, &fields).await
}

#[tokio::test]
async fn anybody_complains_and_the_right_school_hears_of_it() {
    let schools = Schools::open().await;
    let status = schools.amy.post("/api/v1/statuses", &json!({ "status": STATEMENT })).await;
    let mut browser = Browser::default();
    let kinds = browser.open(&format!("{}{PATH}", schools.server.url())).await;
    assert_eq!(kinds.status, 200);
    for kind in ["defamation_notice", "data_complaint", "online_safety_complaint"] {
        assert!(kinds.body.contains(&format!("{PATH}?kind={kind}")), "{}", kinds.body);
        assert_eq!(form(&mut browser, &schools, kind).await.status, 200);
    }
    assert!(!kinds.body.contains("data_breach") && !kinds.body.contains("subject_access"));
    let page = form(&mut browser, &schools, "defamation_notice").await;
    let taken = submit(&mut browser, &page, &notice(&text(&status["url"]))).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert!(!taken.body.contains("Oak") && !taken.body.contains("amy"), "{}", taken.body);
    let case = schools.mo.get(CASES).await[0].clone();
    assert!(taken.body.contains(case["id"].as_str().unwrap()), "{}", taken.body);
    assert_eq!((&case["about"]["username"], &case["opened_by"]), (&json!("amy"), &Value::Null));
    assert_eq!(schools.eve.get(CASES).await, json!([]));
    let file = schools.mo.get(&format!("{CASES}/{}", text(&case["id"]))).await;
    let papers = file["papers"].to_string();
    assert!(papers.contains(EMAIL) && papers.contains("I never took anything"), "{papers}");
    let told = schools.letter("mo@example.org", "waits").await;
    assert!(!told.contains(NAME) && !told.contains(EMAIL) && !told.contains("amy"), "{told}");
    // what complainants wrote lies sealed
    for table in ["case_entries WHERE detail LIKE '%Cole%'", "case_papers WHERE digest LIKE '%Cole%'"] {
        assert_eq!(schools.server.database().count(table).await, 0);
    }

    // one that names nothing that is here goes to the first organisation, and answers the same
    let page = form(&mut browser, &schools, "data_complaint").await;
    let fields = [("name", NAME), ("email", EMAIL), ("text", "You show my address")].map(|(n, v)| (n, v.to_owned()));
    assert_eq!(submit(&mut browser, &page, &fields).await.status, 200);
    assert_eq!(schools.zoe.get(&format!("{CASES}?kind=data_complaint")).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_named_and_what_is_there_is_kept() {
    let schools = Schools::open().await;
    let mut browser = Browser::default();
    let page = form(&mut browser, &schools, "defamation_notice").await;
    for (name, said) in [
        ("name", "your name"),
        ("email", "an e-mail address"),
        ("location", "where on the website"),
        ("statement", "the statement you complain of"),
        ("why_defamatory", "why the statement is defamatory"),
        ("meaning", "the meaning you give"),
        ("what_is_wrong", "factually inaccurate"),
    ] {
        let mut fields = notice("https://oak.example/1");
        fields.retain(|(field, _)| *field != name);
        let evil = "\"><script>alert(1)</script>";
        let other = if name == "meaning" { "what_is_wrong" } else { "meaning" };
        fields.retain(|(field, _)| *field != other);
        fields.push((other, evil.to_owned()));
        let answer = submit(&mut browser, &page, &fields).await;
        if answer.status == 429 {
            break;
        }
        let (head, rest) = answer.body.split_once("id=\"lacks\"").unwrap_or_else(|| panic!("{name}: {}", answer.body));
        let lacks = rest.split_once("</ul>").unwrap().0;
        assert!(answer.status == 422 && lacks.contains(said), "{name}: {lacks}");
        assert_eq!(lacks.matches("<li>").count(), 1, "{name}: {lacks}");
        assert!(!head.contains("<script") && !rest.contains("<script"), "{name}");
        assert!(rest.contains("alert(1)"), "what was written is kept: {name}");
    }
    assert_eq!(schools.zoe.get(CASES).await, json!([]));
}

#[tokio::test]
async fn a_form_from_elsewhere_and_one_sent_too_often_are_refused() {
    let schools = Schools::open().await;
    let mut browser = Browser::default();
    let page = form(&mut browser, &schools, "defamation_notice").await;
    let url = page.url.join(PATH).unwrap();
    let foreign: Vec<(&str, String)> =
        [("kind", "defamation_notice".to_owned())].into_iter().chain(notice("x")).collect();
    let foreign: Vec<(&str, &str)> = foreign.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(Browser::default().post(url.clone(), &foreign).await.status, 403);
    for kind in ["", "data_breach", "divorce"] {
        let asked = browser.post(url.clone(), &[("kind", kind)]).await;
        assert_eq!(asked.status, 422, "{kind}");
    }
    let mut long = notice("https://oak.example/1");
    long.retain(|(name, _)| *name != "meaning");
    long.push(("meaning", "x".repeat(5_001)));
    let answer = submit(&mut browser, &page, &long).await;
    assert!(answer.status == 422 && answer.body.contains("longer than 5000"), "{}", answer.body);
    let mut odd = notice("https://oak.example/1");
    odd.retain(|(name, _)| *name != "email");
    odd.push(("email", "cora@cole.example\r\nBcc: all@example.org".to_owned()));
    assert_eq!(submit(&mut browser, &page, &odd).await.status, 422, "no header is made of an address");
    for _ in 0..8 {
        let sent = submit(&mut browser, &page, &notice("https://oak.example/1")).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
    }
    let sent = submit(&mut browser, &page, &notice("https://oak.example/1")).await;
    assert_eq!(sent.status, 429, "{}", sent.body);
    assert!(sent.body.contains(STATEMENT), "nothing of it is lost");
    assert_eq!(schools.zoe.get(CASES).await.as_array().unwrap().len(), 8);
    let gone = schools.server.api(None).send(Method::GET, CASES, &Value::Null).await;
    assert_eq!(gone.status, 401);
}
