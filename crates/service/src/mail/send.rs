//! Sending a letter (a job).

use staffroom_domain::ids::LetterId;

use super::Mail;
use super::write::{decode, label};
use crate::{Cx, Result, ServiceError};

impl Mail<'_> {
    /// Sends a letter that waits. One that was sent is not sent again, but may arrive twice if the machine stops between.
    ///
    /// # Errors
    /// The mail server does not take it for the moment, or the database failed.
    pub(crate) async fn send(&self, _cx: &Cx, id: LetterId) -> Result<()> {
        let storage = self.service.storage();
        let Some(sealed) = storage.read().mail().waiting(id).await? else { return Ok(()) };
        let letter = decode(id, &storage.vault().open(&label(id), &sealed)?)?;
        let nobody = || ServiceError::Remote("there is no way to send mail from here".to_owned());
        self.service.inner.mailer.get().ok_or_else(nobody)?.send(letter).await?;
        let tx = storage.begin().await?;
        tx.mail().sent(id).await?;
        tx.commit().await?;
        Ok(())
    }
}
