//! Previews of the pages statuses link to.

use staffroom_domain::card::{PageImage, PageInfo};
use staffroom_domain::status::{Draft, IncomingStatus, StatusEdit, StatusView};
use staffroom_domain::{Viewer, Visibility};

use crate::statuses::Arrival;
use crate::testing::{World, draft, incoming, world};

const PAGE: &str = "https://yew.test/attendance";

fn page(title: &str) -> PageInfo {
    PageInfo { title: title.to_owned(), ..PageInfo::default() }
}

/// A status as anybody sees it.
async fn seen(w: &World, id: staffroom_domain::ids::StatusId) -> StatusView {
    w.service.statuses().views(Viewer::Anonymous, &[id]).await.unwrap().remove(0)
}

async fn title(w: &World, id: staffroom_domain::ids::StatusId) -> Option<String> {
    seen(w, id).await.card.and_then(|card| card.page).map(|page| page.title)
}

#[tokio::test]
async fn a_page_is_looked_at_once_however_many_statuses_link_to_it() {
    let w = world().await;
    w.elsewhere.has_page_at(PAGE, page("Attendance"));
    let amy = w.local("amy").await;
    let first = w.publish(&amy, &format!("Read {PAGE}#part and https://yew.test/other")).await.status.id;
    let second = w.publish(&amy, PAGE).await.status.id;
    assert_eq!((title(&w, first).await, seen(&w, first).await.card.unwrap().url.as_str()), (None, PAGE));
    w.run_jobs().await;
    assert_eq!(w.elsewhere.looked_at(), [PAGE]);
    assert_eq!(title(&w, first).await.as_deref(), Some("Attendance"));
    assert_eq!(title(&w, second).await.as_deref(), Some("Attendance"));
    let third = w.publish(&amy, &format!("again {PAGE}")).await;
    assert_eq!(third.card.unwrap().page.unwrap().title, "Attendance");
    w.run_jobs().await;
    assert!(w.elsewhere.looked_at().is_empty());

    // after two weeks it is looked at again, and kept when it says nothing any more
    w.wait(15 * 24 * 60 * 60);
    w.elsewhere.has_page_at(PAGE, page("Attendance, revised"));
    w.publish(&amy, PAGE).await;
    w.run_jobs().await;
    assert_eq!(w.elsewhere.looked_at(), [PAGE]);
    assert_eq!(title(&w, first).await.as_deref(), Some("Attendance, revised"));
}

#[tokio::test]
async fn an_edit_links_anew_and_what_nobody_links_to_is_forgotten() {
    let w = world().await;
    let other = "https://yew.test/other";
    w.elsewhere.has_page_at(PAGE, page("Attendance"));
    w.elsewhere.has_page_at(other, page("Other"));
    let amy = w.local("amy").await;
    let id = w.publish(&amy, PAGE).await.status.id;
    w.run_jobs().await;
    let edit = async |text: &str| {
        let edit = StatusEdit { text: Some(text.to_owned()), ..StatusEdit::default() };
        w.service.statuses().edit(&w.cx(), amy.id, id, edit).await.unwrap();
        w.run_jobs().await;
    };
    edit(other).await;
    assert_eq!(title(&w, id).await.as_deref(), Some("Other"));
    edit("no link").await;
    assert_eq!(seen(&w, id).await.card, None);
    w.elsewhere.looked_at();
    // nothing is left of the page: it is looked at again
    edit(other).await;
    assert_eq!(w.elsewhere.looked_at(), [other]);
    w.service.statuses().delete(&w.cx(), amy.id, id, false).await.unwrap();
    w.publish(&amy, other).await;
    w.run_jobs().await;
    assert_eq!(w.elsewhere.looked_at(), [other]);
}

#[tokio::test]
async fn what_has_no_preview_is_not_looked_at() {
    let w = world().await;
    let (amy, eve) = (w.local("amy").await, w.remote("eve", "elm.example").await);
    w.befriend(&amy, &eve).await;
    let direct = Draft { visibility: Some(Visibility::Direct), ..draft(&format!("@amy {PAGE}")) };
    w.publish_draft(&amy, direct).await;
    for text in ["https://oak.test/@amy", "https://amy:secret@yew.test/", "#SLTchat @amy", "ftp://yew.test/"] {
        assert_eq!(w.publish(&amy, text).await.card, None, "{text}");
    }
    let long = format!("https://yew.test/{}", "a".repeat(2_100));
    let statuses = w.service.statuses();
    for (name, content) in [("1", format!("<a href=\"{long}\">a</a>")), ("2", format!("<p>{PAGE}</p>"))] {
        let note = incoming(&eve, name, &content);
        let id = statuses.ingest(&w.cx(), note, Arrival::Delivered).await.unwrap().unwrap();
        assert_eq!(seen(&w, id).await.card, None, "{name}");
    }
    w.wait(60);
    w.run_jobs().await;
    assert_eq!(w.elsewhere.looked_at(), Vec::<String>::new());
}

#[tokio::test]
async fn others_say_which_link_is_meant_and_all_servers_do_not_come_at_once() {
    let w = world().await;
    w.elsewhere.has_page_at(PAGE, page("Attendance"));
    let (amy, eve) = (w.local("amy").await, w.remote("eve", "elm.example").await);
    w.befriend(&amy, &eve).await;
    let content = "<p><a href=\"https://yew.test/first\">first</a></p>";
    let note = IncomingStatus { attached_link: Some(PAGE.to_owned()), ..incoming(&eve, "1", content) };
    let id = w.service.statuses().ingest(&w.cx(), note, Arrival::Delivered).await.unwrap().unwrap();
    assert_eq!(seen(&w, id).await.card.unwrap().url, PAGE);
    let odd = IncomingStatus { attached_link: Some("javascript:alert(1)".to_owned()), ..incoming(&eve, "2", content) };
    let odd = w.service.statuses().ingest(&w.cx(), odd, Arrival::Delivered).await.unwrap().unwrap();
    assert_eq!(seen(&w, odd).await.card.unwrap().url, "https://yew.test/first");
    w.wait(60);
    w.run_jobs().await;
    assert_eq!(title(&w, id).await.as_deref(), Some("Attendance"));
    assert_eq!(title(&w, odd).await, None);
}

#[tokio::test]
async fn a_picture_that_never_comes_keeps_no_jobs_waiting_and_the_page_is_shown_without_it() {
    let w = world().await;
    let image = PageImage { url: "https://yew.test/hall.png".to_owned(), ..PageImage::default() };
    w.elsewhere.has_page_at(PAGE, PageInfo { image: Some(image), ..page("Attendance") });
    w.elsewhere.stalls("hall.png");
    let amy = w.local("amy").await;
    let id = w.publish(&amy, PAGE).await.status.id;
    w.run_jobs().await;
    let shown = seen(&w, id).await.card.unwrap().page.unwrap();
    assert_eq!((shown.title.as_str(), shown.image), ("Attendance", None));
}
