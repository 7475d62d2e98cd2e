//! The one way between a network of its own and the machine: the suite's PostgreSQL server, through a socket file.

use std::path::Path;

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinHandle;

use super::DATABASE;

/// Names the socket file inside.
pub(super) const SOCKET: &str = "STAFFROOM_TEST_RELAY";

/// On the machine: what connects to `socket` is connected to the server of `url`. Until the answer is dropped.
pub(super) fn leave(socket: &Path, url: &str) -> Leave {
    let address = address(url);
    let listener = UnixListener::bind(socket).unwrap_or_else(|error| panic!("{}: {error}", socket.display()));
    Leave(tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let address = address.clone();
            tokio::spawn(async move {
                if let Ok(far) = TcpStream::connect(address).await {
                    join(near, far).await;
                }
            });
        }
    }))
}

/// A relay on the machine.
pub(super) struct Leave(JoinHandle<()>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Inside: what connects to where the server is on the machine is connected to it.
pub(super) async fn enter() {
    let (Some(socket), Ok(url)) = (std::env::var_os(SOCKET), std::env::var(DATABASE)) else { return };
    let listener = TcpListener::bind(address(&url)).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let socket = socket.clone();
            tokio::spawn(async move {
                if let Ok(far) = UnixStream::connect(socket).await {
                    join(near, far).await;
                }
            });
        }
    });
}

async fn join(mut near: impl AsyncRead + AsyncWrite + Unpin, mut far: impl AsyncRead + AsyncWrite + Unpin) {
    drop(copy_bidirectional(&mut near, &mut far).await);
}

/// Host and port of a database's URL.
fn address(url: &str) -> String {
    let parsed = url::Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
    format!("{}:{}", parsed.host_str().unwrap_or_default(), parsed.port().unwrap_or(5432))
}
