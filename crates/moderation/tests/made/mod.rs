//! Sentences made of frames and parts, the same on every run.
//!
//! A file of frames has lines `= part: one | another`, and lines `+ label | frame with {part}` for what accuses somebody, `-`
//! for what does not.

use std::collections::BTreeMap;

/// Sentences made of one frame at most.
const PER_FRAME: usize = 12;

pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) accuses: bool,
    pub(crate) frame: String,
}

/// A sequence of numbers that is the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What the frames of a file make.
pub(crate) fn sentences(source: &str) -> Vec<Sentence> {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut numbers = Numbers(20_261_123);
    let mut made: Vec<Sentence> = Vec::new();
    for line in source.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some((part, words)) = line.strip_prefix("= ").and_then(|line| line.split_once(": ")) {
            parts.insert(part, words.split(" | ").collect());
            continue;
        }
        let (head, text) = line.split_once(" | ").unwrap();
        let (label, frame) = head.split_once(' ').unwrap();
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..PER_FRAME * if text.contains('{') { 2 } else { 1 } {
            let text = fill(text, &parts, &mut numbers);
            if seen.len() < PER_FRAME && !seen.contains(&text) {
                seen.push(text);
            }
        }
        made.extend(seen.into_iter().map(|text| Sentence { text, accuses: label == "+", frame: frame.to_owned() }));
    }
    made
}

fn fill(text: &str, parts: &BTreeMap<&str, Vec<&str>>, numbers: &mut Numbers) -> String {
    let mut text = text.to_owned();
    while let Some((before, rest)) = text.split_once('{') {
        let (part, after) = rest.split_once('}').unwrap();
        let words = &parts[part];
        text = format!("{before}{}{after}", words[numbers.below(words.len())]);
    }
    let first = text.chars().next().unwrap();
    // A sentence begins with a capital, but for the few that are written small on purpose.
    if numbers.below(8) > 0 && first.is_lowercase() {
        text = first.to_uppercase().chain(text.chars().skip(1)).collect();
    }
    text
}
