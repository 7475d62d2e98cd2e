//! Encryption for one device: RFC 8291 in the encoding of RFC 8188, and the drafts of both that older clients know
//! (draft-ietf-webpush-encryption-04, draft-ietf-httpbis-encryption-encoding-03).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

use super::Unusable;

/// Bytes of a record, header fields left out; a message is one.
const RECORD_BYTES: u32 = 4096;
const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const IKM_BYTES: usize = 32;

/// Whom a message is for.
pub(super) struct Device<'a> {
    /// An uncompressed point of P-256.
    pub(super) public_key: &'a [u8],
    /// The secret it shares with us.
    pub(super) auth_secret: &'a [u8],
}

/// A message in the older encoding, whose parameters go into headers.
pub(super) struct Legacy {
    /// Salt.
    pub(super) salt: [u8; SALT_BYTES],
    /// The public key made for this message.
    pub(super) sender: Vec<u8>,
    /// What is sent.
    pub(super) ciphertext: Vec<u8>,
}

/// `text` for `device` as RFC 8291 has it: header and one record.
///
/// # Errors
/// The device's key is no key, or the machine gives no randomness.
pub(super) fn aes128gcm(device: &Device<'_>, text: &[u8]) -> Result<Vec<u8>, Unusable> {
    let (shared, sender) = agree(device)?;
    let ikm = expand(&prk(device.auth_secret, &shared), &[b"WebPush: info\0", device.public_key, &sender], IKM_BYTES)?;
    let salt = salt()?;
    let prk = prk(&salt, &ikm);
    let key = expand(&prk, &[b"Content-Encoding: aes128gcm\0"], KEY_BYTES)?;
    let nonce = expand(&prk, &[b"Content-Encoding: nonce\0"], NONCE_LEN)?;
    // two marks the last record; it is padded with nothing
    let mut record = text.to_vec();
    record.push(2);
    seal(&key, &nonce, &mut record)?;
    let id_length = u8::try_from(sender.len()).map_err(|_| Unusable("the sender's key is too long"))?;
    let mut message = salt.to_vec();
    message.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    message.push(id_length);
    message.extend_from_slice(&sender);
    message.extend_from_slice(&record);
    Ok(message)
}

/// `text` for `device` as the drafts have it.
///
/// # Errors
/// As [`aes128gcm`].
pub(super) fn aesgcm(device: &Device<'_>, text: &[u8]) -> Result<Legacy, Unusable> {
    let (shared, sender) = agree(device)?;
    let ikm = expand(&prk(device.auth_secret, &shared), &[b"Content-Encoding: auth\0"], IKM_BYTES)?;
    let salt = salt()?;
    let prk = prk(&salt, &ikm);
    let (ours, theirs) = (length(&sender)?, length(device.public_key)?);
    let context: [&[u8]; 5] = [b"P-256\0", &theirs, device.public_key, &ours, &sender];
    let with_context = |what: &'static [u8]| -> Vec<&[u8]> { std::iter::once(what).chain(context).collect() };
    let key = expand(&prk, &with_context(b"Content-Encoding: aesgcm\0"), KEY_BYTES)?;
    let nonce = expand(&prk, &with_context(b"Content-Encoding: nonce\0"), NONCE_LEN)?;
    // the length of the padding, which there is none of
    let mut ciphertext = vec![0, 0];
    ciphertext.extend_from_slice(text);
    seal(&key, &nonce, &mut ciphertext)?;
    Ok(Legacy { salt, sender, ciphertext })
}

/// A secret shared with the device, and the public half of the key made for it.
fn agree(device: &Device<'_>) -> Result<(Vec<u8>, Vec<u8>), Unusable> {
    let unusable = || Unusable("the device's key cannot be used");
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).map_err(|_| unusable())?;
    let sender = ours.compute_public_key().map_err(|_| unusable())?.as_ref().to_vec();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, device.public_key);
    let shared = agree_ephemeral(ours, theirs, unusable(), |shared| Ok(shared.to_vec()))?;
    Ok((shared, sender))
}

fn salt() -> Result<[u8; SALT_BYTES], Unusable> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new().fill(&mut salt).map_err(|_| Unusable("there is no randomness"))?;
    Ok(salt)
}

fn prk(salt: &[u8], secret: &[u8]) -> Prk {
    Salt::new(HKDF_SHA256, salt).extract(secret)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(prk: &Prk, info: &[&[u8]], bytes: usize) -> Result<Vec<u8>, Unusable> {
    let mut out = vec![0; bytes];
    let filled = prk.expand(info, Length(bytes)).and_then(|okm| okm.fill(&mut out));
    filled.map_err(|_| Unusable("no key can be derived"))?;
    Ok(out)
}

fn length(key: &[u8]) -> Result<[u8; 2], Unusable> {
    Ok(u16::try_from(key.len()).map_err(|_| Unusable("a key is too long"))?.to_be_bytes())
}

fn seal(key: &[u8], nonce: &[u8], text: &mut Vec<u8>) -> Result<(), Unusable> {
    let unusable = |_| Unusable("the message cannot be sealed");
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).map_err(unusable)?);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(unusable)?;
    key.seal_in_place_append_tag(nonce, Aad::empty(), text).map_err(unusable)
}
