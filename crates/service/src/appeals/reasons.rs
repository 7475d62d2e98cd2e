//! Keeping why something was restricted.

use staffroom_domain::Account;
use staffroom_domain::appeal::{Ground, Restriction, StatementOfReasons};
use staffroom_domain::ids::{AccountId, CaseId, WarningId};
use staffroom_storage::Tx;

use crate::auth::secrets::{self, SECRET_BYTES};
use crate::{Cx, Result, Service};

/// What was decided about somebody here, and why.
pub(crate) struct NewReasons<'a> {
    pub(crate) restriction: Restriction,
    pub(crate) ground: Ground,
    pub(crate) rule: Option<&'a str>,
    pub(crate) facts: &'a str,
    pub(crate) decided_by: Option<AccountId>,
    pub(crate) of_instance: bool,
    pub(crate) warning: Option<WarningId>,
    pub(crate) case: Option<CaseId>,
}

/// Keeps a statement of reasons for a decision of a person about `account`, which lives here; returns the link behind
/// which an appeal is possible, for the letter about the decision.
///
/// # Errors
/// The database failed.
pub(crate) async fn keep(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    account: &Account,
    new: NewReasons<'_>,
) -> Result<String> {
    let secret = cx.secret(SECRET_BYTES);
    let reasons = StatementOfReasons {
        id: cx.id(),
        account_id: account.id,
        organisation: account.organisation,
        restriction: new.restriction,
        ground: new.ground,
        rule: new.rule.map(str::to_owned),
        facts: new.facts.to_owned(),
        automated: false,
        decided_by: new.decided_by,
        of_instance: new.of_instance,
        warning: new.warning,
        case: new.case,
        created_at: cx.now(),
    };
    tx.appeals().keep_reasons(&reasons, Some(&secrets::hash(&secret))).await?;
    Ok(format!("{}/appeals/new?token={secret}", service.settings().identity.public_url))
}
