//! Style sheet and icon, compiled in and served under names that change with their content.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const STYLE: &str = include_str!("../assets/style.css");
const ICON: &str = include_str!("../assets/icon.svg");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/style-{:016x}.css", fnv1a(STYLE)));
static ICON_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/icon-{:016x}.svg", fnv1a(ICON)));

/// Where the style sheet of this build is.
pub(crate) fn style_path() -> &'static str {
    &STYLE_PATH
}

/// Where the icon of this build is.
pub(crate) fn icon_path() -> &'static str {
    &ICON_PATH
}

/// `GET` the style sheet.
pub(crate) async fn style() -> Response {
    forever("text/css; charset=utf-8", STYLE)
}

/// `GET` the icon.
pub(crate) async fn icon() -> Response {
    forever("image/svg+xml", ICON)
}

fn forever(content_type: &'static str, body: &'static str) -> Response {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")], body).into_response()
}

/// FNV-1a: only has to differ when the content does.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}
