//! A name server that says what a test wants (RFC 1035, as much as a resolver asks).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;

/// Where it listens.
pub const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 53);

/// Answers for every name; those it was not told do not exist.
#[derive(Clone, Default)]
pub struct StubDns(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>);

impl StubDns {
    /// Listens at [`ADDRESS`].
    ///
    /// # Panics
    /// When that is taken.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind((ADDRESS, 53)).await.unwrap_or_else(|error| panic!("name server: {error}"));
        let dns = Self::default();
        let answering = dns.clone();
        tokio::spawn(async move {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                if let Some(answer) = question.get(..length).and_then(|question| answering.answer(question)) {
                    drop(socket.send_to(&answer, from).await);
                }
            }
        });
        dns
    }

    /// From now on `name` leads to `addresses`; `*.name` means every name below that has no own entry.
    pub fn set(&self, name: &str, addresses: &[IpAddr]) {
        self.set_in_turn(name, &[addresses]);
    }

    /// From now on `name` leads to the first of `turns`, the next time to the second, and stays at the last.
    pub fn set_in_turn(&self, name: &str, turns: &[&[IpAddr]]) {
        let turns = turns.iter().map(|turn| turn.to_vec()).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), turns);
    }

    /// What `name` leads to now. IPv4 and IPv6 are asked for one after the other: only the first moves to the next turn.
    fn resolve(&self, name: &str, is_v4: bool) -> Option<Vec<IpAddr>> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let star = name.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        let key = if names.contains_key(name) { name.to_owned() } else { star? };
        let turns = names.get_mut(&key)?;
        let now = turns.first()?.clone();
        if is_v4 && turns.len() > 1 {
            turns.remove(0);
        }
        Some(now)
    }

    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let mut labels = Vec::new();
        let mut at = 12;
        loop {
            let length = usize::from(*question.get(at)?);
            at += 1;
            if length == 0 {
                break;
            }
            labels.push(String::from_utf8_lossy(question.get(at..at + length)?).to_ascii_lowercase());
            at += length;
        }
        let asked = question.get(12..at + 4)?;
        let is_v4 = question.get(at..at + 2)? == [0, 1];
        let is_v6 = question.get(at..at + 2)? == [0, 28];
        let found = self.resolve(&labels.join("."), is_v4);
        let code = if found.is_some() { 0 } else { 3 };
        let fitting: Vec<IpAddr> = found
            .unwrap_or_default()
            .into_iter()
            .filter(|address| if address.is_ipv4() { is_v4 } else { is_v6 })
            .collect();
        let mut answer = question.get(..2)?.to_vec();
        answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(fitting.len()).ok()?, 0, 0, 0, 0]);
        answer.extend(asked);
        for address in fitting {
            // the name asked for, its type, class, no time to live
            answer.extend([0xc0, 12, 0, if is_v4 { 1 } else { 28 }, 0, 1, 0, 0, 0, 0]);
            match address {
                IpAddr::V4(address) => answer.extend([&[0, 4], address.octets().as_slice()].concat()),
                IpAddr::V6(address) => answer.extend([&[0, 16], address.octets().as_slice()].concat()),
            }
        }
        Some(answer)
    }
}
