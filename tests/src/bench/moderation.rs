//! What judging a post costs: the shipped packs with ten thousand phrases and two hundred regular expressions beside them,
//! on made-up posts of 500 characters, in this process.
//!
//! Each post is judged several times and its fastest time counts: what the work takes, not what else the machine does.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use staffroom_server::domain::Timestamp;
use staffroom_server::moderation::{BUILT_IN, Direction, Engine, Facts, Policy, Subject};

use super::Scale;
use super::cost::memory_mb;
use super::federation::quantile;
use super::report::Report;

pub(super) const PHRASES: usize = 10_000;
pub(super) const EXPRESSIONS: usize = 200;
/// Rules the phrases are spread over.
const RULES: usize = 20;
const CHARS: usize = 500;
const TIMES: usize = 5;
/// Of so many posts one has letters that are not ASCII, and one has an identifier.
const ONE_IN: usize = 5;
pub(super) const SEED: u64 = 20_261_123;

const WORDS: &str = "a about after again all also always and another any are around ask assembly assessment at attendance \
    autumn back because been before behaviour best better book books both boys bring broadband budget build but by call \
    can careers chair change child children class classroom coach colleague come community could course cover cpd \
    curriculum data date day days deputy did different do does done dinner early easy education end english even every \
    everybody evidence exam exams experience family far feedback few fire first five for four friday from full funding \
    game geography girls give go going good governor governors great group had half hall handwriting happy hard has have \
    head heads hear help her here high his history home homework hope hour how humanities idea ideas if impact in inset \
    inspection interesting into is it just keep key know last late lead leader leaders learn learning left less lesson \
    lessons let library like line list little local long look lot lots love lunch made main make many marking maths may \
    me meeting meetings members might mind minutes moment monday more morning most much music must my near need needs \
    network never new next nice no not now number of off office often old on once one only open or other our out over own \
    paper parent parents part people performance phase phonics phone pilot place plan planning play playground point \
    policy practice primary print problem progress project public pupil pupils put question questions quick quite read \
    reading really report reports resource resources rest results review right room rota rule rules run safe said same say \
    school schools science second secondary see send set share short should show simple since site six small so some \
    something soon sport staff start statutory still story student students subject summer support survey system table \
    take talk task teach teacher teachers teaching team term test thank that the their them then there these they thing \
    things think this those three through time timetable to today together too topic training trip trust try tuesday two \
    under until up us use very visit vocabulary want was way we week weeks well were what when where which while who why \
    will with without wonder work workload world would write year years yes yet you young your";

/// Times for one post, memory, and how fast rules are read in.
pub(super) fn moderation(report: &mut Report, scale: Scale) -> anyhow::Result<()> {
    let words = words();
    let mut chance = Chance(SEED);
    let pack = pack(&words, &mut chance)?;
    let facts = Facts::at(Timestamp::parse("2026-11-23T09:00:00Z").context("time")?);
    let subjects: Vec<Subject> = (0..scale.posts)
        .map(|n| Subject::text(post(&words, &mut chance, n), Direction::Outbound, facts.clone()))
        .collect();
    let before = memory_mb(std::process::id())?;
    let started = Instant::now();
    let policy = Policy::load(BUILT_IN.into_iter().chain([("benchmark", pack.as_str())]))?;
    let engine = Engine::new(policy)?;
    report.note("moderation: rules read, compiled and tried after (ms)", started.elapsed().as_secs_f64() * 1000.0);
    let mut fastest: Vec<Duration> = subjects
        .iter()
        .map(|subject| {
            let time = |_| {
                let started = Instant::now();
                black_box(engine.evaluate(black_box(subject)));
                started.elapsed()
            };
            (0..TIMES).map(time).min().unwrap_or_default()
        })
        .collect();
    let all: Duration = fastest.iter().sum();
    let mean = all.as_secs_f64() * 1_000_000.0 / f64::from(u32::try_from(fastest.len().max(1))?);
    report.note("moderation: a post of 500 characters, mean (µs)", mean);
    report.note("moderation: a post of 500 characters, p99 (µs)", quantile(&mut fastest, 0.99) * 1000.0);
    report.note("moderation: posts judged per second", 1_000_000.0 / mean);
    report.note("moderation: memory for rules and judging (MB)", memory_mb(std::process::id())? - before);
    Ok(())
}

pub(super) fn words() -> Vec<&'static str> {
    WORDS.split_whitespace().collect()
}

/// A pack of ten thousand phrases and two hundred regular expressions, which ask for nothing but a label.
pub(super) fn pack(words: &[&str], chance: &mut Chance) -> anyhow::Result<String> {
    let mut pack = String::from("[pack]\nid = 'benchmark'\nversion = 1\ntitle = 'Benchmark'\n");
    let mut rule = |id: String, sample: &str, when: String| {
        writeln!(
            pack,
            "[[rule]]\nid = '{id}'\nversion = 1\ndirection = ['outbound']\naction = 'label'\nreason = 'x'\nrationale = 'x'\n\
             must_match = ['{sample}']\nmust_not_match = ['zz']\n{when}"
        )
    };
    for n in 0..RULES {
        let phrase = |_| {
            let count = 2 + chance.below(3);
            (0..count).map(|_| chance.pick(words)).collect::<Vec<_>>().join(" ")
        };
        let phrases: Vec<String> = (0..PHRASES / RULES).map(phrase).collect();
        let sample = phrases.first().context("no phrase")?;
        let when = format!("[rule.when.phrase]\nany = {phrases:?}\nviews = ['plain', 'folded', 'leet', 'squashed']");
        rule(format!("phrases-{n}"), sample, when)?;
    }
    let long: Vec<&str> = words.iter().copied().filter(|word| word.len() > 3).collect();
    for n in 0..EXPRESSIONS {
        let (first, second) = (chance.pick(&long), chance.pick(&long));
        let when = format!("[rule.when.regex]\nany = ['\\b{first}\\b[a-z ,]{{0,12}}\\b{second}s?\\b']");
        rule(format!("expression-{n}"), &format!("{first} {second}"), when)?;
    }
    Ok(pack)
}

fn post(words: &[&str], chance: &mut Chance, n: usize) -> String {
    let mut post = prose(words, chance);
    if n.is_multiple_of(ONE_IN) {
        post.push_str(" Zoë’s café 👩‍🏫 ring 0121 496 0323");
    }
    post.push_str(" @amy@oak.test #SLTchat https://oak.test/a/b?c=2026");
    let end = post.char_indices().rev().nth(CHARS - 1).map_or(0, |(at, _)| at);
    post.get(end..).unwrap_or_default().to_owned()
}

/// 500 characters of a post without links, mentions and identifiers.
pub(super) fn plain_post(words: &[&str], chance: &mut Chance) -> String {
    prose(words, chance).chars().take(CHARS).collect()
}

fn prose(words: &[&str], chance: &mut Chance) -> String {
    let mut post = String::new();
    while post.chars().count() < CHARS {
        let mut word = chance.pick(words).to_owned();
        if post.is_empty() || post.ends_with(". ") || post.ends_with("\n\n") {
            word = word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
        }
        post.push_str(&word);
        post.push_str(match chance.below(40) {
            0 => "\n\n",
            1..4 => ". ",
            4..6 => ", ",
            6 => " Mr Harris ",
            7 => " Year 6 ",
            8 => " – ",
            _ => " ",
        });
    }
    post
}

/// xorshift with a fixed seed, so that every run measures the same posts.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }

    pub(super) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
