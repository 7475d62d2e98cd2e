//! Limits on domains as Mastodon's lists: what they would do, that they only ask for more, who has to agree.

use reqwest::Method;
use serde_json::{Value, json};
use staffroom_tests::process::ServerProcess;
use staffroom_tests::wait::eventually;

use super::{MODERATION, admin, post, start, text};

const HEAD: &str = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n";

/// Waits until so many domains are limited.
async fn limited(server: &ServerProcess, many: i64) {
    eventually("what was granted is done", || async {
        let now = server.database().count("domain_blocks").await;
        if now == many { Ok(()) } else { Err(now) }
    })
    .await;
}

#[tokio::test]
async fn a_list_is_looked_at_taken_over_and_given_on() {
    let server = start().await;
    let (zoe, yan, amy) = (admin(&server, "zoe"), admin(&server, "yan"), server.member("amy"));
    let hard = json!({ "domain": "hard.example", "severity": "suspend", "public_comment": "ours" });
    zoe.post("/api/v1/admin/domain_blocks", &hard).await;
    let list = format!(
        "{HEAD}evil.example,suspend,False,False,\"spam, lies\",True\nhard.example,silence,False,False,theirs,False\n\
         loud.example,silence,True,True,,False\nnot a domain,suspend,,,,\nodd.example,nuke,,,,\n"
    );
    let body = json!({ "csv": list });
    let preview = post(&zoe, "/domain_blocks/preview", &body).await.ok();
    let fates: Vec<(String, String)> =
        preview.as_array().unwrap().iter().map(|line| (text(&line["domain"]), text(&line["fate"]))).collect();
    let wanted = [
        ("evil.example", "new"),
        ("hard.example", "unchanged"),
        ("loud.example", "new"),
        ("not a domain", "refused"),
        ("odd.example", "refused"),
    ];
    assert_eq!(fates, wanted.map(|(domain, fate)| (domain.to_owned(), fate.to_owned())));
    assert_eq!(zoe.get("/api/v1/admin/domain_blocks").await.as_array().unwrap().len(), 1, "nothing is changed yet");

    let done = post(&zoe, "/domain_blocks/import", &body).await.ok();
    assert_eq!((&done["changed"], &done["approval"]), (&json!(2), &Value::Null));
    let export = zoe.request(Method::GET, &format!("{MODERATION}/domain_blocks/export")).send().await.unwrap();
    assert!(export.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let exported = export.text().await.unwrap();
    let wanted = format!(
        "{HEAD}evil.example,suspend,False,False,\"spam, lies\",True\nhard.example,suspend,False,False,ours,False\n\
         loud.example,silence,True,True,,False\n"
    );
    assert_eq!(exported, wanted);
    assert_eq!(server.admin(&["domain", "export"], "").trim(), wanted.trim());

    // many at once need somebody else
    let many = (0..21).map(|n| format!("many{n}.example\n")).collect::<Vec<_>>().concat();
    let asked = post(&zoe, "/domain_blocks/import", &json!({ "csv": many })).await.ok();
    let approval = format!("/approvals/{}", text(&asked["approval"]["id"]));
    assert_eq!(post(&zoe, &format!("{approval}/grant"), &json!({})).await.status, 403);
    server.member_token("molly");
    server.admin(&["account", "set-role", "molly", "moderator"], "");
    let moderator = super::staff(&server, "molly");
    let not_theirs = post(&moderator, &format!("{approval}/grant"), &json!({})).await;
    assert_eq!(not_theirs.status, 403, "domains are the administrators': {}", not_theirs.json);
    assert_eq!(server.database().count("domain_blocks").await, 3);
    post(&yan, &format!("{approval}/grant"), &json!({})).await.ok();
    limited(&server, 24).await;

    let file = server.data().join("list.csv");
    std::fs::write(&file, "more.example\nloud.example,suspend\n").unwrap();
    let file = file.display().to_string();
    let preview = server.admin(&["domain", "import", &file, "--preview"], "");
    assert!(preview.contains("more.example\tnew\tsuspend\t0 follows end"), "{preview}");
    assert!(preview.contains("loud.example\tstricter\tsuspend"), "{preview}");
    server.admin(&["domain", "import", &file], "");
    assert_eq!(server.database().count("domain_blocks WHERE severity = 'suspend'").await, 25);

    for wrong in [json!({}), json!({ "csv": "a.example,\"suspend" })] {
        assert_eq!(post(&zoe, "/domain_blocks/import", &wrong).await.status, 422, "{wrong}");
    }
    for path in ["preview", "import"] {
        let path = format!("/domain_blocks/{path}");
        assert_eq!(post(&amy, &path, &body).await.status, 403, "{path}");
        assert_eq!(post(&server.api(None), &path, &body).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn many_short_lists_are_as_good_as_one_long_one() {
    let server = start().await;
    let (zoe, yan) = (admin(&server, "zoe"), admin(&server, "yan"));
    let list = |name: &str, many: usize| (0..many).map(|n| format!("{name}{n}.example\n")).collect::<Vec<_>>().concat();
    let import = async |csv: String| post(&zoe, "/domain_blocks/import", &json!({ "csv": csv })).await.ok();
    assert_eq!(import(list("a", 15)).await["changed"], 15);
    assert_eq!(import(list("a", 15)).await["changed"], 0, "nothing is new");
    let asked = import(list("b", 6)).await;
    assert_eq!((&asked["changed"], asked["approval"].is_null()), (&json!(0), false));
    assert_eq!(import(list("c", 5)).await["changed"], 5);
    assert!(!import(list("d", 1)).await["approval"].is_null());
    limited(&server, 20).await;
    // who agrees takes nothing over of their own accord
    let grant = format!("/approvals/{}/grant", text(&asked["approval"]["id"]));
    post(&yan, &grant, &json!({})).await.ok();
    limited(&server, 26).await;
    let own = post(&yan, "/domain_blocks/import", &json!({ "csv": list("e", 20) })).await.ok();
    assert_eq!(own["changed"], 20);
}

#[tokio::test]
async fn what_was_granted_is_done_although_the_program_ends() {
    let mut server = start().await;
    let (zoe, yan) = (admin(&server, "zoe"), admin(&server, "yan"));
    let many = (0..300).map(|n| format!("many{n}.example\n")).collect::<Vec<_>>().concat();
    let asked = post(&zoe, "/domain_blocks/import", &json!({ "csv": many })).await.ok();
    let grant = format!("/approvals/{}/grant", text(&asked["approval"]["id"]));
    post(&yan, &grant, &json!({})).await.ok();
    server.kill();
    // whose job it was is gone: its turn ends
    server.database().change("UPDATE jobs SET run_at = 0, lease_until = 0 WHERE kind = 'take_over_list'").await;
    server.restart().await;
    limited(&server, 300).await;
}

#[tokio::test]
async fn of_rows_about_one_domain_the_strictest_counts_however_it_is_written() {
    let server = start().await;
    let (zoe, folder) = (admin(&server, "zoe"), tempfile::tempdir().unwrap());
    let rows = [
        "evil.example,suspend,False,False,\"spam, lies\",True",
        "loud.example,silence,True,False,,False",
        "",
        "EVIL.Example.,noop,False,True,none of it,False",
        "bücher.example,silence,False,False,,False",
        " xn--bcher-kva.example ,suspend,False,False,,False",
        "BÜCHER.example.,noop,True,False,,False",
        "loud.example,nuke,,,,",
        "other.example,noop,False,False,,False",
    ];
    let list = format!("{HEAD}{}\n", rows.join("\n"));
    let preview = post(&zoe, "/domain_blocks/preview", &json!({ "csv": list })).await.ok();
    let wanted = [
        ("evil.example", "suspend", false, true, json!([2, 5]), true),
        ("loud.example", "silence", true, false, json!([3]), false),
        ("loud.example", "", false, false, json!([9]), false),
        ("other.example", "noop", false, false, json!([10]), false),
        ("xn--bcher-kva.example", "suspend", true, false, json!([6, 7, 8]), true),
    ];
    let lines = preview.as_array().unwrap();
    assert_eq!(lines.len(), wanted.len(), "{preview}");
    for (line, (domain, severity, media, reports, rows, is_merged)) in lines.iter().zip(&wanted) {
        assert_eq!((text(&line["domain"]).as_str(), text(&line["severity"]).as_str()), (*domain, *severity), "{line}");
        assert_eq!((&line["reject_media"], &line["reject_reports"]), (&json!(media), &json!(reports)), "{line}");
        assert_eq!((&line["rows"], line["merged"].is_string()), (rows, *is_merged), "{line}");
    }
    assert!(text(&lines[4]["merged"]).contains("rows 6, 7 and 8"), "{preview}");
    assert!(text(&lines[2]["problem"]).starts_with("row 9: "), "{preview}");
    post(&zoe, "/domain_blocks/import", &json!({ "csv": list })).await.ok();
    let blocks = server.database();
    assert_eq!(blocks.count("domain_blocks WHERE severity = 'suspend'").await, 2);
    let evil = "domain_blocks WHERE domain = 'evil.example' AND reject_reports AND public_comment = 'spam, lies'";
    assert_eq!(blocks.count(evil).await, 1);

    let file = folder.path().join("list.csv");
    std::fs::write(&file, "twice.example,noop\nTWICE.example,suspend\n").unwrap();
    let preview = server.admin(&["domain", "import", &file.display().to_string(), "--preview"], "");
    assert!(preview.contains("twice.example\tnew\tsuspend\t0 follows end\trows 1 and 2"), "{preview}");
}

#[tokio::test]
async fn a_row_with_a_control_character_names_no_domain() {
    let server = start().await;
    let (zoe, folder) = (admin(&server, "zoe"), tempfile::tempdir().unwrap());
    let list = "fine.example,suspend\r\nev\0il.example,suspend\r\nba\u{1}d.example,suspend\nwo\rrse.example\nstill.example\0\n";
    let wanted = |problem: &str, row: usize| {
        let named = format!("row {row}: its domain has a control character");
        assert!(problem.contains(&named), "{problem}");
    };
    let preview = post(&zoe, "/domain_blocks/preview", &json!({ "csv": list })).await.ok();
    let mut refused: Vec<_> = preview.as_array().unwrap().iter().filter(|line| line["fate"] == "refused").collect();
    refused.sort_by_key(|line| line["rows"][0].as_u64());
    assert_eq!(refused.len(), 4, "{preview}");
    for (row, line) in (2..).zip(&refused) {
        wanted(&text(&line["problem"]), row);
    }
    let done = post(&zoe, "/domain_blocks/import", &json!({ "csv": list })).await.ok();
    assert_eq!(done["changed"], 1, "{done}");
    assert_eq!(server.database().count("domain_blocks WHERE domain = 'fine.example'").await, 1);
    assert_eq!(server.database().count("domain_blocks").await, 1);

    let file = folder.path().join("list.csv");
    std::fs::write(&file, list).unwrap();
    let listed = server.admin(&["domain", "import", &file.display().to_string()], "");
    let refused: Vec<&str> = listed.lines().filter(|line| line.contains("\trefused\t")).collect();
    assert_eq!(refused.len(), 4, "{listed}");
    (2..6).for_each(|row| wanted(&listed, row));
    assert_eq!(server.database().count("domain_blocks").await, 1);
    // nothing but wrong rows is a failure
    std::fs::write(&file, "ba\u{1}d.example,suspend\n").unwrap();
    let none = server.run(&["admin", "domain", "import", &file.display().to_string()], &[]);
    assert!(none.status.code() == Some(1), "{none:?}");
    // comments are kept and given on without them
    std::fs::write(&file, "said.example,suspend,,,\"so \u{1b}[31mred\",\n").unwrap();
    server.admin(&["domain", "import", &file.display().to_string()], "");
    let exported = server.admin(&["domain", "export"], "");
    assert!(exported.contains("so [31mred") && !exported.contains('\u{1b}'), "{exported:?}");
    // one that waits for somebody else can be kept, too
    let many = (0..21).map(|n| format!("many{n}.example,suspend,,,\"so\0 many\"\n")).collect::<Vec<_>>().concat();
    let asked = post(&zoe, "/domain_blocks/import", &json!({ "csv": format!("{many}ev\0il.example\n") })).await.ok();
    assert_eq!(asked["approval"]["state"], "pending", "{asked}");
}
