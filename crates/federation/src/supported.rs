//! What we speak, as a list: `FEDERATION.md` says the same in prose, and a test compares the two.

/// One activity, object, collection or FEP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supported {
    /// Its name in ActivityStreams (`Create`, `Note`), or `FEP-` and its code.
    pub name: &'static str,
    /// We send or serve it.
    pub sent: bool,
    /// We act on it when it arrives.
    pub received: bool,
}

const fn both(name: &'static str) -> Supported {
    Supported { name, sent: true, received: true }
}

const fn sent(name: &'static str) -> Supported {
    Supported { name, sent: true, received: false }
}

const fn received(name: &'static str) -> Supported {
    Supported { name, sent: false, received: true }
}

/// Everything we speak.
pub const SUPPORTED: &[Supported] = &[
    both("Create"),
    both("Update"),
    both("Delete"),
    both("Follow"),
    both("Accept"),
    both("Reject"),
    both("Undo"),
    both("Like"),
    received("EmojiReact"),
    both("Move"),
    both("Flag"),
    both("Add"),
    both("Remove"),
    both("Announce"),
    both("Block"),
    both("QuoteRequest"),
    received("FeatureRequest"),
    both("LikeRequest"),
    both("ReplyRequest"),
    both("AnnounceRequest"),
    both("Person"),
    both("Service"),
    both("Application"),
    received("Group"),
    both("Organization"),
    both("Note"),
    both("Question"),
    both("Tombstone"),
    both("QuoteAuthorization"),
    sent("FeatureAuthorization"),
    sent("LikeAuthorization"),
    sent("ReplyAuthorization"),
    sent("AnnounceAuthorization"),
    both("Link"),
    received("Article"),
    received("Page"),
    received("Event"),
    received("Video"),
    received("Audio"),
    received("Image"),
    both("Mention"),
    both("Hashtag"),
    both("Emoji"),
    both("Document"),
    both("PropertyValue"),
    both("OrderedCollection"),
    both("OrderedCollectionPage"),
    received("Collection"),
    received("CollectionPage"),
    both("FEP-67ff"),
    both("FEP-521a"),
    both("FEP-8b32"),
    both("FEP-f1d5"),
    both("FEP-2c59"),
    both("FEP-d556"),
    both("FEP-fe34"),
    both("FEP-5feb"),
    both("FEP-844e"),
    both("FEP-7628"),
    both("FEP-044f"),
    both("FEP-e232"),
    both("FEP-8967"),
    both("FEP-ae0c"),
    both("FEP-7888"),
    both("FEP-f228"),
    both("FEP-7458"),
    both("FEP-8fcf"),
    received("FEP-1b12"),
    received("FEP-c0e0"),
    both("FEP-7aa9"),
    both("FEP-9098"),
    both("FEP-9967"),
    received("FEP-fb2a"),
];
