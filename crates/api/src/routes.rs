//! Every endpoint in one table: method, path, who may call it, with which scope, and its handler.
//!
//! The table is the router: an endpoint that is not here does not exist, and one that is here is guarded as it says.

use axum::Router;
use axum::routing::MethodFilter;

use crate::{ApiState, dispatch, oauth, own, streaming, v1, v1_alpha, v2};

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Anybody; a token is not even looked at.
    Open,
    /// Anybody; a token is optional, must be valid when sent, and tells who is looking. In a closed network it is needed.
    Public,
    /// An application's or a person's token.
    AppOrUser,
    /// A person's token.
    User,
    /// The token of a person who may act on reports and accounts, if only on those of their own organisations.
    OrganisationModerator,
    /// The token of a person who may say who does what in an organisation, if only in their own.
    OrganisationAdmin,
    /// The token of a person who may act on reports and accounts of the whole instance.
    Moderator,
    /// The token of a person who may do everything on this instance.
    Admin,
}

/// What sort of work an endpoint does: decides body size and which requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Ordinary.
    Plain,
    /// Takes pictures.
    Upload,
    /// Takes attachments: counted apart.
    Media,
    /// Takes something published back: counted apart.
    Removal,
    /// Has a machine translate something: counted apart.
    Translation,
    /// Stays open; browsers cannot send headers with it, so the token may also be in the address.
    Stream,
}

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// HTTP method in capitals.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub auth: Auth,
    /// Scope a token needs; empty for none.
    pub scope: &'static str,
    /// What sort of work it does.
    pub kind: Kind,
}

macro_rules! routes {
    ($($method:ident $path:literal $auth:ident $scope:literal $kind:ident $handler:path;)*) => {
        /// Every endpoint of the client API.
        pub const ROUTES: &[Route] = &[$(Route {
            method: stringify!($method), path: $path, auth: Auth::$auth, scope: $scope, kind: Kind::$kind,
        }),*];

        /// The router over the table.
        pub(crate) fn mount() -> Router<ApiState> {
            Router::new()$(.route($path, dispatch::endpoint(MethodFilter::$method, &Route {
                method: stringify!($method), path: $path, auth: Auth::$auth, scope: $scope, kind: Kind::$kind,
            }, $handler)))*
        }
    };
}

routes! {
    GET "/.well-known/oauth-authorization-server" Open "" Plain oauth::metadata::show;
    POST "/oauth/token" Open "" Plain oauth::token::create;
    POST "/oauth/revoke" Open "" Plain oauth::token::revoke;
    GET "/oauth/userinfo" User "profile" Plain oauth::userinfo::show;
    POST "/oauth/userinfo" User "profile" Plain oauth::userinfo::show;

    POST "/api/v1/apps" Open "" Plain v1::apps::create;
    GET "/api/v1/apps/verify_credentials" AppOrUser "" Plain v1::apps::verify_credentials;
    GET "/api/v1/instance" Open "" Plain v1::instance::show;
    GET "/api/v1/instance/rules" Open "" Plain v1::instance::rules;
    GET "/api/v1/instance/extended_description" Open "" Plain v1::about::extended_description;
    GET "/api/v1/instance/privacy_policy" Open "" Plain v1::about::privacy_policy;
    GET "/api/v1/instance/terms_of_service" Open "" Plain v1::about::terms_of_service;
    GET "/api/v1/instance/terms_of_service/{date}" Open "" Plain v1::about::terms_of_service_of;
    GET "/api/v1/instance/domain_blocks" Public "" Plain v1::about::domain_blocks;
    GET "/api/v1/instance/peers" Public "" Plain v1::about::peers;
    GET "/api/v1/instance/activity" Public "" Plain v1::about::activity;
    GET "/api/v1/instance/languages" Open "" Plain v1::about::languages;
    GET "/api/v1/instance/translation_languages" Open "" Plain v1::about::translation_languages;
    GET "/api/oembed" Public "" Plain v1::oembed::show;
    GET "/api/v2/instance" Open "" Plain v2::instance::show;
    GET "/api/v1/custom_emojis" Open "" Plain v1::custom_emojis::list;
    GET "/api/v1/announcements" User "" Plain v1::announcements::list;
    POST "/api/v1/announcements/{id}/dismiss" User "write:accounts" Plain v1::announcements::dismiss;
    PUT "/api/v1/announcements/{id}/reactions/{name}" User "write:favourites" Plain v1::announcements::react;
    DELETE "/api/v1/announcements/{id}/reactions/{name}" User "write:favourites" Plain v1::announcements::unreact;

    POST "/api/v1/accounts" AppOrUser "write:accounts" Plain v1::accounts::register::create;
    GET "/api/v1/accounts" Public "read:accounts" Plain v1::accounts::show::many;
    GET "/api/v1/accounts/verify_credentials" User "read:accounts" Plain v1::accounts::credentials::verify;
    PATCH "/api/v1/accounts/update_credentials" User "write:accounts" Upload v1::accounts::credentials::update;
    GET "/api/v1/profile" User "read:accounts" Plain v1::accounts::profile::show;
    PATCH "/api/v1/profile" User "write:accounts" Upload v1::accounts::profile::update;
    PUT "/api/v1/profile" User "write:accounts" Upload v1::accounts::profile::update;
    DELETE "/api/v1/profile/avatar" User "write:accounts" Plain v1::accounts::profile::delete_avatar;
    DELETE "/api/v1/profile/header" User "write:accounts" Plain v1::accounts::profile::delete_header;
    GET "/api/v1/accounts/lookup" Public "read:accounts" Plain v1::accounts::show::lookup;
    GET "/api/v1/accounts/search" User "read:accounts" Plain v1::accounts::show::search;
    GET "/api/v1/accounts/relationships" User "read:follows" Plain v1::accounts::relations::list;
    GET "/api/v1/accounts/familiar_followers" User "read:follows" Plain v1::accounts::relations::familiar_followers;
    POST "/api/v1/accounts/alias" User "write:accounts" Plain v1::accounts::relocation::alias;
    POST "/api/v1/accounts/move" User "write:accounts" Plain v1::accounts::relocation::start;
    GET "/api/v1/accounts/{id}" Public "read:accounts" Plain v1::accounts::show::one;
    GET "/api/v1/accounts/{id}/statuses" Public "read:statuses" Plain v1::timelines::account::show;
    GET "/api/v1/accounts/{id}/followers" Public "read:accounts" Plain v1::accounts::lists::followers;
    GET "/api/v1/accounts/{id}/following" Public "read:accounts" Plain v1::accounts::lists::following;
    POST "/api/v1/accounts/{id}/follow" User "write:follows" Plain v1::accounts::relations::follow;
    POST "/api/v1/accounts/{id}/unfollow" User "write:follows" Plain v1::accounts::relations::unfollow;
    POST "/api/v1/accounts/{id}/block" User "write:blocks" Plain v1::accounts::relations::block;
    POST "/api/v1/accounts/{id}/unblock" User "write:blocks" Plain v1::accounts::relations::unblock;
    POST "/api/v1/accounts/{id}/mute" User "write:mutes" Plain v1::accounts::relations::mute;
    POST "/api/v1/accounts/{id}/unmute" User "write:mutes" Plain v1::accounts::relations::unmute;
    POST "/api/v1/accounts/{id}/note" User "write:accounts" Plain v1::accounts::relations::note;
    POST "/api/v1/accounts/{id}/remove_from_followers" User "write:follows" Plain v1::accounts::relations::remove_from_followers;
    GET "/api/v1/accounts/{id}/lists" User "read:lists" Plain v1::personal::lists::with_account;
    GET "/api/v1/accounts/{id}/endorsements" Public "read:accounts" Plain v1::accounts::endorsements::of;
    POST "/api/v1/accounts/{id}/endorse" User "write:accounts" Plain v1::accounts::endorsements::endorse;
    POST "/api/v1/accounts/{id}/unendorse" User "write:accounts" Plain v1::accounts::endorsements::unendorse;
    GET "/api/v1/accounts/{id}/identity_proofs" User "read:accounts" Plain v1::accounts::show::identity_proofs;
    POST "/api/v1/accounts/{id}/pin" User "write:accounts" Plain v1::accounts::endorsements::endorse;
    POST "/api/v1/accounts/{id}/unpin" User "write:accounts" Plain v1::accounts::endorsements::unendorse;
    GET "/api/v1/endorsements" User "read:accounts" Plain v1::accounts::endorsements::own;
    GET "/api/v1/domain_blocks" User "read:blocks" Plain v1::accounts::domain_blocks::list;
    GET "/api/v1/domain_blocks/preview" User "write:blocks" Plain v1::accounts::domain_blocks::preview;
    POST "/api/v1/domain_blocks" User "write:blocks" Plain v1::accounts::domain_blocks::create;
    DELETE "/api/v1/domain_blocks" User "write:blocks" Plain v1::accounts::domain_blocks::delete;
    GET "/api/v1/blocks" User "read:blocks" Plain v1::accounts::lists::blocks;
    GET "/api/v1/mutes" User "read:mutes" Plain v1::accounts::lists::mutes;
    GET "/api/v1/follow_requests" User "read:follows" Plain v1::accounts::lists::follow_requests;
    POST "/api/v1/follow_requests/{id}/authorize" User "write:follows" Plain v1::accounts::relations::authorize;
    POST "/api/v1/follow_requests/{id}/reject" User "write:follows" Plain v1::accounts::relations::reject;

    POST "/api/v1/statuses" User "write:statuses" Plain v1::statuses::publish::create;
    GET "/api/v1/statuses" Public "read:statuses" Plain v1::statuses::show::many;
    GET "/api/v1/statuses/{id}" Public "read:statuses" Plain v1::statuses::show::one;
    PUT "/api/v1/statuses/{id}" User "write:statuses" Plain v1::statuses::edit::update;
    DELETE "/api/v1/statuses/{id}" User "write:statuses" Removal v1::statuses::show::delete;
    GET "/api/v1/statuses/{id}/context" Public "read:statuses" Plain v1::statuses::show::context;
    GET "/api/v1_alpha/async_refreshes/{id}" User "read" Plain v1_alpha::async_refreshes::show;
    GET "/api/v1/statuses/{id}/source" User "read:statuses" Plain v1::statuses::edit::source;
    GET "/api/v1/statuses/{id}/history" Public "read:statuses" Plain v1::statuses::edit::history;
    PUT "/api/v1/statuses/{id}/interaction_policy" User "write:statuses" Plain v1::statuses::quotes::set_policy;
    GET "/api/v1/statuses/{id}/quotes" User "read:statuses" Plain v1::statuses::quotes::list;
    POST "/api/v1/statuses/{id}/quotes/{quoting_id}/revoke" User "write:statuses" Plain v1::statuses::quotes::revoke;
    GET "/api/v1/statuses/{id}/favourited_by" Public "read:accounts" Plain v1::statuses::people::favourited_by;
    GET "/api/v1/statuses/{id}/reblogged_by" Public "read:accounts" Plain v1::statuses::people::reblogged_by;
    POST "/api/v1/statuses/{id}/translate" User "read:statuses" Translation v1::statuses::translate::create;
    POST "/api/v1/statuses/{id}/favourite" User "write:favourites" Plain v1::statuses::marks::favourite;
    POST "/api/v1/statuses/{id}/unfavourite" User "write:favourites" Plain v1::statuses::marks::unfavourite;
    POST "/api/v1/statuses/{id}/reblog" User "write:statuses" Plain v1::statuses::marks::reblog;
    POST "/api/v1/statuses/{id}/unreblog" User "write:statuses" Removal v1::statuses::marks::unreblog;
    POST "/api/v1/statuses/{id}/bookmark" User "write:bookmarks" Plain v1::statuses::marks::bookmark;
    POST "/api/v1/statuses/{id}/unbookmark" User "write:bookmarks" Plain v1::statuses::marks::unbookmark;
    POST "/api/v1/statuses/{id}/pin" User "write:accounts" Plain v1::statuses::marks::pin;
    POST "/api/v1/statuses/{id}/unpin" User "write:accounts" Plain v1::statuses::marks::unpin;
    POST "/api/v1/statuses/{id}/mute" User "write:mutes" Plain v1::statuses::marks::mute;
    POST "/api/v1/statuses/{id}/unmute" User "write:mutes" Plain v1::statuses::marks::unmute;
    GET "/api/v1/scheduled_statuses" User "read:statuses" Plain v1::statuses::scheduled::list;
    GET "/api/v1/scheduled_statuses/{id}" User "read:statuses" Plain v1::statuses::scheduled::show;
    PUT "/api/v1/scheduled_statuses/{id}" User "write:statuses" Plain v1::statuses::scheduled::update;
    DELETE "/api/v1/scheduled_statuses/{id}" User "write:statuses" Plain v1::statuses::scheduled::delete;
    GET "/api/v1/polls/{id}" Public "read:statuses" Plain v1::polls::show;
    POST "/api/v1/polls/{id}/votes" User "write:statuses" Plain v1::polls::vote;
    POST "/api/v1/reports" User "write:reports" Plain v1::reports::create;

    POST "/api/v1/media" User "write:media" Media v1::media::create_and_wait;
    POST "/api/v2/media" User "write:media" Media v1::media::create;
    GET "/api/v1/media/{id}" User "write:media" Plain v1::media::show;
    PUT "/api/v1/media/{id}" User "write:media" Plain v1::media::update;
    DELETE "/api/v1/media/{id}" User "write:media" Plain v1::media::delete;

    GET "/api/v1/timelines/home" User "read:statuses" Plain v1::timelines::home::show;
    GET "/api/v1/timelines/public" Public "read:statuses" Plain v1::timelines::public::show;
    GET "/api/v1/timelines/tag/{hashtag}" Public "read:statuses" Plain v1::timelines::tag::show;
    GET "/api/v1/timelines/link" Public "read:statuses" Plain v1::timelines::link::show;
    GET "/api/v1/timelines/list/{list_id}" User "read:lists" Plain v1::timelines::list::show;
    GET "/api/v1/timelines/direct" User "read:statuses" Plain v1::timelines::direct::show;
    GET "/api/v1/conversations" User "read:statuses" Plain v1::conversations::list;
    POST "/api/v1/conversations/{id}/read" User "write:conversations" Plain v1::conversations::read;
    DELETE "/api/v1/conversations/{id}" User "write:conversations" Plain v1::conversations::delete;
    GET "/api/v1/bookmarks" User "read:bookmarks" Plain v1::timelines::own::bookmarks;
    GET "/api/v1/favourites" User "read:favourites" Plain v1::timelines::own::favourites;

    GET "/api/v1/notifications" User "read:notifications" Plain v1::notifications::list;
    POST "/api/v1/notifications/clear" User "write:notifications" Plain v1::notifications::clear;
    GET "/api/v1/notifications/unread_count" User "read:notifications" Plain v1::notifications::unread_count;
    GET "/api/v1/notifications/requests" User "read:notifications" Plain v1::notification_requests::list;
    GET "/api/v1/notifications/requests/merged" User "read:notifications" Plain v1::notification_requests::merged;
    POST "/api/v1/notifications/requests/accept" User "write:notifications" Plain v1::notification_requests::accept_many;
    POST "/api/v1/notifications/requests/dismiss" User "write:notifications" Plain v1::notification_requests::dismiss_many;
    GET "/api/v1/notifications/requests/{id}" User "read:notifications" Plain v1::notification_requests::show;
    POST "/api/v1/notifications/requests/{id}/accept" User "write:notifications" Plain v1::notification_requests::accept;
    POST "/api/v1/notifications/requests/{id}/dismiss" User "write:notifications" Plain v1::notification_requests::dismiss;
    GET "/api/v1/notifications/{id}" User "read:notifications" Plain v1::notifications::show;
    POST "/api/v1/notifications/{id}/dismiss" User "write:notifications" Plain v1::notifications::dismiss;

    POST "/api/v1/emails/confirmations" User "write:accounts" Plain v1::emails::confirmations;
    GET "/api/v1/emails/check_confirmation" User "read:accounts" Plain v1::emails::check_confirmation;

    POST "/api/v1/push/subscription" User "push" Plain v1::push::create;
    GET "/api/v1/push/subscription" User "push" Plain v1::push::show;
    PUT "/api/v1/push/subscription" User "push" Plain v1::push::update;
    DELETE "/api/v1/push/subscription" User "push" Plain v1::push::delete;

    GET "/api/v2/notifications" User "read:notifications" Plain v2::notifications::list;
    GET "/api/v2/notifications/unread_count" User "read:notifications" Plain v2::notifications::unread_count;
    GET "/api/v2/notifications/policy" User "read:notifications" Plain v2::notifications::policy;
    PATCH "/api/v2/notifications/policy" User "write:notifications" Plain v2::notifications::change_policy;
    PUT "/api/v2/notifications/policy" User "write:notifications" Plain v2::notifications::change_policy;
    GET "/api/v2/notifications/{group_key}" User "read:notifications" Plain v2::notifications::show;
    GET "/api/v2/notifications/{group_key}/accounts" User "read:notifications" Plain v2::notifications::accounts;
    POST "/api/v2/notifications/{group_key}/dismiss" User "write:notifications" Plain v2::notifications::dismiss;

    GET "/api/v1/streaming" User "" Stream streaming::socket::open;
    GET "/api/v1/streaming/health" Open "" Plain streaming::health;
    GET "/api/v1/streaming/user" User "read:statuses" Stream streaming::sse::user;
    GET "/api/v1/streaming/user/notification" User "read:notifications" Stream streaming::sse::user_notification;
    GET "/api/v1/streaming/public" User "read:statuses" Stream streaming::sse::public;
    GET "/api/v1/streaming/public/local" User "read:statuses" Stream streaming::sse::public_local;
    GET "/api/v1/streaming/public/remote" User "read:statuses" Stream streaming::sse::public_remote;
    GET "/api/v1/streaming/hashtag" User "read:statuses" Stream streaming::sse::hashtag;
    GET "/api/v1/streaming/hashtag/local" User "read:statuses" Stream streaming::sse::hashtag_local;
    GET "/api/v1/streaming/list" User "read:statuses" Stream streaming::sse::list;
    GET "/api/v1/streaming/direct" User "read:statuses" Stream streaming::sse::direct;

    GET "/api/v1/tags/{name}" Public "read" Plain v1::tags::show;
    POST "/api/v1/tags/{name}/follow" User "write:follows" Plain v1::tags::follow;
    POST "/api/v1/tags/{name}/unfollow" User "write:follows" Plain v1::tags::unfollow;
    POST "/api/v1/tags/{name}/feature" User "write:accounts" Plain v1::tags::feature;
    POST "/api/v1/tags/{name}/unfeature" User "write:accounts" Plain v1::tags::unfeature;
    GET "/api/v1/followed_tags" User "read:follows" Plain v1::tags::followed;
    GET "/api/v1/featured_tags" User "read:accounts" Plain v1::featured_tags::list;
    POST "/api/v1/featured_tags" User "write:accounts" Plain v1::featured_tags::create;
    GET "/api/v1/featured_tags/suggestions" User "read:accounts" Plain v1::featured_tags::suggestions;
    DELETE "/api/v1/featured_tags/{id}" User "write:accounts" Plain v1::featured_tags::delete;
    GET "/api/v1/accounts/{id}/featured_tags" Public "read:accounts" Plain v1::featured_tags::of;
    GET "/api/v1/directory" Public "read:accounts" Plain v1::discovery::directory;
    GET "/api/v1/suggestions" User "read:accounts" Plain v1::discovery::suggestions;
    DELETE "/api/v1/suggestions/{account_id}" User "write:accounts" Plain v1::discovery::dismiss_suggestion;
    GET "/api/v2/suggestions" User "read:accounts" Plain v1::discovery::suggestions_v2;
    GET "/api/v1/trends/tags" Public "read" Plain v1::discovery::tags;
    GET "/api/v1/trends/statuses" Public "read:statuses" Plain v1::discovery::statuses;
    GET "/api/v1/trends/links" Public "read" Plain v1::discovery::links;
    GET "/api/v2/search" Public "read:search" Plain v2::search::show;

    GET "/api/v1/preferences" User "read:accounts" Plain v1::personal::preferences::show;
    GET "/api/v1/markers" User "read:statuses" Plain v1::personal::markers::show;
    POST "/api/v1/markers" User "write:statuses" Plain v1::personal::markers::update;
    GET "/api/v1/lists" User "read:lists" Plain v1::personal::lists::list;
    POST "/api/v1/lists" User "write:lists" Plain v1::personal::lists::create;
    GET "/api/v1/lists/{id}" User "read:lists" Plain v1::personal::lists::show;
    PUT "/api/v1/lists/{id}" User "write:lists" Plain v1::personal::lists::update;
    DELETE "/api/v1/lists/{id}" User "write:lists" Plain v1::personal::lists::delete;
    GET "/api/v1/lists/{id}/accounts" User "read:lists" Plain v1::personal::list_accounts::list;
    POST "/api/v1/lists/{id}/accounts" User "write:lists" Plain v1::personal::list_accounts::add;
    DELETE "/api/v1/lists/{id}/accounts" User "write:lists" Plain v1::personal::list_accounts::remove;

    GET "/api/v1/filters" User "read:filters" Plain v1::personal::filters::list;
    POST "/api/v1/filters" User "write:filters" Plain v1::personal::filters::create;
    GET "/api/v1/filters/{id}" User "read:filters" Plain v1::personal::filters::show;
    PUT "/api/v1/filters/{id}" User "write:filters" Plain v1::personal::filters::update;
    DELETE "/api/v1/filters/{id}" User "write:filters" Plain v1::personal::filters::delete;
    GET "/api/v2/filters" User "read:filters" Plain v2::filters::list;
    POST "/api/v2/filters" User "write:filters" Plain v2::filters::create;
    GET "/api/v2/filters/{id}" User "read:filters" Plain v2::filters::show;
    PUT "/api/v2/filters/{id}" User "write:filters" Plain v2::filters::update;
    DELETE "/api/v2/filters/{id}" User "write:filters" Plain v2::filters::delete;
    GET "/api/v2/filters/{id}/keywords" User "read:filters" Plain v2::filter_parts::keywords;
    POST "/api/v2/filters/{id}/keywords" User "write:filters" Plain v2::filter_parts::add_keyword;
    GET "/api/v2/filters/keywords/{id}" User "read:filters" Plain v2::filter_parts::keyword;
    PUT "/api/v2/filters/keywords/{id}" User "write:filters" Plain v2::filter_parts::update_keyword;
    DELETE "/api/v2/filters/keywords/{id}" User "write:filters" Plain v2::filter_parts::delete_keyword;
    GET "/api/v2/filters/{id}/statuses" User "read:filters" Plain v2::filter_parts::statuses;
    POST "/api/v2/filters/{id}/statuses" User "write:filters" Plain v2::filter_parts::add_status;
    GET "/api/v2/filters/statuses/{id}" User "read:filters" Plain v2::filter_parts::status;
    DELETE "/api/v2/filters/statuses/{id}" User "write:filters" Plain v2::filter_parts::delete_status;

    GET "/api/v1/admin/accounts" OrganisationModerator "admin:read:accounts" Plain v1::admin::accounts::list;
    GET "/api/v2/admin/accounts" OrganisationModerator "admin:read:accounts" Plain v1::admin::accounts::list_v2;
    GET "/api/v1/admin/accounts/{id}" OrganisationModerator "admin:read:accounts" Plain v1::admin::accounts::show;
    DELETE "/api/v1/admin/accounts/{id}" Admin "admin:write:accounts" Plain v1::admin::accounts::delete;
    POST "/api/v1/admin/accounts/{id}/action" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::act;
    POST "/api/v1/admin/accounts/{id}/approve" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::approve;
    POST "/api/v1/admin/accounts/{id}/reject" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::reject;
    POST "/api/v1/admin/accounts/{id}/enable" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::enable;
    POST "/api/v1/admin/accounts/{id}/unsensitive" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::unsensitive;
    POST "/api/v1/admin/accounts/{id}/unsilence" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::unsilence;
    POST "/api/v1/admin/accounts/{id}/unsuspend" OrganisationModerator "admin:write:accounts" Plain v1::admin::accounts::unsuspend;
    GET "/api/v1/admin/reports" OrganisationModerator "admin:read:reports" Plain v1::admin::reports::list;
    GET "/api/v1/admin/reports/{id}" OrganisationModerator "admin:read:reports" Plain v1::admin::reports::show;
    PUT "/api/v1/admin/reports/{id}" OrganisationModerator "admin:write:reports" Plain v1::admin::reports::update;
    POST "/api/v1/admin/reports/{id}/assign_to_self" OrganisationModerator "admin:write:reports" Plain v1::admin::reports::assign;
    POST "/api/v1/admin/reports/{id}/unassign" OrganisationModerator "admin:write:reports" Plain v1::admin::reports::unassign;
    POST "/api/v1/admin/reports/{id}/resolve" OrganisationModerator "admin:write:reports" Plain v1::admin::reports::resolve;
    POST "/api/v1/admin/reports/{id}/reopen" OrganisationModerator "admin:write:reports" Plain v1::admin::reports::reopen;
    GET "/api/v1/admin/domain_blocks" Admin "admin:read:domain_blocks" Plain v1::admin::domain_blocks::list;
    POST "/api/v1/admin/domain_blocks" Admin "admin:write:domain_blocks" Plain v1::admin::domain_blocks::create;
    GET "/api/v1/admin/domain_blocks/{id}" Admin "admin:read:domain_blocks" Plain v1::admin::domain_blocks::show;
    PUT "/api/v1/admin/domain_blocks/{id}" Admin "admin:write:domain_blocks" Plain v1::admin::domain_blocks::update;
    DELETE "/api/v1/admin/domain_blocks/{id}" Admin "admin:write:domain_blocks" Plain v1::admin::domain_blocks::delete;
    GET "/api/v1/admin/domain_allows" Admin "admin:read:domain_allows" Plain v1::admin::domain_allows::list;
    POST "/api/v1/admin/domain_allows" Admin "admin:write:domain_allows" Plain v1::admin::domain_allows::create;
    GET "/api/v1/admin/domain_allows/{id}" Admin "admin:read:domain_allows" Plain v1::admin::domain_allows::show;
    DELETE "/api/v1/admin/domain_allows/{id}" Admin "admin:write:domain_allows" Plain v1::admin::domain_allows::delete;
    GET "/api/v1/admin/email_domain_blocks" Admin "admin:read:email_domain_blocks" Plain v1::admin::email_domain_blocks::list;
    POST "/api/v1/admin/email_domain_blocks" Admin "admin:write:email_domain_blocks" Plain v1::admin::email_domain_blocks::create;
    GET "/api/v1/admin/email_domain_blocks/{id}" Admin "admin:read:email_domain_blocks" Plain v1::admin::email_domain_blocks::show;
    DELETE "/api/v1/admin/email_domain_blocks/{id}" Admin "admin:write:email_domain_blocks" Plain v1::admin::email_domain_blocks::delete;
    GET "/api/v1/admin/ip_blocks" Admin "admin:read:ip_blocks" Plain v1::admin::ip_blocks::list;
    POST "/api/v1/admin/ip_blocks" Admin "admin:write:ip_blocks" Plain v1::admin::ip_blocks::create;
    GET "/api/v1/admin/ip_blocks/{id}" Admin "admin:read:ip_blocks" Plain v1::admin::ip_blocks::show;
    PUT "/api/v1/admin/ip_blocks/{id}" Admin "admin:write:ip_blocks" Plain v1::admin::ip_blocks::update;
    DELETE "/api/v1/admin/ip_blocks/{id}" Admin "admin:write:ip_blocks" Plain v1::admin::ip_blocks::delete;
    GET "/api/v1/admin/canonical_email_blocks" Admin "admin:read:canonical_email_blocks" Plain v1::admin::canonical_email_blocks::list;
    POST "/api/v1/admin/canonical_email_blocks" Admin "admin:write:canonical_email_blocks" Plain v1::admin::canonical_email_blocks::create;
    POST "/api/v1/admin/canonical_email_blocks/test" Admin "admin:read:canonical_email_blocks" Plain v1::admin::canonical_email_blocks::test;
    GET "/api/v1/admin/canonical_email_blocks/{id}" Admin "admin:read:canonical_email_blocks" Plain v1::admin::canonical_email_blocks::show;
    DELETE "/api/v1/admin/canonical_email_blocks/{id}" Admin "admin:write:canonical_email_blocks" Plain v1::admin::canonical_email_blocks::delete;
    POST "/api/v1/admin/measures" Moderator "admin:read" Plain v1::admin::figures::measures;
    POST "/api/v1/admin/dimensions" Moderator "admin:read" Plain v1::admin::figures::dimensions;
    POST "/api/v1/admin/retention" Moderator "admin:read" Plain v1::admin::figures::retention;
    GET "/api/v1/admin/trends/tags" Moderator "admin:read" Plain v1::admin::trends::tags;
    POST "/api/v1/admin/trends/tags/{id}/approve" Moderator "admin:write" Plain v1::admin::trends::approve_tag;
    POST "/api/v1/admin/trends/tags/{id}/reject" Moderator "admin:write" Plain v1::admin::trends::reject_tag;
    GET "/api/v1/admin/trends/statuses" Moderator "admin:read" Plain v1::admin::trends::statuses;
    POST "/api/v1/admin/trends/statuses/{id}/approve" Moderator "admin:write" Plain v1::admin::trends::approve_status;
    POST "/api/v1/admin/trends/statuses/{id}/reject" Moderator "admin:write" Plain v1::admin::trends::reject_status;
    GET "/api/v1/admin/trends/links" Moderator "admin:read" Plain v1::admin::trends::links;
    POST "/api/v1/admin/trends/links/{id}/approve" Moderator "admin:write" Plain v1::admin::trends::approve_link;
    POST "/api/v1/admin/trends/links/{id}/reject" Moderator "admin:write" Plain v1::admin::trends::reject_link;

    GET "/api/openapi.json" Open "" Plain own::openapi::show;
    POST "/api/staffroom/v1/evaluate" User "write:statuses" Plain own::evaluate::run;
    GET "/api/staffroom/v1/held" User "read:statuses" Plain own::held::list;
    GET "/api/staffroom/v1/held/{id}" User "read:statuses" Plain own::held::show;
    POST "/api/staffroom/v1/held/{id}/review" User "write:statuses" Plain own::held::review;
    POST "/api/staffroom/v1/held/{id}/school" User "write:statuses" Plain own::held::school;
    POST "/api/staffroom/v1/held/{id}/withdraw" User "write:statuses" Plain own::held::withdraw;
    POST "/api/staffroom/v1/held/{id}/publish" User "write:statuses" Plain own::held::publish;
    GET "/api/staffroom/v1/moderation/holds" OrganisationModerator "admin:read" Plain own::holds::list;
    GET "/api/staffroom/v1/moderation/holds/{id}" OrganisationModerator "admin:read" Plain own::holds::show;
    POST "/api/staffroom/v1/moderation/holds/{id}/release" OrganisationModerator "admin:write" Plain own::holds::release;
    POST "/api/staffroom/v1/moderation/holds/{id}/reject" OrganisationModerator "admin:write" Plain own::holds::reject;
    POST "/api/staffroom/v1/moderation/holds/{id}/ask_to_edit" OrganisationModerator "admin:write" Plain own::holds::ask_to_edit;
    GET "/api/staffroom/v1/moderation/quarantine" Moderator "admin:read" Plain own::quarantine::list;
    GET "/api/staffroom/v1/moderation/quarantine/{id}" Moderator "admin:read" Plain own::quarantine::show;
    POST "/api/staffroom/v1/moderation/quarantine/{id}/release" Moderator "admin:write" Plain own::quarantine::release;
    POST "/api/staffroom/v1/moderation/quarantine/{id}/reject" Moderator "admin:write" Plain own::quarantine::reject;
    GET "/api/staffroom/v1/moderation/log" OrganisationModerator "admin:read" Plain own::moderation_log::list;
    GET "/api/staffroom/v1/moderation/report" OrganisationModerator "admin:read" Plain own::moderation::report::show;
    GET "/api/staffroom/v1/moderation/report.csv" OrganisationModerator "admin:read" Plain own::moderation::report::file;
    GET "/api/staffroom/v1/moderation/engine" OrganisationModerator "admin:read" Plain own::moderation::rules::engine;
    GET "/api/staffroom/v1/moderation/rules" OrganisationModerator "admin:read" Plain own::moderation::rules::list;
    POST "/api/staffroom/v1/moderation/rules" OrganisationModerator "admin:write" Plain own::moderation::rules::create;
    GET "/api/staffroom/v1/moderation/rules/{id}" OrganisationModerator "admin:read" Plain own::moderation::rules::show;
    PUT "/api/staffroom/v1/moderation/rules/{id}" OrganisationModerator "admin:write" Plain own::moderation::rules::update;
    GET "/api/staffroom/v1/moderation/rules/{id}/versions" OrganisationModerator "admin:read" Plain own::moderation::rules::versions;
    GET "/api/staffroom/v1/moderation/rules/{id}/figures" OrganisationModerator "admin:read" Plain own::moderation::rules::figures;
    GET "/api/staffroom/v1/moderation/rules/{id}/matches" OrganisationModerator "admin:read" Plain own::moderation::rules::matches;
    GET "/api/staffroom/v1/moderation/rules/{id}/lint" OrganisationModerator "admin:read" Plain own::moderation::rules::lint;
    POST "/api/staffroom/v1/moderation/rules/{id}/shadow" OrganisationModerator "admin:write" Plain own::moderation::rules::shadow;
    POST "/api/staffroom/v1/moderation/rules/{id}/enforce" OrganisationModerator "admin:write" Plain own::moderation::rules::enforce;
    POST "/api/staffroom/v1/moderation/rules/{id}/rollback" OrganisationModerator "admin:write" Plain own::moderation::rules::roll_back;
    POST "/api/staffroom/v1/moderation/rules/{id}/retire" OrganisationModerator "admin:write" Plain own::moderation::rules::retire;
    GET "/api/staffroom/v1/moderation/packs" OrganisationModerator "admin:read" Plain own::moderation::packs::list;
    POST "/api/staffroom/v1/moderation/packs" OrganisationModerator "admin:write" Plain own::moderation::packs::create;
    POST "/api/staffroom/v1/moderation/packs/preview" OrganisationModerator "admin:write" Plain own::moderation::packs::preview;
    GET "/api/staffroom/v1/moderation/packs/{id}" OrganisationModerator "admin:read" Plain own::moderation::packs::show;
    GET "/api/staffroom/v1/moderation/dry_runs" OrganisationModerator "admin:read" Plain own::moderation::dry_runs::list;
    POST "/api/staffroom/v1/moderation/dry_runs" OrganisationModerator "admin:write" Plain own::moderation::dry_runs::create;
    GET "/api/staffroom/v1/moderation/dry_runs/{id}" OrganisationModerator "admin:read" Plain own::moderation::dry_runs::show;
    POST "/api/staffroom/v1/moderation/dry_runs/{id}/stop" OrganisationModerator "admin:write" Plain own::moderation::dry_runs::stop;
    GET "/api/staffroom/v1/moderation/approvals" OrganisationModerator "admin:read" Plain own::moderation::approvals::list;
    GET "/api/staffroom/v1/moderation/approvals/{id}" OrganisationModerator "admin:read" Plain own::moderation::approvals::show;
    POST "/api/staffroom/v1/moderation/approvals/{id}/grant" OrganisationModerator "admin:write" Plain own::moderation::approvals::grant;
    POST "/api/staffroom/v1/moderation/approvals/{id}/refuse" OrganisationModerator "admin:write" Plain own::moderation::approvals::refuse;
    GET "/api/staffroom/v1/moderation/panic" OrganisationModerator "admin:read" Plain own::moderation::panic::list;
    POST "/api/staffroom/v1/moderation/panic" OrganisationModerator "admin:write" Plain own::moderation::panic::create;
    DELETE "/api/staffroom/v1/moderation/panic/{id}" OrganisationModerator "admin:write" Plain own::moderation::panic::delete;
    GET "/api/staffroom/v1/moderation/domain_blocks/export" Admin "admin:read:domain_blocks" Plain own::moderation::domain_blocks::export;
    POST "/api/staffroom/v1/moderation/domain_blocks/preview" Admin "admin:write:domain_blocks" Plain own::moderation::domain_blocks::preview;
    POST "/api/staffroom/v1/moderation/domain_blocks/import" Admin "admin:write:domain_blocks" Plain own::moderation::domain_blocks::import;
    GET "/api/staffroom/v1/decisions" User "read:accounts" Plain own::appeals::decisions;
    GET "/api/staffroom/v1/appeals" User "read:accounts" Plain own::appeals::own;
    POST "/api/staffroom/v1/appeals" User "write:accounts" Plain own::appeals::file;
    GET "/api/staffroom/v1/appeals/{id}" User "read:accounts" Plain own::appeals::show;
    GET "/api/staffroom/v1/moderation/appeals" OrganisationModerator "admin:read" Plain own::appeals::list;
    GET "/api/staffroom/v1/moderation/appeals/{id}" OrganisationModerator "admin:read" Plain own::appeals::show_to_staff;
    POST "/api/staffroom/v1/moderation/appeals/{id}/decide" OrganisationModerator "admin:write" Plain own::appeals::decide;
    GET "/api/staffroom/v1/moderation/cases" OrganisationModerator "admin:read" Plain own::cases::list;
    POST "/api/staffroom/v1/moderation/cases" OrganisationModerator "admin:write" Plain own::cases::open;
    GET "/api/staffroom/v1/moderation/cases/{id}" OrganisationModerator "admin:read" Plain own::cases::show;
    GET "/api/staffroom/v1/moderation/cases/{id}/evidence" OrganisationModerator "admin:read" Plain own::cases::evidence;
    POST "/api/staffroom/v1/moderation/cases/{id}/events" OrganisationModerator "admin:write" Plain own::case_steps::record;
    POST "/api/staffroom/v1/moderation/cases/{id}/assign" OrganisationModerator "admin:write" Plain own::case_steps::assign;
    POST "/api/staffroom/v1/moderation/cases/{id}/unassign" OrganisationModerator "admin:write" Plain own::case_steps::unassign;
    POST "/api/staffroom/v1/moderation/cases/{id}/notes" OrganisationModerator "admin:write" Plain own::case_steps::note;
    POST "/api/staffroom/v1/moderation/cases/{id}/close" OrganisationModerator "admin:write" Plain own::case_steps::close;
    GET "/api/staffroom/v1/moderation/cases/{id}/letters" OrganisationModerator "admin:read" Plain own::case_letters::draft;
    POST "/api/staffroom/v1/moderation/cases/{id}/letters" OrganisationModerator "admin:write" Plain own::case_letters::send;
    GET "/api/staffroom/v1/moderation/deadlines" OrganisationModerator "admin:read" Plain own::cases::deadlines;
    GET "/api/staffroom/v1/moderation/rota" OrganisationModerator "admin:read" Plain own::rota::list;
    POST "/api/staffroom/v1/moderation/rota" OrganisationModerator "admin:write" Plain own::rota::create;
    DELETE "/api/staffroom/v1/moderation/rota/{id}" OrganisationModerator "admin:write" Plain own::rota::delete;
    GET "/api/v1/staffroom/statuses/{id}/delivery" User "read:statuses" Plain own::delivery::of_status;
    GET "/api/v1/staffroom/severed_relationships/{id}" User "read:follows" Plain own::severed::show;
    GET "/api/v1/staffroom/organisations" User "read:accounts" Plain own::organisations::list;
    POST "/api/v1/staffroom/organisations" Admin "admin:write" Plain own::organisations::create;
    GET "/api/v1/staffroom/organisations/{id}" User "read:accounts" Plain own::organisations::show;
    PUT "/api/v1/staffroom/organisations/{id}" OrganisationAdmin "admin:write" Plain own::organisations::rename;
    GET "/api/v1/staffroom/organisations/{id}/members" User "read:accounts" Plain own::members::list;
    PUT "/api/v1/staffroom/organisations/{id}/members/{account_id}" OrganisationAdmin "admin:write:accounts" Plain own::members::set_role;
    DELETE "/api/v1/staffroom/organisations/{id}/members/{account_id}" OrganisationAdmin "admin:write:accounts" Plain own::members::take_role;
    POST "/api/v1/staffroom/organisations/{id}/members/{account_id}/move" Admin "admin:write:accounts" Plain own::members::move_to;
    GET "/api/v1/staffroom/admin/delivery/hosts" Admin "admin:read" Plain own::delivery::hosts;
    GET "/api/v1/staffroom/admin/delivery/hosts/{host}" Admin "admin:read" Plain own::delivery::host;
    POST "/api/v1/staffroom/admin/delivery/hosts/{host}/pause" Admin "admin:write" Plain own::delivery::pause;
    POST "/api/v1/staffroom/admin/delivery/hosts/{host}/resume" Admin "admin:write" Plain own::delivery::resume;
    POST "/api/v1/staffroom/admin/delivery/hosts/{host}/reset" Admin "admin:write" Plain own::delivery::reset;
    GET "/api/v1/staffroom/admin/delivery/refused" Admin "admin:read" Plain own::delivery::refused;
    GET "/api/v1/staffroom/admin/key_changes" Admin "admin:read" Plain own::key_changes::list;
    GET "/api/v1/staffroom/admin/inbox/dead" Admin "admin:read" Plain own::delivery::dead_letters;
}
