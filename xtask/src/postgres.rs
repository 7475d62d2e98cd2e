//! A throw-away PostgreSQL cluster made with the Debian package's programs.
//!
//! It listens on a free loopback port, trusts everybody there, keeps `fsync` on like a real one, and disappears with
//! this process however that ends.

use crate::run::{is_root, must, output_of};
use anyhow::{Context, Result};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Stops the cluster and removes its folder once our end of its input is closed, be it by a crash or `kill -9`.
///
/// The signals of Ctrl-C reach the whole process group, so it ignores them.
const GUARD: &str = r#"trap '' INT TERM HUP; read -r _; "$@" stop >/dev/null 2>&1; rm -rf -- "$STAFFROOM_PG_DIR""#;

/// A running cluster; dropping it stops the server and deletes the data.
pub(crate) struct Cluster {
    guard: Child,
    port: u16,
}

/// The folder of `initdb` and `pg_ctl` of the newest installed version, as Debian lays them out.
pub(crate) fn find_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let bin = path.join("bin");
            bin.join("initdb").is_file().then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
}

impl Cluster {
    /// Creates and starts a cluster with the programs in `bin`.
    ///
    /// # Errors
    /// When a program fails; what it printed is above the error.
    pub(crate) fn start(bin: &Path) -> Result<Self> {
        let dir = output_of(as_postgres("mktemp").args(["-d", "/tmp/staffroom-postgres.XXXXXX"]))?;
        let data = format!("{dir}/data");
        let pg_ctl = bin.join("pg_ctl");

        let mut stop = as_postgres(&pg_ctl);
        stop.args(["-D", &data, "-m", "immediate", "-w"]);
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(stop.get_program())
            .args(stop.get_args())
            .env("STAFFROOM_PG_DIR", &dir)
            .current_dir("/")
            .stdin(Stdio::piped())
            .spawn()
            .context("the cluster's guard did not start")?;
        let cluster = Self { guard, port: free_port()? };

        must(
            as_postgres(bin.join("initdb"))
                .args(["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
                .args(["--no-sync", "--no-instructions"])
                .stdout(Stdio::null()),
        )?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={dir} -c max_connections=400",
            cluster.port
        );
        must(
            as_postgres(&pg_ctl)
                .args(["-D", &data, "-w", "-l", &format!("{dir}/log"), "-o", &options, "start"])
                .stdout(Stdio::null()),
        )
        .with_context(|| fs::read_to_string(format!("{dir}/log")).unwrap_or_default())?;
        Ok(cluster)
    }

    /// The address of the maintenance database; tests create their own beside it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        drop(self.guard.wait());
    }
}

/// `program` as a user PostgreSQL accepts: `postgres` when we are root, ourselves otherwise.
fn as_postgres(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The caller's folder may be closed to that user.
    command.current_dir("/");
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::{Cluster, find_programs};
    use crate::run::output_of;
    use std::net::TcpStream;
    use std::process::Command;

    #[test]
    fn a_cluster_answers_while_it_lives_and_is_gone_after() {
        let Some(bin) = find_programs() else { return };
        let cluster = Cluster::start(&bin).unwrap();
        let port = cluster.port;
        let answer = output_of(Command::new(bin.join("psql")).args([&cluster.url(), "-Atc", "show fsync"])).unwrap();
        assert_eq!(answer, "on");
        drop(cluster);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
