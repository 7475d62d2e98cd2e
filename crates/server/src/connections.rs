//! How many connections one address may hold, so that nobody keeps the door shut for others.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::client_address::TrustedProxies;

/// Bytes after which the version of HTTP is known (the preface of HTTP/2, RFC 9113 section 3.4) …
const OPENING_BYTES: usize = 24;
/// … and how long they may take.
const OPENING_WITHIN: Duration = Duration::from_secs(10);

/// Connections by address.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most: usize,
    proxies: TrustedProxies,
}

/// One connection of an address; given back when dropped.
#[derive(Debug)]
struct Slot {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Door {
    /// At most `most` connections for each address that is no trusted proxy.
    pub(crate) fn new(most: usize, proxies: TrustedProxies) -> Self {
        Self { open: Arc::default(), most, proxies }
    }

    fn enter(&self, address: IpAddr) -> Option<Slot> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_insert(0);
        if *count >= self.most && !self.proxies.trusts(address) {
            return None;
        }
        *count += 1;
        Some(Slot { open: Arc::clone(&self.open), address })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Door {
    type Stream = Held;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Held, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let held = stream.set_nodelay(true).and_then(|()| stream.peer_addr()).and_then(|peer| {
            let slot = self.enter(peer.ip().to_canonical());
            let slot = slot.ok_or_else(|| io::Error::other("too many connections from one address"))?;
            Ok(Held { stream, _slot: slot, opening: Some((Box::pin(sleep(OPENING_WITHIN)), 0)) })
        });
        Box::pin(std::future::ready(held.map(|held| (held, service))))
    }
}

/// A connection with its slot.
#[derive(Debug)]
pub(crate) struct Held {
    stream: TcpStream,
    _slot: Slot,
    /// When the first bytes have to be there, and how many are: before that, nobody above looks at the clock.
    opening: Option<(Pin<Box<Sleep>>, usize)>,
}

impl AsyncRead for Held {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let came = buf.filled().len() - before;
        let Some((deadline, count)) = &mut self.opening else { return read };
        *count += came;
        if *count >= OPENING_BYTES {
            self.opening = None;
        } else if read.is_pending() && deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
