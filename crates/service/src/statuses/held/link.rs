//! The address of the page on which its author decides about something held: whoever has it may. It stands in the notice,
//! which only the author reads. Once something is decided nothing of the text is shown there, and what was rejected can be
//! appealed against.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use staffroom_domain::hold::{Hold, HoldView};
use staffroom_domain::ids::StatusId;

use crate::statuses::Statuses;
use crate::{Result, Service, ServiceError};

/// What the signature is for.
const LABEL: &str = "held status";

/// Where that page is.
pub(super) fn address(service: &Service, hold: &Hold) -> String {
    let key = URL_SAFE_NO_PAD.encode(service.storage().vault().sign(LABEL, &signed(hold)));
    format!("{}/held/{}/{key}", service.settings().identity.public_url, hold.id)
}

fn signed(hold: &Hold) -> Vec<u8> {
    format!("{}:{}", hold.id, hold.account_id).into_bytes()
}

impl Statuses<'_> {
    /// What is held under `id`, for whoever has the address with this `key`. Of what is decided the text is not shown.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a wrong key.
    pub async fn held_by_link(&self, id: StatusId, key: &str) -> Result<HoldView> {
        let missing = || ServiceError::NotFound("held status");
        let hold = self.service.storage().read().holds().by_id(id).await?.ok_or_else(missing)?;
        let key = URL_SAFE_NO_PAD.decode(key).map_err(|_| missing())?;
        if !self.service.storage().vault().is_signed(LABEL, &signed(&hold), &key) {
            return Err(missing());
        }
        let is_open = hold.state.is_open();
        let mut view = self.hold_view(hold).await?;
        view.status = view.status.filter(|_| is_open);
        Ok(view)
    }
}
