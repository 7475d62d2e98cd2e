//! Media attachments.

use crate::{Cx, Result, Service};

/// Media attachments.
#[derive(Clone, Copy)]
pub struct Media<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Media<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::account::{MediaUpload, Picture};
use staffroom_domain::ids::{AccountId, MediaId};
use staffroom_domain::media::{MediaAttachment, MediaUpdate};
use std::path::PathBuf;

impl Media<'_> {
    /// Checks, strips and stores a picture; not yet part of a status.
    pub async fn upload(
        &self,
        _cx: &Cx,
        _owner: AccountId,
        _file: MediaUpload,
        _about: MediaUpdate,
    ) -> Result<MediaAttachment> {
        unimplemented!()
    }
    /// An attachment of one's own.
    pub async fn get(&self, _owner: AccountId, _id: MediaId) -> Result<MediaAttachment> {
        unimplemented!()
    }
    /// Changes description or focal point of an attachment not yet part of a status.
    pub async fn update(
        &self,
        _cx: &Cx,
        _owner: AccountId,
        _id: MediaId,
        _change: MediaUpdate,
    ) -> Result<MediaAttachment> {
        unimplemented!()
    }
    /// Deletes an attachment not part of a status.
    pub async fn delete(&self, _cx: &Cx, _owner: AccountId, _id: MediaId) -> Result<()> {
        unimplemented!()
    }
    /// Absolute URL of a picture.
    pub fn url(&self, _picture: &Picture) -> String {
        unimplemented!()
    }
    /// Where the file behind `/media/<path>` lies, with its media type; `None` for anything that is not one of ours.
    pub async fn file(&self, _path: &str) -> Result<Option<(PathBuf, &'static str)>> {
        unimplemented!()
    }
}
