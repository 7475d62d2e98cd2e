//! A line that is as bad as a test wants: it passes bytes on, later, slowly, some of them, or none.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What is wrong with the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Everything comes this much later.
    Late(Duration),
    /// Of so many connections one gets through, the others are hung up on.
    Lossy(u32),
    /// After so many bytes from the peer the line is cut.
    Cut(usize),
    /// One byte at a time, with this pause after each.
    Slow(Duration),
    /// Connections are taken and nothing is ever said.
    Silent,
}

/// A proxy between whoever connects and a peer.
#[derive(Clone)]
pub struct FaultProxy {
    fault: Arc<Mutex<Fault>>,
    taken: Arc<Mutex<u32>>,
}

impl FaultProxy {
    /// Listens on `listen` for connections to `to`, with nothing wrong.
    ///
    /// # Panics
    /// When the address is taken.
    pub async fn start(listen: SocketAddr, to: SocketAddr) -> Self {
        let listener = TcpListener::bind(listen).await.unwrap_or_else(|error| panic!("{listen}: {error}"));
        let proxy = Self { fault: Arc::new(Mutex::new(Fault::None)), taken: Arc::default() };
        let accepting = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fault = accepting.next();
                tokio::spawn(async move { drop(carry(stream, to, fault).await) });
            }
        });
        proxy
    }

    /// From the next connection on, this is wrong.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Connections taken so far.
    #[must_use]
    pub fn taken(&self) -> u32 {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wrong with the connection taken now.
    fn next(&self) -> Option<Fault> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        let fault = *self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Fault::Lossy(of) if !taken.is_multiple_of(of.max(1)) => None,
            fault => Some(fault),
        }
    }
}

async fn carry(mut near: TcpStream, to: SocketAddr, fault: Option<Fault>) -> std::io::Result<()> {
    let Some(fault) = fault else { return Ok(()) };
    if fault == Fault::Silent {
        let mut heard = [0; 1024];
        while near.read(&mut heard).await? > 0 {}
        return Ok(());
    }
    let far = TcpStream::connect(to).await?;
    let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
    let there = pass(near_read, far_write, if let Fault::Late(_) = fault { fault } else { Fault::None });
    let back = pass(far_read, near_write, fault);
    tokio::select! { ended = there => ended?, ended = back => ended? }
    Ok(())
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, fault: Fault) -> std::io::Result<()> {
    let (mut piece, mut passed) = ([0; 4096], 0);
    loop {
        let length = from.read(&mut piece).await?;
        let mut bytes = piece.get(..length).unwrap_or_default();
        if bytes.is_empty() {
            return to.shutdown().await;
        }
        match fault {
            Fault::Late(pause) => tokio::time::sleep(pause).await,
            Fault::Cut(after) => {
                bytes = bytes.get(..after.saturating_sub(passed).min(length)).unwrap_or_default();
                if bytes.is_empty() {
                    return Ok(());
                }
            }
            Fault::Slow(pause) => {
                for byte in bytes {
                    to.write_all(std::slice::from_ref(byte)).await?;
                    tokio::time::sleep(pause).await;
                }
                bytes = &[];
            }
            Fault::None | Fault::Lossy(_) | Fault::Silent => {}
        }
        to.write_all(bytes).await?;
        passed += length;
    }
}
