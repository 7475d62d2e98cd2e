//! Files of other servers: what is fetched, how often, and for how long it is kept.

mod video;
mod withheld;

use staffroom_domain::account::Picture;
use staffroom_domain::domain_rule::Severity;

use super::MediaFile;
use crate::auth::Authority;
use crate::domains::NewBlock;
use crate::testing::{World, world};
use crate::{Result, ServiceError};

const OWL: &str = "https://yew.test/files/owl.png?size=1";

/// A PNG as far as anybody looks, of `bytes` bytes.
fn png(bytes: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.resize(bytes, 7);
    file
}

/// What is served under the address we show for `url`.
async fn served(w: &World, url: &str) -> Result<Option<MediaFile>> {
    let shown = w.service.media().url(&Picture::Remote(url.to_owned()));
    let rest = shown.strip_prefix("https://oak.test/media/remote/").unwrap();
    let (signature, encoded) = rest.split_once('/').unwrap();
    w.service.media().remote_file(&w.cx(), signature, encoded, || Ok(())).await
}

async fn copies(w: &World) -> i64 {
    w.service.storage().read().remote_media().total_bytes().await.unwrap()
}

fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries.iter().map(|entry| if entry.path().is_dir() { files_in(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn a_file_elsewhere_is_fetched_once_for_all_who_want_it_at_once_and_later() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    let all = tokio::join!(served(&w, OWL), served(&w, OWL), served(&w, OWL), served(&w, OWL));
    for file in [all.0, all.1, all.2, all.3] {
        let file = file.unwrap().unwrap();
        assert_eq!((file.content_type.as_str(), std::fs::read(file.path).unwrap()), ("image/png", png(100)));
    }
    assert_eq!((served(&w, OWL).await.unwrap().is_some(), w.elsewhere.looked_at().len()), (true, 1));
    // a file that got lost is had again
    std::fs::remove_file(served(&w, OWL).await.unwrap().unwrap().path).unwrap();
    assert!(served(&w, OWL).await.unwrap().is_some());
    assert_eq!((w.elsewhere.looked_at().len(), copies(&w).await), (1, 4_096));
}

#[tokio::test]
async fn sec_115_only_addresses_we_signed_are_fetched() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    let other = "https://yew.test/files/other.png";
    w.elsewhere.has_file(other, &png(100));
    let address = |url: &str| {
        let shown = w.service.media().remote_url(url);
        let (signature, encoded) =
            shown.strip_prefix("https://oak.test/media/remote/").unwrap().split_once('/').unwrap();
        (signature.to_owned(), encoded.to_owned())
    };
    let ((owl, owl_encoded), (_, other_encoded)) = (address(OWL), address(other));
    let cut: String = owl.chars().skip(1).collect();
    let padded = format!("{owl}=");
    let endless = "a".repeat(100_000);
    for (signature, encoded) in [
        (owl.as_str(), other_encoded.as_str()),
        (&cut, &owl_encoded),
        (&padded, &owl_encoded),
        ("", &owl_encoded),
        (&owl, ""),
        (&owl, OWL),
        (&owl, "%00"),
        (&owl, &endless),
    ] {
        let asked = || panic!("somebody else would be asked");
        let found = w.service.media().remote_file(&w.cx(), signature, encoded, asked).await;
        assert_eq!(found.unwrap(), None, "{signature}");
    }
    assert!(w.elsewhere.looked_at().is_empty());
    let media = w.service.media();
    let too_many = || Err(ServiceError::RateLimited { retry_after_secs: 1 });
    let refused = media.remote_file(&w.cx(), &owl, &owl_encoded, too_many).await;
    assert!(matches!(refused, Err(ServiceError::RateLimited { .. })) && w.elsewhere.looked_at().is_empty());
    assert!(media.remote_file(&w.cx(), &owl, &owl_encoded, || Ok(())).await.unwrap().is_some());
    // what is here already is not counted
    let counted = || panic!("nobody else is asked");
    assert!(media.remote_file(&w.cx(), &owl, &owl_encoded, counted).await.unwrap().is_some());
    // our own files need no detour
    let own = "https://oak.test/media/ab/abc.png";
    assert_eq!(w.service.media().remote_url(own), own);
}

#[tokio::test]
async fn what_is_no_picture_film_or_sound_or_too_large_is_not_shown_and_not_asked_for_again() {
    let w = world().await;
    let folder = w.service.settings().media_dir.clone();
    for (name, bytes) in [
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()),
        ("html.png", b"<html><script>alert(1)</script>".to_vec()),
        ("large.png", png(401)),
    ] {
        let url = format!("https://yew.test/{name}");
        w.elsewhere.has_file(&url, &bytes);
        for _ in 0..3 {
            assert_eq!(served(&w, &url).await.unwrap(), None, "{name}");
        }
        assert_eq!(w.elsewhere.looked_at().len(), 1, "{name}");
    }
    assert_eq!(served(&w, "https://yew.test/gone.png").await.unwrap(), None);
    assert_eq!((files_in(&folder), copies(&w).await), (0, 0), "nothing is left behind");
}

#[tokio::test]
async fn copies_stay_within_their_size_and_the_least_used_go_first() {
    let w = world().await;
    let url = |n: usize| format!("https://yew.test/{n}.png");
    for n in 0..3 {
        w.elsewhere.has_file(&url(n), &png(300));
        served(&w, &url(n)).await.unwrap().unwrap();
        w.wait(2 * 60 * 60);
    }
    // the first is wanted again, so the second goes
    served(&w, &url(0)).await.unwrap().unwrap();
    w.elsewhere.has_file(&url(3), &png(300));
    served(&w, &url(3)).await.unwrap().unwrap();
    w.elsewhere.looked_at();
    assert_eq!((copies(&w).await, files_in(&w.service.settings().media_dir)), (3 * 4_096, 3));
    for (n, fetched) in [(0, 0), (2, 0), (3, 0), (1, 1)] {
        served(&w, &url(n)).await.unwrap().unwrap();
        assert_eq!(w.elsewhere.looked_at().len(), fetched, "{n}");
    }
}

#[tokio::test]
async fn copies_have_their_time_and_go_with_whom_they_show() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    served(&w, OWL).await.unwrap().unwrap();
    w.wait(8 * 24 * 60 * 60);
    assert!(served(&w, OWL).await.unwrap().is_some());
    assert_eq!(w.elsewhere.looked_at().len(), 2, "too old: had anew");
    w.wait(8 * 24 * 60 * 60);
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert_eq!((copies(&w).await, files_in(&w.service.settings().media_dir)), (0, 0));

    let mut eve = crate::testing::incoming_account("eve", "yew.test");
    eve.avatar = Some(OWL.to_owned());
    let eve = w.service.accounts().ingest(&w.cx(), eve).await.unwrap();
    served(&w, OWL).await.unwrap().unwrap();
    w.service.accounts().remove_remote(&w.cx(), &eve.uri).await.unwrap();
    assert_eq!((copies(&w).await, files_in(&w.service.settings().media_dir)), (0, 0));
}

#[tokio::test]
async fn a_domain_that_may_show_no_pictures_shows_none_of_those_kept_either() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    served(&w, OWL).await.unwrap().unwrap();
    let block = NewBlock { reject_media: true, ..NewBlock::new(Severity::Noop) };
    w.service.domains().block(&w.cx(), &Authority::operator(), "yew.test", block).await.unwrap();
    assert_eq!(served(&w, OWL).await.unwrap(), None);
    w.service.domains().remove(&Authority::operator(), "yew.test").await.unwrap();
    assert!(served(&w, OWL).await.unwrap().is_some());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_trouble_and_not_an_absence() {
    let w = world().await;
    w.elsewhere.loses_files();
    assert!(matches!(served(&w, OWL).await, Err(ServiceError::Remote(_))));
    assert!(w.service.media().look_at(&w.cx(), OWL).await.unwrap().is_none());
    assert_eq!(files_in(&w.service.settings().media_dir), 0);
}

#[tokio::test]
async fn all_hosts_of_one_domain_together_keep_nobody_else_waiting() {
    let w = world().await;
    w.elsewhere.stalls("evil.example");
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..6 {
        let (service, cx) = (w.service.clone(), w.cx());
        let url = format!("https://a{n}.evil.example/owl.png");
        waiting.spawn(async move { service.media().look_at(&cx, &url).await.is_ok() });
    }
    let mut asked = 0;
    while asked < 6 {
        asked += w.elsewhere.looked_at().len();
        tokio::task::yield_now().await;
    }
    let seventh = "https://a7.evil.example/owl.png";
    assert!(matches!(served(&w, seventh).await, Err(ServiceError::Remote(_))));
    assert!(w.elsewhere.looked_at().is_empty(), "it never came to its turn");
    w.elsewhere.has_file(OWL, &png(100));
    assert!(served(&w, OWL).await.unwrap().is_some());
}

#[tokio::test]
async fn rel_43_whoever_forgets_a_copy_does_not_forget_the_one_that_came_in_its_place() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    served(&w, OWL).await.unwrap().unwrap();
    let (storage, long_ago) = (w.service.storage(), w.cx().now());
    w.wait(8 * 24 * 60 * 60);
    let old = storage.read().remote_media().older(long_ago.plus(std::time::Duration::from_secs(1)), 9).await.unwrap();
    // meanwhile it is fetched anew
    served(&w, OWL).await.unwrap().unwrap();
    let tx = storage.begin().await.unwrap();
    tx.remote_media().forget(&old).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((old.len(), copies(&w).await, files_in(&w.service.settings().media_dir)), (1, 4_096, 1));
    let tx = storage.begin().await.unwrap();
    let new = tx.remote_media().find(&[old[0].digest.clone()]).await.unwrap();
    tx.remote_media().forget(&new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(copies(&w).await, 0);
}
