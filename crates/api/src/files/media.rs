//! `GET /media/…`: uploaded files, and files of other servers.

use std::io::SeekFrom;
use std::ops::RangeInclusive;
use std::path::Path as FilePath;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use staffroom_service::ServiceError;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use crate::ApiState;
use crate::dispatch::client_address;
use crate::error::{ApiError, ApiResult};
use crate::wire::rates::Key;

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Our own files never change under a name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Those of what is held are for few, and for a time.
const NEVER: HeaderValue = HeaderValue::from_static("private, no-store");
/// Those of others may go any day.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Serves a file of ours, whole or the one range asked for (RFC 9110 section 14).
pub(crate) async fn serve(
    State(state): State<ApiState>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let found = state.service.media().file(&path).await.map_err(|error| ApiError::from(error).into_response())?;
    let (path, content_type) = found.ok_or_else(|| ApiError::not_found().into_response())?;
    answer(&path, content_type, FOR_EVER, &headers).await
}

/// `GET /media/remote/{signature}/{address}`: a file of another server whose address we signed, in the same way. 429 for
/// an address that has other servers asked for too many.
pub(crate) async fn serve_remote(
    State(state): State<ApiState>,
    Path((signature, address)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Response> {
    let (parts, _) = request.into_parts();
    let (media, cx) = (state.service.media(), state.service.cx());
    let may_ask = || {
        let count = state.limiter.count_fetch(Key::address(client_address(&parts)), cx.now());
        let retry_after_secs = count.wait_secs(cx.now());
        if count.exceeded() { Err(ServiceError::RateLimited { retry_after_secs }) } else { Ok(()) }
    };
    let found = Box::pin(media.remote_file(&cx, &signature, &address, may_ask)).await;
    let found = found.map_err(|error| ApiError::from(error).into_response())?;
    let file = found.ok_or_else(|| ApiError::not_found().into_response())?;
    answer(&file.path, &file.content_type, FOR_A_DAY, &parts.headers).await
}

/// `GET /media/held/{signature}/{path}`: a file of something held, for those who were given its address: its author, and
/// who decides about it.
pub(crate) async fn serve_held(
    State(state): State<ApiState>,
    Path((signature, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let found = state.service.media().held_file(&signature, &path).await;
    let found = found.map_err(|error| ApiError::from(error).into_response())?;
    let (path, content_type) = found.ok_or_else(|| ApiError::not_found().into_response())?;
    answer(&path, content_type, NEVER, &headers).await
}

async fn answer(
    path: &FilePath,
    content_type: &str,
    kept: HeaderValue,
    asked: &HeaderMap,
) -> Result<Response, Response> {
    let range = asked.get(header::RANGE).and_then(|value| value.to_str().ok());
    let mut response = send(path, range).await.map_err(IntoResponse::into_response)?;
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if response.status().is_success() {
        let content_type = HeaderValue::from_str(content_type).map_err(|_| ApiError::not_found().into_response())?;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::CACHE_CONTROL, kept);
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    }
    Ok(response)
}

async fn send(path: &FilePath, range: Option<&str>) -> ApiResult<Response> {
    let mut file = File::open(path).await.map_err(|_| ApiError::not_found())?;
    let length = file.metadata().await.map_err(|_| ApiError::not_found())?.len();
    match range.map_or(Wanted::Whole, |text| wanted(text, length)) {
        Wanted::Whole => {
            let sized = [(header::CONTENT_LENGTH, HeaderValue::from(length))];
            Ok((sized, body(file, length)).into_response())
        }
        Wanted::Part(part) => {
            let (first, last) = (*part.start(), *part.end());
            file.seek(SeekFrom::Start(first)).await.map_err(|_| ApiError::not_found())?;
            let size = last - first + 1;
            let sized = [
                (header::CONTENT_LENGTH, size.to_string()),
                (header::CONTENT_RANGE, format!("bytes {first}-{last}/{length}")),
            ];
            Ok((StatusCode::PARTIAL_CONTENT, sized, body(file, size)).into_response())
        }
        Wanted::Nothing => {
            let whole = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            Ok((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response())
        }
    }
}

/// `length` bytes of `file` from where it stands.
fn body(file: File, length: u64) -> Body {
    Body::from_stream(stream::try_unfold(file.take(length), |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = (&mut file).take(CHUNK_BYTES as u64).read_to_end(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    }))
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(RangeInclusive<u64>),
    Nothing,
}

/// Reads `Range`. Several ranges at once, other units and nonsense get the whole file, as the RFC allows.
fn wanted(text: &str, length: u64) -> Wanted {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|spec| spec.split_once('-')) else {
        return Wanted::Whole;
    };
    let last_byte = length.saturating_sub(1);
    let part = match (first.trim().parse::<u64>(), last.trim()) {
        (Ok(first), "") => first..=last_byte,
        (Ok(first), last) => match last.parse::<u64>() {
            Ok(last) if last >= first => first..=last.min(last_byte),
            _ => return Wanted::Whole,
        },
        (Err(_), suffix) if first.trim().is_empty() => match suffix.parse::<u64>() {
            Ok(0) => return Wanted::Nothing,
            Ok(suffix) => length.saturating_sub(suffix)..=last_byte,
            Err(_) => return Wanted::Whole,
        },
        _ => return Wanted::Whole,
    };
    if *part.start() < length { Wanted::Part(part) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood() {
        for (text, part) in [
            ("bytes=0-4", 0..=4),
            ("bytes=5-", 5..=9),
            ("bytes=-3", 7..=9),
            ("bytes=2-99", 2..=9),
            ("bytes=-99", 0..=9),
        ] {
            assert_eq!(wanted(text, 10), Wanted::Part(part), "{text}");
        }
    }

    #[test]
    fn nonsense_gets_the_whole_and_what_lies_outside_nothing() {
        for text in ["", "bytes", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4"] {
            assert_eq!(wanted(text, 10), Wanted::Whole, "{text}");
        }
        for text in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=18446744073709551615-"] {
            assert_eq!(wanted(text, 10), Wanted::Nothing, "{text}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
    }
}
