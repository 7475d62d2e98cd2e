//! What the notice about something held shows of it, and what of an answer to it is taken as a choice.

use serde_json::json;

use super::{Ground, STATUSES, answer, ground, notices, own, text, write};

#[tokio::test]
async fn nothing_a_notice_quotes_can_be_followed_and_no_hashtag_is_cut() {
    let Ground { oak, pat, .. } = ground().await;
    let near = oak.person("contributor").await;
    let tag = "TheSummerFairOfOurSchoolInTheYear2026";
    for around in [
        format!("#{tag} UPN: H801200001001 #{tag}"),
        format!("@{0} UPN: H801200001001 @{0}", near.handle),
        format!("@{0} UPN: H801200001001 @{0}", pat.handle),
        "https://elm.example/a UPN: H801200001001 https://elm.example/b".to_owned(),
    ] {
        let held = write(&pat, &around).await;
        let notice = notices(&pat).await.remove(0);
        let content = text(&notice["content"]);
        assert!(content.contains("UPN: H801200001001"), "{content}");
        let links: Vec<&str> = content.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(links.len(), 2, "their own name, and the page of what is held: {content}");
        assert!(links[0].ends_with(&pat.handle) && links[1].contains("/held/"), "{content}");
        assert_eq!((&notice["tags"], &notice["mentions"][0]["id"]), (&json!([]), &json!(pat.id)));
        assert_eq!(notice["mentions"].as_array().unwrap().len(), 1);
        let mut hashes = content.replace("&#", "&");
        hashes.retain(|c| c != '\u{2060}');
        assert!(hashes.split('#').skip(1).all(|rest| rest.starts_with(tag)), "{content}");
        pat.api.post(&own(&held, "/withdraw"), &json!({})).await;
    }
    let open = pat.api.post(STATUSES, &json!({ "status": format!("a fine day #{tag}") })).await;
    assert!(text(&open["content"]).contains("rel=\"tag\""), "what is published is: {open}");
}

#[tokio::test]
async fn a_rule_names_one_passage_once_and_sentences_end_once() {
    let Ground { pat, .. } = ground().await;
    let accusing = "Our head of maths Mr Dobson at Oakfield School has been arrested for assaulting a Year 9 pupil, everybody \
                    knows it. UPN: H801200001001, ring 0121 496 0323";
    write(&pat, accusing).await;
    let notices = notices(&pat).await;
    let content = text(&notices[0]["content"]);
    assert!(content.contains("The passage"), "{content}");
    for wrong in ["?.", "..", "!."] {
        assert!(!content.contains(wrong), "{wrong}: {content}");
    }
    let mut told: Vec<&str> = content.split("<p>").filter(|said| said.contains("The passage")).collect();
    let said = told.len();
    told.sort_unstable();
    told.dedup_by_key(|said| said.rsplit(": ").next().map(str::to_owned));
    assert_eq!(told.len(), said, "{content}");
}

#[tokio::test]
async fn an_answer_is_taken_as_a_choice_only_where_it_says_nothing_else() {
    let Ground { pat, .. } = ground().await;
    for (words, state) in [
        ("“withdraw”", "withdrawn"),
        ("Hi, I'd like to withdraw it, please 🙏", "withdrawn"),
        ("please send it for review", "in-review"),
        ("ok: keep it inside the school, thanks", "released"),
        ("not review but school", "held"),
        ("review or withdraw", "held"),
        ("do not withdraw it", "held"),
        ("withdraw?", "held"),
        ("I am at school and will look later", "held"),
        ("School closes at 4, talk tomorrow", "held"),
        ("Leave it to the school", "held"),
        ("I refuse to withdraw", "held"),
        ("withdraw would be silly", "held"),
        ("Thank you for the review", "held"),
        ("publish", "held"),
        ("what now", "held"),
    ] {
        let held = write(&pat, "UPN: H801200001001 has left us").await;
        let notice = notices(&pat).await.remove(0);
        answer(&pat, &notice, words).await;
        let now = pat.api.get(&own(&held, "")).await;
        assert_eq!(now["state"], state, "{words}");
        let told = text(&notices(&pat).await[0]["content"]);
        assert!(state != "held" || told.contains("review") || told.contains("cannot be done"), "{words}: {told}");
        if state == "held" || state == "in-review" {
            pat.api.post(&own(&held, "/withdraw"), &json!({})).await;
        }
    }
}
