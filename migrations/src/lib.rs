//! The schema, as small forward-only steps that run on SQLite and PostgreSQL alike.
//!
//! One change a file, never edited after release. Knows nothing of the rest of the program.
//! Ids are 63-bit integers made by the program; times are integer milliseconds since the Unix epoch; small
//! structured values nobody queries are JSON in text columns.

pub use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};

mod m20261121_000001_instance;
mod m20261121_000002_accounts;
mod m20261121_000003_oauth;
mod m20261121_000004_statuses;
mod m20261121_000005_relationships;
mod m20261121_000006_personal;
mod m20261121_000007_exchange;
mod m20261121_000008_queues;
mod m20261121_000010_media_detached;
mod m20261121_000011_signatures;
mod m20261121_000012_domains;
mod m20261122_000020_delivery_states;
mod m20261122_000030_exchange_rules;
mod m20261122_000031_relays;
mod m20261122_000032_catch_up;
mod m20261122_000040_quotes;
mod m20261122_000041_contexts;
mod m20261122_000050_remote_polls;
mod m20261122_000051_moves;
mod m20261122_000052_reports;
mod m20261122_000060_reactions;
mod m20261122_000061_authorizations;
mod m20261122_000062_interaction_requests;
mod m20261122_000063_feature_authorizations;
mod m20261122_000070_follow_ids;
mod m20261122_000071_severances;
mod m20261122_000072_follow_origins;
mod m20261122_000073_key_changes;
mod m20261122_000074_preview_cards;
mod m20261122_000080_relations;
mod m20261122_000081_conversations;
mod m20261122_000082_discovery;
mod m20261122_000083_announcements;
mod m20261122_000090_moderation;
mod m20261122_000091_notification_requests;
mod m20261122_000105_push;
mod m20261122_000106_mail;
mod m20261122_000110_failing_hosts;
mod m20261122_000120_direct_not_counted;
mod m20261122_000121_cards_by_status;
mod m20261122_000130_remote_media;
mod m20261122_000131_recordings;
mod m20261122_000140_turned_away;
mod m20261122_000141_figures;
mod m20261122_000150_custom_emojis;
mod m20261122_000160_active_by_account;
mod m20261122_000161_no_addresses;
mod m20261122_000170_remote_addresses;
mod m20261122_000180_organisations;
mod m20261122_000181_measures_of_instance;
mod m20261122_000190_status_search;
mod m20261122_000200_search_marks;
mod m20261122_000201_unanswered;
mod m20261122_000202_words_of_the_deleted;
mod m20261122_000203_unconfirmed;
mod m20261123_000206_profile_choices;
mod m20261123_000207_list_members;
mod m20261123_000208_follows_counted;
mod m20261123_000210_held_statuses;
mod m20261123_000220_moderation_log;
mod m20261123_000230_cases;
mod m20261123_000231_rota;
mod m20261123_000232_appeals;
mod m20261123_000240_rules;
mod m20261123_000241_rule_texts;
mod m20261123_000242_dry_runs;
mod m20261123_000250_safety_report;
mod m20261123_000251_webhooks;
mod m20261123_000260_quarantine;
mod m20261123_000270_known_names;
mod m20261123_000280_judged_texts;
mod m20261123_000281_kept_in_school;
mod m20261123_000290_former_rules;
mod sql;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_instance::Migration),
            Box::new(m20261121_000002_accounts::Migration),
            Box::new(m20261121_000003_oauth::Migration),
            Box::new(m20261121_000004_statuses::Migration),
            Box::new(m20261121_000005_relationships::Migration),
            Box::new(m20261121_000006_personal::Migration),
            Box::new(m20261121_000007_exchange::Migration),
            Box::new(m20261121_000008_queues::Migration),
            Box::new(m20261121_000010_media_detached::Migration),
            Box::new(m20261121_000011_signatures::Migration),
            Box::new(m20261121_000012_domains::Migration),
            Box::new(m20261122_000020_delivery_states::Migration),
            Box::new(m20261122_000030_exchange_rules::Migration),
            Box::new(m20261122_000031_relays::Migration),
            Box::new(m20261122_000032_catch_up::Migration),
            Box::new(m20261122_000040_quotes::Migration),
            Box::new(m20261122_000041_contexts::Migration),
            Box::new(m20261122_000050_remote_polls::Migration),
            Box::new(m20261122_000051_moves::Migration),
            Box::new(m20261122_000052_reports::Migration),
            Box::new(m20261122_000060_reactions::Migration),
            Box::new(m20261122_000061_authorizations::Migration),
            Box::new(m20261122_000062_interaction_requests::Migration),
            Box::new(m20261122_000063_feature_authorizations::Migration),
            Box::new(m20261122_000070_follow_ids::Migration),
            Box::new(m20261122_000071_severances::Migration),
            Box::new(m20261122_000072_follow_origins::Migration),
            Box::new(m20261122_000073_key_changes::Migration),
            Box::new(m20261122_000074_preview_cards::Migration),
            Box::new(m20261122_000080_relations::Migration),
            Box::new(m20261122_000081_conversations::Migration),
            Box::new(m20261122_000082_discovery::Migration),
            Box::new(m20261122_000083_announcements::Migration),
            Box::new(m20261122_000090_moderation::Migration),
            Box::new(m20261122_000091_notification_requests::Migration),
            Box::new(m20261122_000105_push::Migration),
            Box::new(m20261122_000106_mail::Migration),
            Box::new(m20261122_000110_failing_hosts::Migration),
            Box::new(m20261122_000120_direct_not_counted::Migration),
            Box::new(m20261122_000121_cards_by_status::Migration),
            Box::new(m20261122_000130_remote_media::Migration),
            Box::new(m20261122_000131_recordings::Migration),
            Box::new(m20261122_000140_turned_away::Migration),
            Box::new(m20261122_000141_figures::Migration),
            Box::new(m20261122_000150_custom_emojis::Migration),
            Box::new(m20261122_000160_active_by_account::Migration),
            Box::new(m20261122_000161_no_addresses::Migration),
            Box::new(m20261122_000170_remote_addresses::Migration),
            Box::new(m20261122_000180_organisations::Migration),
            Box::new(m20261122_000181_measures_of_instance::Migration),
            Box::new(m20261122_000190_status_search::Migration),
            Box::new(m20261122_000200_search_marks::Migration),
            Box::new(m20261122_000201_unanswered::Migration),
            Box::new(m20261122_000202_words_of_the_deleted::Migration),
            Box::new(m20261122_000203_unconfirmed::Migration),
            Box::new(m20261123_000206_profile_choices::Migration),
            Box::new(m20261123_000207_list_members::Migration),
            Box::new(m20261123_000208_follows_counted::Migration),
            Box::new(m20261123_000210_held_statuses::Migration),
            Box::new(m20261123_000220_moderation_log::Migration),
            Box::new(m20261123_000230_cases::Migration),
            Box::new(m20261123_000231_rota::Migration),
            Box::new(m20261123_000232_appeals::Migration),
            Box::new(m20261123_000240_rules::Migration),
            Box::new(m20261123_000241_rule_texts::Migration),
            Box::new(m20261123_000242_dry_runs::Migration),
            Box::new(m20261123_000250_safety_report::Migration),
            Box::new(m20261123_000251_webhooks::Migration),
            Box::new(m20261123_000260_quarantine::Migration),
            Box::new(m20261123_000270_known_names::Migration),
            Box::new(m20261123_000280_judged_texts::Migration),
            Box::new(m20261123_000281_kept_in_school::Migration),
            Box::new(m20261123_000290_former_rules::Migration),
        ]
    }
}
