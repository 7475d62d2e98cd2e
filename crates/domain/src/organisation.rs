//! Organisations: the schools, trusts and clusters people belong to, and what each role permits.
//!
//! Every account of a person here has one school it belongs to ([`Account::organisation`]): that school answers for it.
//! Beside that a person can have a role in any number of organisations, which says what they may do there.

use crate::account::{Account, UserRole};
use crate::clock::Timestamp;
use crate::ids::OrganisationId;

/// Longest short name, in bytes.
pub const MAX_SLUG: usize = 40;

/// A school, a trust, a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Our id.
    pub id: OrganisationId,
    /// Short name for URLs: lower-case ASCII letters, digits and `-`.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Creation.
    pub created_at: Timestamp,
}

/// An organisation as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationView {
    /// The organisation.
    pub organisation: Organisation,
    /// What they may do there; `None` for those who are no members.
    pub role: Option<Role>,
}

/// Somebody with a role in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub account: Account,
    /// As what.
    pub role: Role,
}

/// What somebody may do in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Member,
    /// Writes.
    Contributor,
    /// Decides about reports and holds.
    Moderator,
    /// Decides about people.
    Admin,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 4] = [Self::Member, Self::Contributor, Self::Moderator, Self::Admin];

    /// The word used everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Contributor => "contributor",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// Parses that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it gives a right, in the organisation it is held in.
    pub fn permits(self, right: Right) -> bool {
        self >= right.least()
    }
}

/// What is done in an organisation that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Seeing who has which role.
    ListMembers,
    /// Writing and boosting statuses.
    Publish,
    /// Dealing with reports about its accounts, and measures against them.
    Moderate,
    /// Giving and taking roles, and its name.
    Administer,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ListMembers, Self::Publish, Self::Moderate, Self::Administer];

    const fn least(self) -> Role {
        match self {
            Self::ListMembers => Role::Member,
            Self::Publish => Role::Contributor,
            Self::Moderate => Role::Moderator,
            Self::Administer => Role::Admin,
        }
    }
}

impl UserRole {
    /// Whether a role on the instance gives a right in every organisation on it.
    pub const fn permits_everywhere(self, right: Right) -> bool {
        match self {
            Self::Member => false,
            Self::Moderator => !matches!(right, Right::Administer),
            Self::Admin => true,
        }
    }
}

/// How far a right of somebody reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The whole instance, and what is known of others.
    Everywhere,
    /// These organisations, and the accounts that belong to them. None of them: nothing.
    Within(Vec<OrganisationId>),
}

impl Reach {
    /// How far `right` reaches for somebody with these roles.
    pub fn of(on_instance: UserRole, roles: &[(OrganisationId, Role)], right: Right) -> Self {
        if on_instance.permits_everywhere(right) {
            return Self::Everywhere;
        }
        Self::Within(roles.iter().filter(|(_, role)| role.permits(right)).map(|(id, _)| *id).collect())
    }

    /// Whether there is nothing the right could be used on.
    pub const fn is_nowhere(&self) -> bool {
        matches!(self, Self::Within(organisations) if organisations.is_empty())
    }

    /// Whether it holds in an organisation.
    pub fn includes(&self, organisation: OrganisationId) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(organisations) => organisations.contains(&organisation),
        }
    }

    /// Whether it holds for an account: one that belongs to such an organisation. What lives on other servers belongs
    /// to none.
    pub fn covers(&self, account: &Account) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(_) => account.is_local() && account.organisation.is_some_and(|id| self.includes(id)),
        }
    }
}

/// Where somebody stands when it is about measures: nobody takes one against those who stand as high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Decides about nobody.
    Ordinary,
    /// Moderator of the school the account in question belongs to.
    SchoolModerator,
    /// Admin of that school.
    SchoolAdmin,
    /// Moderator of the instance.
    Moderator,
    /// Admin of the instance.
    Admin,
}

impl Standing {
    /// That of somebody with these roles on the instance and in the school in question.
    pub const fn of(on_instance: UserRole, in_school: Option<Role>) -> Self {
        match (on_instance, in_school) {
            (UserRole::Admin, _) => Self::Admin,
            (UserRole::Moderator, _) => Self::Moderator,
            (UserRole::Member, Some(Role::Admin)) => Self::SchoolAdmin,
            (UserRole::Member, Some(Role::Moderator)) => Self::SchoolModerator,
            (UserRole::Member, _) => Self::Ordinary,
        }
    }

    /// Whether reports about somebody else who stands there are theirs to deal with: as with measures; but above the
    /// admins of the instance nobody stands, so they deal with those about each other.
    pub fn hears_of(self, other: Self) -> bool {
        self > other || self == Self::Admin
    }
}

/// Whether a text can be a short name: lower-case ASCII letters and digits, with single `-` between.
pub fn is_slug(text: &str) -> bool {
    let is_plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= MAX_SLUG && text.split('-').all(is_plain)
}

/// A short name made of a name; `None` where nothing of it can stand in one.
pub fn slug_of(name: &str) -> Option<String> {
    let mut slug = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let dash = usize::from(!slug.is_empty());
        if slug.len() + dash + word.len() > MAX_SLUG {
            break;
        }
        if dash > 0 {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    (!slug.is_empty()).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AccountId;

    const RANKS: [UserRole; 3] = [UserRole::Member, UserRole::Moderator, UserRole::Admin];

    /// Who has which right: the roles of an organisation from the least on, then those of the instance.
    const TABLE: [(Right, [bool; 4], [bool; 3]); 4] = [
        (Right::ListMembers, [true, true, true, true], [false, true, true]),
        (Right::Publish, [false, true, true, true], [false, true, true]),
        (Right::Moderate, [false, false, true, true], [false, true, true]),
        (Right::Administer, [false, false, false, true], [false, false, true]),
    ];

    fn account(organisation: Option<i64>, domain: Option<&str>) -> Account {
        let new = Account::new(AccountId(1), "https://oak.test/users/amy".to_owned(), "amy", Timestamp(0));
        Account { organisation: organisation.map(OrganisationId), domain: domain.map(str::to_owned), ..new }
    }

    #[test]
    fn each_role_gives_the_rights_of_the_table_and_only_where_it_is_held() {
        assert_eq!(TABLE.map(|(right, ..)| right), Right::ALL);
        let (own, other) = (OrganisationId(1), OrganisationId(2));
        for (right, by_role, by_rank) in TABLE {
            for (role, wanted) in Role::ALL.into_iter().zip(by_role) {
                for (rank, everywhere) in RANKS.into_iter().zip(by_rank) {
                    let reach = Reach::of(rank, &[(own, role)], right);
                    let case = format!("{right:?} of {role:?}, {rank:?}");
                    assert_eq!(reach == Reach::Everywhere, everywhere, "{case}");
                    assert_eq!(reach.includes(own), wanted || everywhere, "{case}");
                    assert_eq!(reach.includes(other), everywhere, "{case}");
                    assert_eq!(reach.is_nowhere(), !wanted && !everywhere, "{case}");
                    assert_eq!(reach.covers(&account(Some(1), None)), wanted || everywhere, "{case}");
                    for beyond in [account(Some(2), None), account(None, None), account(Some(1), Some("elm.test"))] {
                        assert_eq!(reach.covers(&beyond), everywhere, "{case}: {beyond:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_instance_stands_above_its_schools_and_admins_above_moderators() {
        let mut order = vec![Standing::of(UserRole::Member, None)];
        assert_eq!(order, [Standing::of(UserRole::Member, Some(Role::Contributor))]);
        order.extend([Role::Moderator, Role::Admin].map(|role| Standing::of(UserRole::Member, Some(role))));
        for rank in [UserRole::Moderator, UserRole::Admin] {
            for role in Role::ALL {
                assert_eq!(Standing::of(rank, Some(role)), Standing::of(rank, None));
            }
            order.push(Standing::of(rank, None));
        }
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
        for (at, one) in order.iter().enumerate() {
            let heard: Vec<bool> = order.iter().map(|other| one.hears_of(*other)).collect();
            let wanted: Vec<bool> = (0..order.len()).map(|other| other < at || *one == Standing::Admin).collect();
            assert_eq!(heard, wanted, "{one:?}");
        }
    }

    #[test]
    fn words_of_roles_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        for wrong in ["", "Admin", "owner", "admin "] {
            assert_eq!(Role::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn short_names_are_plain() {
        let long = "a".repeat(MAX_SLUG);
        for good in ["oak", "oak-primary-2", long.as_str()] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "Oak", "oak_primary", "-oak", "oak-", "oak--primary", "öak", "oak primary", &format!("{long}a")]
        {
            assert!(!is_slug(bad), "{bad}");
        }
        for (name, slug) in [
            ("Oak Primary (Year 6)", Some("oak-primary-year-6")),
            ("École", Some("cole")),
            ("学校", None),
            ("  ", None),
            (&format!("Oak {}", "b".repeat(MAX_SLUG)), Some("oak")),
        ] {
            assert_eq!(slug_of(name).as_deref(), slug, "{name}");
            assert!(slug_of(name).is_none_or(|slug| is_slug(&slug)));
        }
    }
}
