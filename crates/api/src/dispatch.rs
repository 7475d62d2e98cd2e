//! What happens around every handler: count, identify, check the scope, read the parameters, run, add headers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::ApiState;
use crate::auth::{self, Token};
use crate::call::Call;
use crate::error::{ApiError, ApiResult};
use crate::params::{self, Params};
use crate::routes::{Auth, Kind, Route};
use crate::streaming;
use crate::wire::rates::{Count, Key};

/// Largest body of an ordinary request, in bytes.
const PLAIN_BODY_BYTES: usize = 1024 * 1024;
/// Largest body read only to keep the connection, in bytes.
const DRAINED_BODY_BYTES: usize = 64 * 1024;
/// Room for the other fields beside an uploaded file, in bytes.
const UPLOAD_MARGIN_BYTES: usize = 64 * 1024;

/// Endpoints that have a better one in version 2.
const DEPRECATED: [&str; 4] = ["/api/v1/instance", "/api/v1/filters", "/api/v1/filters/{id}", "/api/v1/suggestions"];
/// When Mastodon 4.0 brought the better ones, in the form of RFC 9745.
const DEPRECATED_SINCE: &str = "@1668384000";

/// Mounts `handler` under `route`'s rules.
pub(crate) fn endpoint<F, Fut, R>(filter: MethodFilter, route: &'static Route, handler: F) -> MethodRouter<ApiState>
where
    F: Fn(Call) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ApiResult<R>> + Send + 'static,
    R: IntoResponse + 'static,
{
    type Path = Result<RawPathParams, RawPathParamsRejection>;
    on(filter, move |State(state): State<ApiState>, path: Path, request: Request| {
        let handler = handler.clone();
        // Boxed: the futures of big use cases would make every request carry the largest of them on its stack.
        Box::pin(async move {
            let Ok(path) = path else {
                return refuse(&state, request, ApiError::new(StatusCode::BAD_REQUEST, "Path is not UTF-8")).await;
            };
            let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            run(state, route, path, request, |call| async move { handler(call).await.map(IntoResponse::into_response) })
                .await
        })
    })
}

async fn run<F, Fut>(
    state: ApiState,
    route: &'static Route,
    path: Vec<(String, String)>,
    request: Request,
    handler: F,
) -> Response
where
    F: FnOnce(Call) -> Fut,
    Fut: Future<Output = ApiResult<Response>>,
{
    let (parts, body) = request.into_parts();
    let cx = state.service.cx();
    let token = match route.auth {
        Auth::Open => Ok(Token::Absent),
        _ if route.kind == Kind::Stream => auth::look_up(&state.service, streaming::token(&parts).as_deref()).await,
        _ => auth::identify(&state.service, &parts.headers).await,
    };
    let count = state.limiter.count(route.kind, key_of(token.as_ref().ok(), &parts), cx.now());
    let signed_in = matches!(token, Ok(Token::Valid(_)));
    let answer = async {
        let entered = match token {
            _ if count.exceeded() => Err(ApiError::TooMany(count.wait_secs(cx.now()))),
            Ok(token) => auth::enter(&state.service, route, token).await,
            Err(error) => Err(error),
        };
        let (mut bearer, mut authority) = match entered {
            Ok(entered) => entered,
            Err(error) => {
                drain(body).await;
                return Err(error);
            }
        };
        let params = read(&state, route, &parts, body).await?;
        if authority.is_some() && parts.method != Method::GET {
            // A body takes its time, and tokens and rights are taken meanwhile. What changes something asks for the
            // right in its transaction once more.
            let token = auth::identify(&state.service, &parts.headers).await?;
            (bearer, authority) = auth::enter(&state.service, route, token).await?;
        }
        let call = Call { state: state.clone(), cx: cx.clone(), bearer, authority, params, path, parts };
        handler(call).await
    };
    let mut response = Box::pin(answer).await.unwrap_or_else(IntoResponse::into_response);
    add_headers(&mut response, &count, signed_in);
    if DEPRECATED.contains(&route.path) {
        response.headers_mut().insert("deprecation", HeaderValue::from_static(DEPRECATED_SINCE));
    }
    response
}

/// Answers below `/api` that no endpoint has: cheap, and JSON, because apps probe for many.
pub(crate) async fn unknown(State(state): State<ApiState>, request: Request) -> Response {
    refuse(&state, request, ApiError::new(StatusCode::NOT_FOUND, "The page you are looking for isn't here.")).await
}

/// Answers known paths asked with another method.
pub(crate) async fn wrong_method(State(state): State<ApiState>, request: Request) -> Response {
    refuse(&state, request, ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")).await
}

async fn refuse(state: &ApiState, request: Request, error: ApiError) -> Response {
    let (parts, body) = request.into_parts();
    drain(body).await;
    let now = state.service.cx().now();
    let count = state.limiter.count(Kind::Plain, key_of(None, &parts), now);
    let error = if count.exceeded() { ApiError::TooMany(count.wait_secs(now)) } else { error };
    let mut response = error.into_response();
    add_headers(&mut response, &count, false);
    response
}

/// Reads and forgets a small body nobody wants: a connection with unread bytes on it would have to be cut.
async fn drain(body: Body) {
    // A larger or broken one is not worth keeping the connection for.
    let _ = to_bytes(body, DRAINED_BODY_BYTES).await;
}

/// Signed-in calls count for the account alone: a whole school sits behind one address.
fn key_of(token: Option<&Token>, parts: &Parts) -> Key {
    let account = match token {
        Some(Token::Valid(bearer)) => bearer.person.as_ref().map(|(account, _)| account.id),
        _ => None,
    };
    match account {
        Some(id) => Key::Account(id),
        None => Key::address(client_address(parts)),
    }
}

pub(crate) fn client_address(parts: &Parts) -> IpAddr {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

async fn read(state: &ApiState, route: &Route, parts: &Parts, body: Body) -> ApiResult<Params> {
    let limit = match route.kind {
        Kind::Plain | Kind::Removal | Kind::Translation | Kind::Stream => PLAIN_BODY_BYTES,
        Kind::Upload => state.service.settings().limits.image_bytes.saturating_add(UPLOAD_MARGIN_BYTES),
        Kind::Media => {
            let limits = &state.service.settings().limits;
            let video = if state.service.media().takes_recordings() { limits.video_bytes } else { 0 };
            limits.image_bytes.max(video).saturating_add(UPLOAD_MARGIN_BYTES)
        }
    };
    params::read(parts, body, limit).await
}

fn add_headers(response: &mut Response, count: &Count, signed_in: bool) {
    let headers: &mut HeaderMap = response.headers_mut();
    count.write(headers);
    if signed_in && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Accept"));
}
