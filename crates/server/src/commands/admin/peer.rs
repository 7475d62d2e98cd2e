//! `staffroom admin peer …`.

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use staffroom_domain::Tag;
use staffroom_domain::ids::{FollowId, HeldItemId};
use staffroom_service::Service;
use staffroom_service::exchange::{FollowRequest, Peer, PeerTrust, PeerWishes, TagState};

use crate::commands::say;

/// Held statuses listed.
const LISTED: u64 = 100;

/// `staffroom admin peer …`.
#[derive(Debug, Subcommand)]
pub(crate) enum PeerCommand {
    /// Exchange hashtags with an instance; its own follows of our hashtags are accepted.
    Add {
        /// Its address, such as `https://social.school.example`.
        url: String,
        /// Hashtags wanted from it, separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        tags: Vec<String>,
        /// What becomes of what its hashtags bring.
        #[arg(long, value_enum)]
        trust: Option<TrustArg>,
        /// Its hashtags may pass on what was written elsewhere.
        #[arg(long)]
        hub: bool,
        /// They may not any more.
        #[arg(long, conflicts_with = "hub")]
        no_hub: bool,
    },
    /// Change what becomes of what the hashtags of a peer bring.
    Trust {
        /// Its address, as listed.
        url: String,
        /// How far it is trusted.
        #[arg(value_enum)]
        trust: TrustArg,
    },
    /// List them, with what each host took and brought today.
    List,
    /// End the exchange with an instance.
    Remove {
        /// Its address, as listed.
        url: String,
        /// Only that of these hashtags, separated by commas; it stays a peer.
        #[arg(long, value_delimiter = ',')]
        tags: Vec<String>,
    },
    /// Show which hashtags an instance publishes.
    Discover {
        /// Its host name or address.
        domain: String,
    },
    /// List instances that ask to follow our hashtags, or us as a relay.
    Requests,
    /// List instances that follow our hashtags, or us as a relay, peers or not.
    Followers,
    /// Accept one that asks.
    Accept {
        /// Its number, as listed.
        id: String,
    },
    /// Turn one away that asks, or that follows.
    Refuse {
        /// Its number, as listed.
        id: String,
    },
    /// List statuses that wait to be let in.
    Held,
    /// Let one of them in.
    Allow {
        /// Its number, as listed.
        id: String,
    },
    /// Keep one of them out.
    Drop {
        /// Its number, as listed.
        id: String,
    },
}

/// How far a peer is trusted.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TrustArg {
    /// Everything shows.
    Show,
    /// Each status waits for a moderator.
    Queue,
    /// Everything shows, without pictures.
    DropMedia,
    /// Nothing is kept.
    Reject,
}

impl From<TrustArg> for PeerTrust {
    fn from(trust: TrustArg) -> Self {
        match trust {
            TrustArg::Show => Self::Show,
            TrustArg::Queue => Self::Queue,
            TrustArg::DropMedia => Self::DropMedia,
            TrustArg::Reject => Self::Reject,
        }
    }
}

/// Runs one of them.
pub(super) async fn run(service: &Service, command: PeerCommand) -> anyhow::Result<()> {
    let (cx, exchange) = (service.cx(), service.exchange());
    match command {
        PeerCommand::Add { url, tags, trust, hub, no_hub } => {
            let wishes = PeerWishes {
                tags: hashtags(&tags)?,
                trust: trust.map(PeerTrust::from),
                is_hub: (hub || no_hub).then_some(hub),
            };
            let peer = exchange.add_peer(&cx, &url, wishes).await?;
            say(&format!(
                "{} is a peer; the running server asks to follow its hashtags (`peer list` tells what came of it)",
                peer.url
            ));
        }
        PeerCommand::Trust { url, trust } => {
            let wishes = PeerWishes { trust: Some(trust.into()), ..PeerWishes::default() };
            say(&line(&exchange.change_peer(&cx, &url, wishes).await?));
        }
        PeerCommand::Remove { url, tags } if !tags.is_empty() => {
            say(&line(&exchange.remove_peer_tags(&cx, &url, &hashtags(&tags)?).await?));
        }
        PeerCommand::Remove { url, .. } => {
            exchange.remove_peer(&cx, &url).await?;
            say("no longer a peer; the running server tells it");
        }
        PeerCommand::List => {
            for state in exchange.peer_states().await? {
                say(&line(&state.peer));
                for (tag, how) in &state.tags {
                    let how = match how {
                        TagState::Followed => "followed",
                        TagState::Asked => "asked, not answered yet",
                        TagState::Missing => "not followed: not reached yet, or not published there",
                    };
                    say(&format!("\t#{}\t{how}", tag.display()));
                }
                if let Some(problem) = &state.problem {
                    say(&format!("\tlast attempt failed, another follows: {problem}"));
                }
            }
            for count in exchange.today().await? {
                let direction = if count.inbound { "brought" } else { "took" };
                say(&format!("{}\t{direction} {} today, {} left out", count.host, count.taken, count.left_out));
            }
        }
        PeerCommand::Discover { domain } => {
            let info = exchange.discover(&domain).await?;
            let speaks = if info.speaks_profile { "speaks the exchange" } else { "is followed like anybody" };
            say(&format!("{}\t{}\t{speaks}", info.instance_account_uri, info.software));
            for (name, uri) in info.tags {
                say(&format!("#{}\t{uri}", name.trim_start_matches('#')));
            }
        }
        PeerCommand::Requests => {
            for asked in exchange.follow_requests().await? {
                say(&tie(&asked));
            }
        }
        PeerCommand::Followers => {
            for follower in exchange.followers().await? {
                say(&tie(&follower));
            }
        }
        PeerCommand::Accept { id } => answer(service, &id, true).await?,
        PeerCommand::Refuse { id } => answer(service, &id, false).await?,
        PeerCommand::Held => {
            for item in exchange.held(HeldItemId(0), LISTED).await? {
                let content = item.content.replace(['\n', '\t'], " ");
                say(&format!("{}\t{}\t{}\t{}\t{content}", item.id, item.host, item.author_uri, item.uri));
            }
        }
        PeerCommand::Allow { id } => decide(service, &id, true).await?,
        PeerCommand::Drop { id } => decide(service, &id, false).await?,
    }
    Ok(())
}

async fn answer(service: &Service, id: &str, accept: bool) -> anyhow::Result<()> {
    let id = FollowId::parse(id).with_context(|| format!("{id:?} is no number of a request"))?;
    service.exchange().answer_follow_request(&service.cx(), id, accept).await?;
    say(if accept { "accepted" } else { "turned away" });
    Ok(())
}

async fn decide(service: &Service, id: &str, allow: bool) -> anyhow::Result<()> {
    let id = HeldItemId::parse(id).with_context(|| format!("{id:?} is no number of a held status"))?;
    service.exchange().decide_held(&service.cx(), id, allow).await?;
    say(if allow { "let in" } else { "kept out" });
    Ok(())
}

fn tie(asked: &FollowRequest) -> String {
    format!("{}\t{}\t{}\t{}", asked.id, asked.created_at.to_rfc3339(), asked.follower_uri, asked.target_uri)
}

fn line(peer: &Peer) -> String {
    let tags: Vec<String> = peer.tags.iter().map(|t| format!("#{}", t.display())).collect();
    let hub = if peer.is_hub { "\thub" } else { "" };
    format!("{}\t{}\t{}{hub}", peer.url, tags.join(" "), peer.trust.as_str())
}

fn hashtags(texts: &[String]) -> anyhow::Result<Vec<Tag>> {
    texts.iter().map(|text| Tag::parse(text).with_context(|| format!("--tags: {text:?} is not a hashtag"))).collect()
}
