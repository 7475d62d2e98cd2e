//! Client applications, tokens and browser sessions. Secrets are kept as hashes only.

crate::sql::step!(
    "
CREATE TABLE apps (
    id {id},
    client_id TEXT NOT NULL UNIQUE,
    secret_hash {blob} NOT NULL,
    name TEXT NOT NULL,
    website TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE authorize_requests (
    id_hash {blob} NOT NULL PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps(id),
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state TEXT,
    code_challenge TEXT,
    force_login BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorize_requests_expiry ON authorize_requests (expires_at);
CREATE TABLE oauth_codes (
    code_hash {blob} NOT NULL PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps(id),
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    code_challenge TEXT,
    expires_at BIGINT NOT NULL,
    token_id BIGINT
);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);
CREATE TABLE tokens (
    id {id},
    token_hash {blob} NOT NULL UNIQUE,
    app_id BIGINT REFERENCES apps(id),
    account_id BIGINT REFERENCES accounts(id),
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX tokens_account ON tokens (account_id, id);
CREATE TABLE sessions (
    id {id},
    secret_hash {blob} NOT NULL UNIQUE,
    account_id BIGINT NOT NULL REFERENCES accounts(id),
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id, id);
CREATE INDEX sessions_expiry ON sessions (expires_at)
"
);
