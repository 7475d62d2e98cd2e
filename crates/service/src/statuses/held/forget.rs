//! What was held and had its time: its texts go, and what its author was told in words of it.

use staffroom_domain::Timestamp;
use staffroom_storage::Tx;

use crate::{Cx, Result};

/// Held statuses forgotten at a time; the next sweep takes more.
const PIECE: u64 = 500;

/// Forgets texts of what was decided before `before`, and the notices about it, which never left; of how many.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_held(tx: &Tx, cx: &Cx, before: Timestamp) -> Result<u64> {
    let held = tx.holds().decided_before(before, PIECE).await?;
    let notices = tx.holds().notices_about(&held).await?;
    tx.statuses().erase_all(&notices, cx.now()).await?;
    Ok(tx.holds().forget_texts(&held).await?)
}
