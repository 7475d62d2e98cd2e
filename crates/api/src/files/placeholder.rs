//! Pictures for accounts and instances without any: apps drop what has no valid image.

use axum::http::{HeaderName, header};

type Png = ([(HeaderName, &'static str); 3], &'static [u8]);

fn png(bytes: &'static [u8]) -> Png {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=604800"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, bytes)
}

/// `GET /avatars/original/missing.png`.
pub(crate) async fn avatar() -> Png {
    png(include_bytes!("../assets/avatar.png"))
}

/// `GET /headers/original/missing.png`.
pub(crate) async fn header() -> Png {
    png(include_bytes!("../assets/header.png"))
}

/// `GET /instance/thumbnail.png`.
pub(crate) async fn thumbnail() -> Png {
    png(include_bytes!("../assets/thumbnail.png"))
}
