//! The way mail leaves: by SMTP, or into a folder where none is set.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use lettre::message::header::{self, ContentTransferEncoding};
use lettre::message::{Body, Mailbox};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use staffroom_service::ports::{Letter, Mailer};
use staffroom_service::{Result, ServiceError};

use crate::config::Config;

/// Time for each step of a conversation with the mail server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Longest line that mail carries, without its end (RFC 5322 section 2.1.1).
const MAX_LINE_BYTES: usize = 998;

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Sends letters to people here.
pub(crate) struct Post {
    way: Way,
    from: Mailbox,
    /// What ids of messages end in.
    host: String,
}

impl Post {
    /// As configured.
    ///
    /// # Errors
    /// An address of the server or the sender that is none, a folder that cannot be made.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let domain = config.account_domain();
        let host = domain.split(':').next().unwrap_or_default().to_owned();
        let sender = match config.mail.from.as_str() {
            "" => format!("staffroom@{host}"),
            from => from.to_owned(),
        };
        let from: Mailbox = sender.parse().with_context(|| format!("mail.from: {sender:?}"))?;
        let url = config.mail.smtp_url.reveal();
        let way = if url.is_empty() {
            let folder = config.data_dir.0.join("mail");
            std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
            Way::Folder(folder)
        } else {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).context("mail.smtp_url")?;
            let hello = ClientId::Domain(host.clone());
            Way::Smtp(builder.hello_name(hello).timeout(Some(TIMEOUT)).build())
        };
        Ok(Self { way, from, host })
    }

    fn message(&self, letter: &Letter) -> anyhow::Result<Message> {
        let to: Mailbox = letter.to.parse().context("recipient")?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            // the same each time it is sent, so that one that arrives twice is shown once
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .header(header::ContentType::TEXT_PLAIN);
        Ok(message.body(body_of(&letter.text))?)
    }
}

/// The text as it is, where mail can carry that: links then stay whole for whoever reads the raw letter.
fn body_of(text: &str) -> Body {
    let lines: Vec<&str> = text.lines().collect();
    let is_plain = |line: &&str| line.len() <= MAX_LINE_BYTES && line.bytes().all(|b| matches!(b, b' '..=b'~'));
    if lines.iter().all(is_plain) {
        return Body::dangerous_pre_encoded(lines.join("\r\n").into_bytes(), ContentTransferEncoding::SevenBit);
    }
    Body::new(text.to_owned())
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, letter: Letter) -> Result<()> {
        let never = |error: anyhow::Error| ServiceError::Forbidden(format!("letter cannot be written: {error:#}"));
        let message = self.message(&letter).map_err(never)?;
        match &self.way {
            Way::Smtp(transport) => match transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(ServiceError::Forbidden(format!("mail is refused: {error}"))),
                Err(error) => Err(ServiceError::Remote(format!("mail is not taken: {error}"))),
            },
            Way::Folder(folder) => {
                let (part, whole) =
                    (folder.join(format!("{}.part", letter.id)), folder.join(format!("{}.eml", letter.id)));
                let kept = async {
                    tokio::fs::write(&part, message.formatted()).await?;
                    tokio::fs::rename(&part, &whole).await
                };
                kept.await.map_err(|error| ServiceError::Remote(format!("{}: {error}", folder.display())))
            }
        }
    }
}
