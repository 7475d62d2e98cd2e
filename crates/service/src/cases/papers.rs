//! Papers in the files of cases: sealed where they are kept, each with the hash of what stands in it.

use staffroom_domain::cases::{Case, Paper, PaperKind};
use staffroom_domain::ids::{CaseId, CasePaperId};
use staffroom_storage::Tx;
use staffroom_storage::cases::{Reads, SealedPaper};

use super::Filed;
use crate::digest::sha256_hex;
use crate::{Cx, Result, Service, ServiceError};

/// Puts a paper into a file.
///
/// # Errors
/// The database failed.
pub(super) async fn add(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    case: CaseId,
    kind: PaperKind,
    text: &str,
) -> Result<CasePaperId> {
    let paper = sealed(service, cx, case, kind, text)?;
    let id = paper.id;
    tx.cases().add_papers(case, vec![paper]).await?;
    Ok(id)
}

/// Puts several papers of one kind into a file.
///
/// # Errors
/// The database failed.
pub(super) async fn add_all(
    tx: &Tx,
    service: &Service,
    cx: &Cx,
    case: CaseId,
    kind: PaperKind,
    texts: &[String],
) -> Result<()> {
    let papers = texts.iter().map(|text| sealed(service, cx, case, kind, text)).collect::<Result<Vec<_>>>()?;
    tx.cases().add_papers(case, papers).await?;
    Ok(())
}

fn sealed(service: &Service, cx: &Cx, case: CaseId, kind: PaperKind, text: &str) -> Result<SealedPaper> {
    let id: CasePaperId = cx.id();
    let sealed = service.storage().vault().seal(&label(case, id), text.as_bytes())?;
    Ok(SealedPaper { id, kind, sealed, digest: sha256_hex(text), created_at: cx.now() })
}

/// The papers in a file, opened, the oldest first.
///
/// # Errors
/// The database failed, or a paper is damaged.
pub(super) async fn all(reads: &Reads<'_>, service: &Service, case: CaseId) -> Result<Vec<Paper>> {
    let open = |paper: SealedPaper| {
        let bytes = service.storage().vault().open(&label(case, paper.id), &paper.sealed)?;
        let text = String::from_utf8(bytes).map_err(|_| ServiceError::Internal("a paper is no text".to_owned()))?;
        let SealedPaper { id, kind, digest, created_at, .. } = paper;
        Ok(Paper { id, kind, text, digest, created_at })
    };
    reads.papers(case).await?.into_iter().map(open).collect()
}

/// What the complainant, or who asks, wrote.
///
/// # Errors
/// [`ServiceError::Invalid`] where nobody wrote anything.
pub(super) fn filed(case: &Case, papers: &[Paper]) -> Result<Filed> {
    let found = papers.iter().find(|paper| paper.kind == PaperKind::Complaint);
    let found = found.ok_or_else(|| ServiceError::invalid("complaint", "is not on file"))?;
    Filed::read(case.kind, &found.text)
}

fn label(case: CaseId, id: CasePaperId) -> String {
    format!("case-paper:{case}:{id}")
}
