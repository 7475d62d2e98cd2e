//! The key that shows push services who we are (VAPID, RFC 8292): made once, kept sealed. Devices subscribe under its
//! public half, so that another key would cut off all of them.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tokio::sync::OnceCell;

use super::Push;
use crate::{Result, Service, ServiceError};

/// Its name among what the instance remembers, and the label it is sealed under.
const NAME: &str = "vapid_key";

/// The key, once it was read.
#[derive(Debug, Default)]
pub(crate) struct ServerKey(OnceCell<Pair>);

pub(super) struct Pair {
    /// An uncompressed point of P-256 as URL-safe base64 without padding.
    public: String,
    /// PKCS#8 DER.
    pub(super) private: Vec<u8>,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.public)
    }
}

impl Push<'_> {
    /// The public half as clients want it: URL-safe base64 without padding. Made when first asked for.
    ///
    /// # Errors
    /// The database failed, or the kept key does not open.
    pub async fn server_key(&self) -> Result<String> {
        Ok(self.pair().await?.public.clone())
    }

    pub(super) async fn pair(&self) -> Result<&Pair> {
        self.service.inner.server_key.0.get_or_try_init(|| read_or_make(self.service)).await
    }
}

async fn read_or_make(service: &Service) -> Result<Pair> {
    let storage = service.storage();
    let kept = match storage.read().instance().get(NAME).await? {
        Some(kept) => kept,
        None => make(service).await?,
    };
    let private = storage.vault().open(NAME, &STANDARD.decode(kept).map_err(broken)?)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private).map_err(broken)?;
    Ok(Pair { public: URL_SAFE_NO_PAD.encode(pair.public_key()), private })
}

/// Makes the key and keeps it; if another node was quicker, its key counts.
async fn make(service: &Service) -> Result<String> {
    let storage = service.storage();
    let private = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(broken)?;
    let private = private.to_pkcs8v1().map_err(broken)?;
    let sealed = STANDARD.encode(storage.vault().seal(NAME, private.as_ref())?);
    let tx = storage.begin().await?;
    tx.instance().set_once(NAME, &sealed).await?;
    let kept = tx.instance().get(NAME).await?.unwrap_or(sealed);
    tx.commit().await?;
    Ok(kept)
}

fn broken(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("key for push services: {error}"))
}
