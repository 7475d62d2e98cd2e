//! FUZ-02: what we write is read back as what it was, by our own reader and byte for byte by a parser that takes no
//! member twice.

use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize as _;
use staffroom_domain::account::{Endpoints, IncomingAccount};
use staffroom_domain::card::{PageInfo, PreviewCard};
use staffroom_domain::interaction::Groups;
use staffroom_domain::media::IncomingMedia;
use staffroom_domain::poll::IncomingPoll;
use staffroom_domain::quote::{IncomingQuote, Quote, QuoteShown, QuoteState, QuoteView};
use staffroom_domain::status::IncomingStatus;

use super::*;
use crate::json_limits;
use crate::render::{actor, audience, note};
use crate::testing::fuzz_budget;
use crate::vocab::activity::ActivityDoc;

/// Cases in the ordinary suite.
const CASES: u64 = 300;
const PIECES: [&str; 16] = [
    "",
    "a",
    "Exit tickets",
    "<p>",
    "</p>",
    "&amp;",
    "&",
    "<",
    "\"",
    "\\",
    "\u{1}",
    "\u{2028}",
    "é",
    "日本",
    "😀",
    "#SLTchat @ben ",
];

/// Runs `property` from seed to seed, as often as the suite does or as long as `cargo xtask fuzz` says.
fn check(name: &str, property: impl Fn(&mut StdRng)) {
    let (budget, first) = fuzz_budget();
    let began = Instant::now();
    let mut seed = first;
    while budget.map_or(seed - first < CASES, |budget| began.elapsed() < budget) {
        let outcome =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| property(&mut StdRng::seed_from_u64(seed))));
        assert!(outcome.is_ok(), "{name}, seed {seed}: see above");
        seed += 1;
    }
    if budget.is_some() {
        eprintln!("{name}: seeds {first} to {}", seed - 1);
    }
}

fn text(rng: &mut StdRng, most: usize) -> String {
    (0..rng.random_range(0..=most)).map(|_| PIECES[rng.random_range(0..PIECES.len())]).collect()
}

fn time(rng: &mut StdRng) -> Timestamp {
    Timestamp(rng.random_range(1_600_000_000_000..1_900_000_000_000))
}

fn maybe<T>(rng: &mut StdRng, make: impl FnOnce(&mut StdRng) -> T) -> Option<T> {
    rng.random_bool(0.5).then(|| make(rng))
}

/// Of `all` some, each once.
fn some<T: Clone>(rng: &mut StdRng, all: &[T]) -> Vec<T> {
    all.iter().filter(|_| rng.random_bool(0.5)).cloned().collect()
}

fn any_media(rng: &mut StdRng, id: i64) -> MediaAttachment {
    let (kind, content_type) =
        [(MediaKind::Image, "image/png"), (MediaKind::Video, "video/mp4"), (MediaKind::Audio, "audio/ogg")]
            [rng.random_range(0..3)];
    MediaAttachment {
        id: MediaId(id),
        kind,
        file: Picture::Local(format!("attachments/{id}.bin")),
        content_type: content_type.to_owned(),
        size_px: maybe(rng, |rng| (rng.random_range(1..9_000), rng.random_range(1..9_000))),
        focus: maybe(rng, |rng| (rng.random_range(-1.0..=1.0), rng.random_range(-1.0..=1.0))),
        blurhash: maybe(rng, |_| "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH".to_owned()),
        description: maybe(rng, |rng| format!("x{}", text(rng, 6))),
        ..view(Visibility::Public).media.remove(0)
    }
}

fn any_poll(rng: &mut StdRng, status_id: StatusId) -> Poll {
    let mut options = Vec::new();
    for n in 0..rng.random_range(1..6) {
        options.push(PollOption { title: format!("{n}{}", text(rng, 4)), votes: rng.random_range(0..1_000) });
    }
    Poll {
        id: PollId(1),
        status_id,
        expires_at: maybe(rng, time),
        multiple: rng.random_bool(0.5),
        hide_totals: rng.random_bool(0.3),
        options,
        voters: rng.random_range(0..1_000),
        own_votes: Vec::new(),
        counted_at: None,
    }
}

fn any_quote(rng: &mut StdRng, status: &Status) -> QuoteView {
    let state = [QuoteState::Pending, QuoteState::Accepted, QuoteState::Rejected][rng.random_range(0..3)];
    QuoteView {
        quote: Quote {
            status_id: status.id,
            account_id: status.account_id,
            quoted_uri: "https://elm.example/users/ben/statuses/8".to_owned(),
            quoted_status_id: None,
            quoted_account_id: None,
            state,
            approval_uri: maybe(rng, |_| "https://elm.example/users/ben/quotes/3".to_owned()),
            request_uri: None,
        },
        shown: QuoteShown::State(state),
        status: None,
    }
}

fn any_card(rng: &mut StdRng) -> PreviewCard {
    let page = maybe(rng, |rng| PageInfo {
        title: text(rng, 4),
        description: text(rng, 9),
        author_name: text(rng, 2),
        ..PageInfo::default()
    });
    PreviewCard { url: format!("https://yew.example/{}?a=b&c={}", rng.random::<u8>(), rng.random::<u8>()), page }
}

/// Any status somebody here can write.
fn any_view(rng: &mut StdRng) -> StatusView {
    let visibility = [Visibility::Public, Visibility::Unlisted, Visibility::Private, Visibility::Direct];
    let visibility = visibility[rng.random_range(0..4)];
    let mut view = view(visibility);
    let quotes = [QuotePolicy::Public, QuotePolicy::Followers, QuotePolicy::Nobody][rng.random_range(0..3)];
    let mention = |name: &str, host: &str| Mention {
        account_id: AccountId(2),
        uri: format!("https://{host}/users/{name}"),
        url: format!("https://{host}/@{name}"),
        username: name.to_owned(),
        acct: format!("{name}@{host}"),
    };
    let people = [mention("ben", "elm.example"), mention("cat", "yew.example"), mention("dan", "social.oak.example")];
    let tags = ["SLTchat", "maths", "Übung", "日本語"].map(|tag| Tag::parse(tag).unwrap());
    let status = &mut view.status;
    status.content = text(rng, 20);
    status.spoiler_text = text(rng, 3);
    status.sensitive = !status.spoiler_text.is_empty() || rng.random_bool(0.3);
    status.language = maybe(rng, |rng| ["en", "cy", "pt-BR"][rng.random_range(0..3)].to_owned());
    status.created_at = time(rng);
    status.edited_at = maybe(rng, time);
    status.in_reply_to_uri = maybe(rng, |_| "https://elm.example/users/ben/statuses/9".to_owned());
    status.context_uri = maybe(rng, |_| "https://elm.example/contexts/9".to_owned());
    status.mentions = some(rng, &people);
    status.tags = some(rng, &tags);
    status.interaction_policy = InteractionPolicy::of_local(visibility, quotes);
    view.media = (0..rng.random_range(0..4)).map(|id| any_media(rng, id)).collect();
    view.poll = maybe(rng, |rng| any_poll(rng, view.status.id));
    view.card = maybe(rng, any_card);
    view.quote = maybe(rng, |rng| any_quote(rng, &view.status));
    view
}

/// What a reader elsewhere should learn from it.
fn as_read(view: &StatusView, tag_accounts: &[Account]) -> IncomingStatus {
    let status = &view.status;
    let audience = audience::audience(&view.account, status, tag_accounts);
    let followers = actor::followers(&view.account);
    let recipients: Vec<String> =
        audience.to.iter().chain(&audience.cc).filter(|uri| !uri.ends_with("#Public")).cloned().collect();
    let is_neighbour = |uri: &&String| uri.starts_with("https://social.oak.example/") && **uri != followers;
    let mut policy = status.interaction_policy;
    if status.mentions.is_empty() {
        // those named are nobody then
        for approval in [&mut policy.favourite, &mut policy.reply].into_iter().flatten() {
            if approval.automatic == Groups::MENTIONED {
                approval.automatic = Groups::NOBODY;
            } else if approval.automatic == Groups::FOLLOWERS.and(Groups::MENTIONED) {
                approval.automatic = Groups::FOLLOWERS;
            }
        }
    }
    let media = |media: &MediaAttachment| IncomingMedia {
        kind: media.kind,
        url: actor::picture_url(&identity(), &media.file),
        content_type: media.content_type.clone(),
        description: media.description.clone(),
        size_px: media.size_px,
        focus: media.focus,
        blurhash: media.blurhash.clone(),
    };
    let poll = |poll: &Poll| {
        let hides = poll.hide_totals && poll.expires_at.is_none_or(|end| end > NOW);
        let shown = |option: &PollOption| PollOption { votes: if hides { 0 } else { option.votes }, ..option.clone() };
        IncomingPoll {
            options: poll.options.iter().map(shown).collect(),
            multiple: poll.multiple,
            expires_at: poll.expires_at,
            voters: Some(poll.voters),
        }
    };
    let quote = view.quote.as_ref().map(|view| &view.quote).filter(|quote| quote.state != QuoteState::Rejected);
    IncomingStatus {
        uri: status.uri.clone(),
        url: Some(status.url.clone()),
        author_uri: view.account.uri.clone(),
        in_reply_to_uri: status.in_reply_to_uri.clone(),
        content: status.content.clone(),
        spoiler_text: status.spoiler_text.clone(),
        sensitive: status.sensitive,
        visibility: status.visibility,
        language: status.language.clone(),
        published: Some(status.created_at),
        updated: status.edited_at,
        mention_uris: status.mentions.iter().map(|mention| mention.uri.clone()).collect(),
        tag_account_uris: recipients.iter().filter(is_neighbour).cloned().collect(),
        recipient_uris: recipients,
        tags: status.tags.clone(),
        emojis: Vec::new(),
        media: view.media.iter().map(media).collect(),
        poll: view.poll.as_ref().map(poll),
        attached_link: view.card.as_ref().map(|card| card.url.clone()),
        quote: quote.map(|quote| IncomingQuote {
            uri: quote.quoted_uri.clone(),
            approval_uri: quote.approval_uri.clone().filter(|_| quote.state == QuoteState::Accepted),
        }),
        interaction_policy: policy,
        context_uri: status.context_uri.clone(),
    }
}

#[test]
fn fuz_02_a_status_is_read_back_as_it_was() {
    check("fuz_02_round_trip_status", |rng| {
        let (view, tags) = (any_view(rng), [tag_account()]);
        let document = note::note(&identity(), &view, &tags, NOW);
        let body = serde_json::to_vec(&document).unwrap();
        let parsed = json_limits::parse(&body).unwrap();
        assert_eq!(serde_json::to_vec(&parsed).unwrap(), body);
        let followers = actor::followers(&view.account);
        let read = NoteDoc::deserialize(&parsed).unwrap().into_incoming(Some(&followers)).unwrap();
        assert_eq!(format!("{read:#?}"), format!("{:#?}", as_read(&view, &tags)));
    });
}

#[test]
fn fuz_02_an_account_is_read_back_as_it_was() {
    check("fuz_02_round_trip_account", |rng| {
        let kinds = [AccountKind::Person, AccountKind::Service, AccountKind::Organization];
        let mut amy = account("amy");
        amy.kind = kinds[rng.random_range(0..3)];
        amy.display_name = format!("x{}", text(rng, 5));
        amy.note = text(rng, 10);
        amy.fields = (0..rng.random_range(0..5))
            .map(|n| Field { name: format!("{n}{}", text(rng, 2)), value: text(rng, 4), source: String::new() })
            .collect();
        amy.avatar = maybe(rng, |_| Picture::Local("avatars/2.png".to_owned()));
        amy.header = maybe(rng, |_| Picture::Local("headers/2.png".to_owned()));
        amy.locked = rng.random_bool(0.5);
        amy.discoverable = Some(rng.random_bool(0.5));
        amy.indexable = rng.random_bool(0.5);
        amy.created_at = time(rng);
        amy.also_known_as =
            some(rng, &["https://elm.example/users/amy".to_owned(), "https://yew.example/@a".to_owned()]);
        amy.moved_to = maybe(rng, |_| "https://elm.example/users/amy".to_owned());
        let document = context::with(context::actor(), actor::actor(&identity(), &amy, &[]));
        let body = serde_json::to_vec(&document).unwrap();
        let parsed = json_limits::parse(&body).unwrap();
        assert_eq!(serde_json::to_vec(&parsed).unwrap(), body);
        let read = ActorDoc::deserialize(&parsed).unwrap().into_incoming("oak.example".to_owned()).unwrap();
        let url = |picture: &Option<Picture>| picture.as_ref().map(|one| actor::picture_url(&identity(), one));
        let expected = IncomingAccount {
            url: Some(amy.url.clone()),
            username: amy.username.clone(),
            domain: "oak.example".to_owned(),
            kind: amy.kind,
            display_name: amy.display_name.clone(),
            note: amy.note.clone(),
            fields: amy.fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
            emojis: Vec::new(),
            avatar: url(&amy.avatar),
            header: url(&amy.header),
            locked: amy.locked,
            discoverable: amy.discoverable,
            indexable: amy.indexable,
            endpoints: Endpoints {
                inbox: Some(actor::inbox(&amy)),
                shared_inbox: Some(format!("{}/inbox", identity().public_url)),
                outbox: Some(format!("{}/outbox", amy.uri)),
                followers: Some(actor::followers(&amy)),
                following: Some(format!("{}/following", amy.uri)),
                featured: Some(actor::featured(&amy)),
            },
            keys: Vec::new(),
            tag: None,
            created_at: Timestamp::parse(&format!("{}T00:00:00Z", amy.created_at.to_date())),
            also_known_as: amy.also_known_as.clone(),
            moved_to_uri: amy.moved_to.clone(),
            suspended: false,
            uri: amy.uri,
        };
        assert_eq!(format!("{read:#?}"), format!("{expected:#?}"));
    });
}

/// Everything we say, each once, with who says it and the id of what it is about.
#[test]
fn fuz_02_every_activity_is_read_back_as_it_was() {
    let mut rng = StdRng::seed_from_u64(1);
    let (amy, ben, tag) = (account("amy"), stranger(), tag_account());
    let (view, status) = (any_view(&mut rng), status(Visibility::Public));
    let uri = "https://social.oak.example/users/amy#made/1";
    let follow = Follow {
        relay: false,
        id: FollowId(7),
        account_id: AccountId(2),
        target_id: AccountId(1),
        uri: "https://elm.example/follows/7".to_owned(),
        accepted: true,
        show_reblogs: true,
        notify: false,
        languages: Vec::new(),
        created_at: NOW,
    };
    let reblog = Status { uri: format!("{}/boosts/3", amy.uri), ..status.clone() };
    let own = |event| (event, amy.uri.clone());
    let named = std::slice::from_ref(&tag);
    let events = [
        (own(Event::StatusPublished { status: &view, tag_accounts: named }), Some(view.status.uri.clone())),
        (own(Event::StatusShared { status: &view, tag_accounts: named }), Some(view.status.uri.clone())),
        (own(Event::StatusEdited { status: &view, tag_accounts: named }), Some(view.status.uri.clone())),
        (own(Event::PollCounted { status: &view, tag_accounts: named }), Some(view.status.uri.clone())),
        (own(Event::StatusDeleted { author: &amy, status: &status }), Some(status.uri.clone())),
        (
            own(Event::Reblogged { account: &amy, reblog: &reblog, original: &status, original_author: &ben }),
            Some(status.uri.clone()),
        ),
        (
            own(Event::ReblogUndone { account: &amy, reblog: &reblog, original: &status, original_author: &ben }),
            Some(reblog.uri.clone()),
        ),
        (
            own(Event::Favourited { account: &amy, uri, status: &status, author: &ben, approval_uri: None }),
            Some(status.uri.clone()),
        ),
        (own(Event::FavouriteUndone { account: &amy, uri, status: &status, author: &ben }), Some(uri.to_owned())),
        (own(Event::Followed { account: &amy, target: &ben, follow: &follow }), Some(ben.uri.clone())),
        (own(Event::FollowUndone { account: &amy, target: &ben, follow: &follow }), Some(follow.uri.clone())),
        (own(Event::RelayUnfollowed { account: &amy, uri }), Some(uri.to_owned())),
        (own(Event::FollowAccepted { target: &amy, follower: &ben, follow: &follow }), Some(follow.uri.clone())),
        (own(Event::FollowRejected { target: &amy, follower: &ben, follow: &follow }), Some(follow.uri.clone())),
        (own(Event::Blocked { account: &amy, target: &ben, uri }), Some(ben.uri.clone())),
        (own(Event::BlockUndone { account: &amy, target: &ben, uri }), Some(uri.to_owned())),
        (own(Event::AccountUpdated { account: &amy, keys: &[] }), Some(amy.uri.clone())),
        (own(Event::Pinned { account: &amy, status: &status, on: true }), Some(status.uri.clone())),
        (own(Event::AccountMoved { account: &amy, target: &ben }), Some(amy.uri.clone())),
        (own(Event::AccountDeleted { account: &amy }), Some(amy.uri.clone())),
        (
            (Event::TagAnnounced { tag_account: &tag, status: &status, uri, named }, tag.uri.clone()),
            Some(status.uri.clone()),
        ),
        ((Event::TagAnnounceUndone { tag_account: &tag, status: &status, uri }, tag.uri.clone()), Some(uri.to_owned())),
    ];
    for ((event, by), about) in events {
        let (rendered, document) = render(event);
        let parsed = json_limits::parse(&rendered.body).unwrap();
        assert_eq!(parsed, document);
        assert_eq!(serde_json::to_vec(&parsed).unwrap(), rendered.body, "{event:?}");
        let read = ActivityDoc::deserialize(&parsed).unwrap();
        let uri = |url: Option<url::Url>| url.map(String::from);
        assert_eq!((uri(read.id.clone()), read.kind.as_str()), (Some(rendered.uri), rendered.kind), "{event:?}");
        assert_eq!((uri(read.actor.clone()), uri(read.object_id())), (Some(by), about), "{event:?}");
    }
}
