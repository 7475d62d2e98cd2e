//! What moderators and administrators see.

use serde::Serialize;
use staffroom_domain::domain_rule::{DomainAllow, DomainBlock};
use staffroom_domain::moderation::{ModeratedAccount, ReportDetail};
use staffroom_domain::{Timestamp, Viewer};

use super::account::{Role, role};
use super::{Account, Render, Status};

/// An address somebody signed in from. None are kept.
#[derive(Debug, Serialize)]
struct Ip {}

/// An account with its private side.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "Mastodon's shape")]
pub(crate) struct AdminAccount {
    id: String,
    username: String,
    domain: Option<String>,
    created_at: String,
    email: String,
    ip: Option<String>,
    ips: Vec<Ip>,
    locale: Option<String>,
    invite_request: Option<String>,
    role: Option<Role>,
    confirmed: bool,
    approved: bool,
    disabled: bool,
    sensitized: bool,
    silenced: bool,
    suspended: bool,
    account: Account,
    created_by_application_id: Option<String>,
    invited_by_account_id: Option<String>,
}

/// A report with everything about it.
#[derive(Debug, Serialize)]
pub(crate) struct AdminReport {
    id: String,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    updated_at: String,
    account: AdminAccount,
    target_account: AdminAccount,
    assigned_account: Option<AdminAccount>,
    action_taken_by_account: Option<AdminAccount>,
    statuses: Vec<Status>,
    /// Reports do not name rules.
    rules: Vec<String>,
}

/// A limit on a domain.
#[derive(Debug, Serialize)]
pub(crate) struct AdminDomainBlock {
    id: String,
    domain: String,
    digest: String,
    created_at: String,
    severity: &'static str,
    reject_media: bool,
    reject_reports: bool,
    private_comment: Option<String>,
    public_comment: Option<String>,
    obfuscate: bool,
}

/// A domain spoken with by name.
#[derive(Debug, Serialize)]
pub(crate) struct AdminDomainAllow {
    id: String,
    domain: String,
    created_at: String,
}

impl AdminDomainAllow {
    /// Shows `allow`.
    pub(crate) fn new(allow: &DomainAllow) -> Self {
        Self { id: allow.id.to_string(), domain: allow.domain.clone(), created_at: allow.since.to_rfc3339() }
    }
}

impl Render<'_> {
    /// An account as moderators see it; what only people here have is empty for others.
    pub(crate) fn admin_account(&self, one: &ModeratedAccount) -> AdminAccount {
        let (account, user) = (&one.account, one.user.as_ref());
        AdminAccount {
            id: account.id.to_string(),
            username: account.username.clone(),
            domain: account.domain.clone(),
            created_at: account.created_at.to_rfc3339(),
            email: user.map(|user| user.email.clone()).unwrap_or_default(),
            ip: None,
            ips: Vec::new(),
            locale: user.map(|user| user.locale.clone()),
            invite_request: None,
            role: user.map(|user| role(user.role)),
            confirmed: user.is_some_and(|user| user.confirmed_at.is_some()),
            approved: user.is_some_and(|user| user.approved_at.is_some()),
            disabled: user.is_some_and(|user| user.disabled_at.is_some()),
            sensitized: account.sensitized_at.is_some(),
            silenced: account.silenced_at.is_some(),
            suspended: account.suspended_at.is_some(),
            account: self.account(account),
            created_by_application_id: None,
            invited_by_account_id: None,
        }
    }

    /// A report as those who deal with it see it: the statuses without anybody's own marks.
    pub(crate) fn admin_report(&self, detail: &ReportDetail) -> AdminReport {
        let report = &detail.report;
        let stranger = Render { viewer: Viewer::Anonymous, ..*self };
        AdminReport {
            id: report.id.to_string(),
            action_taken: report.resolved_at.is_some(),
            action_taken_at: report.resolved_at.map(Timestamp::to_rfc3339),
            category: report.category.as_str(),
            comment: report.comment.clone(),
            forwarded: report.forwarded,
            created_at: report.created_at.to_rfc3339(),
            updated_at: report.updated_at.to_rfc3339(),
            account: self.admin_account(&detail.account),
            target_account: self.admin_account(&detail.target),
            assigned_account: detail.assigned.as_ref().map(|one| self.admin_account(one)),
            action_taken_by_account: detail.resolved_by.as_ref().map(|one| self.admin_account(one)),
            statuses: detail.statuses.iter().map(|status| stranger.status(status)).collect(),
            rules: Vec::new(),
        }
    }

    /// A limit on a domain.
    pub(crate) fn admin_domain_block(&self, block: &DomainBlock) -> AdminDomainBlock {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        AdminDomainBlock {
            id: block.id.to_string(),
            domain: block.domain.clone(),
            digest: self.service.domains().digest(&block.domain),
            created_at: block.since.to_rfc3339(),
            severity: block.severity.as_str(),
            reject_media: block.reject_media,
            reject_reports: block.reject_reports,
            private_comment: text(&block.comment),
            public_comment: text(&block.public_comment),
            obfuscate: block.obfuscate,
        }
    }
}
