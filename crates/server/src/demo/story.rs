//! What happens in the demo, checked step by step.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;

use super::cast::TAGGED;
use super::client::{Person, items, text};
use super::{Network, Table};

/// For what one server does alone.
const SHORT: Duration = Duration::from_secs(5);
/// For what has to travel.
const LONG: Duration = Duration::from_secs(15);
const TAG_TIMELINE: &str = "/api/v1/timelines/tag/SLTchat?limit=40";

/// Plays the story and notes every step.
pub(crate) async fn tell(network: &Network, table: &mut Table) -> anyhow::Result<()> {
    table.check("each school follows the others' #SLTchat", LONG, || subscribed(network)).await;
    let mut published = Vec::new();
    for (site, person, words) in TAGGED {
        let author = person_at(network, site, person)?;
        let status = author.post("/api/v1/statuses", &json!({ "status": words })).await?;
        published.push((author, status));
    }
    let all: BTreeSet<String> = published.iter().map(|(_, status)| text(status, "uri").to_owned()).collect();
    table.check("all three show the same tagged statuses, each once", LONG, || shows_exactly(network, &all)).await;

    let (author, status) = published.first().context("the story has a first status")?;
    let id = text(status, "id").to_owned();
    let edited = "Tonight at eight: what is the shortest meeting that still decided something? #SLTchat";
    author.put(&format!("/api/v1/statuses/{id}"), &json!({ "status": edited })).await?;
    let uri = text(status, "uri").to_owned();
    table.check("an edit reached all three", LONG, || reads(network, &uri, "shortest meeting")).await;

    let (author, status) = published.last().context("the story has a last status")?;
    author.delete(&format!("/api/v1/statuses/{}", text(status, "id"))).await?;
    let mut rest = all.clone();
    rest.remove(text(status, "uri"));
    table.check("a delete reached all three", LONG, || shows_exactly(network, &rest)).await;

    follow_across(network, table).await
}

async fn follow_across(network: &Network, table: &mut Table) -> anyhow::Result<()> {
    let (ben, amara) = (person_at(network, 1, 0)?, person_at(network, 0, 0)?);
    let found = ben.get(&format!("/api/v2/search?resolve=true&type=accounts&q={}", amara.handle)).await?;
    let account = found.pointer("/accounts/0/id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
    table.check("a person finds a person at another school", SHORT, || async { Ok(!account.is_empty()) }).await;
    if account.is_empty() {
        return Ok(());
    }
    ben.post(&format!("/api/v1/accounts/{account}/follow"), &json!({})).await?;
    table
        .check("a follow across schools is accepted", LONG, || async {
            let relation = ben.get(&format!("/api/v1/accounts/relationships?id[]={account}")).await?;
            Ok(relation.pointer("/0/following") == Some(&json!(true)))
        })
        .await;
    let words = "Our reading volunteers start on Monday. If you have run this before: what went wrong first?";
    let status = amara.post("/api/v1/statuses", &json!({ "status": words })).await?;
    table
        .check("what she writes appears in his home timeline", LONG, || async {
            let home = ben.get("/api/v1/timelines/home").await?;
            Ok(items(&home).any(|s| text(s, "uri") == text(&status, "uri")))
        })
        .await;
    Ok(())
}

async fn subscribed(network: &Network) -> anyhow::Result<bool> {
    for site in &network.sites {
        let person = site.people.first().context("every school has people")?;
        let found = person.get("/api/v1/accounts/lookup?acct=tag-sltchat").await?;
        if found.get("followers_count") != Some(&json!(network.sites.len() - 1)) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn shows_exactly(network: &Network, uris: &BTreeSet<String>) -> anyhow::Result<bool> {
    for site in &network.sites {
        let person = site.people.first().context("every school has people")?;
        let page = person.get(TAG_TIMELINE).await?;
        let shown: Vec<String> = items(&page).map(|s| text(s, "uri").to_owned()).collect();
        if shown.len() != uris.len() || shown.into_iter().collect::<BTreeSet<_>>() != *uris {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn reads(network: &Network, uri: &str, words: &str) -> anyhow::Result<bool> {
    for site in &network.sites {
        let person = site.people.first().context("every school has people")?;
        let page = person.get(TAG_TIMELINE).await?;
        let found = items(&page).any(|s| {
            text(s, "uri") == uri
                && text(s, "content").contains(words)
                && s.get("edited_at").is_some_and(|t| !t.is_null())
        });
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

fn person_at(network: &Network, site: usize, person: usize) -> anyhow::Result<&Person> {
    network.sites.get(site).and_then(|s| s.people.get(person)).context("the cast and the story belong together")
}
