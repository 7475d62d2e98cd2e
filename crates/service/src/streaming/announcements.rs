//! Noticing announcements that begin or cease to be shown. The command line and other nodes make and end them too, and
//! some end by the clock: so it is looked at what is shown, and not at who changed it.

use std::collections::HashMap;

use staffroom_domain::Timestamp;
use staffroom_domain::ids::AnnouncementId;
use staffroom_domain::news::News;

use super::Streaming;
use crate::announcements::MAX_SHOWN;
use crate::{Cx, Result};

/// What was shown at the last look, and its last change; nothing before the first.
#[derive(Debug, Default)]
pub struct Board(Option<HashMap<AnnouncementId, Timestamp>>);

impl Streaming<'_> {
    /// Tells listeners what is different from the last look; the first one only remembers what is there.
    ///
    /// # Errors
    /// The database failed; the next look makes up for it.
    pub async fn look_at(&self, board: &mut Board, cx: &Cx) -> Result<()> {
        let storage = self.service.storage();
        let found = storage.read().announcements().shown(cx.now(), MAX_SHOWN).await?;
        let shown: HashMap<AnnouncementId, Timestamp> = found.iter().map(|a| (a.id, a.updated_at)).collect();
        if let Some(before) = board.0.take() {
            for announcement in &found {
                if before.get(&announcement.id) != Some(&announcement.updated_at) {
                    storage.spread(News::Announced(announcement.id));
                }
            }
            for id in before.keys().filter(|id| !shown.contains_key(id)) {
                storage.spread(News::AnnouncementEnded(*id));
            }
        }
        board.0 = Some(shown);
        Ok(())
    }
}
