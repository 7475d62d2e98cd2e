//! Cases on a clock that stands still until it is told to go on, with letters that are looked at.

mod alarms;
mod notices;
mod rights;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use staffroom_domain::Account;
use staffroom_domain::account::UserRole;
use staffroom_domain::cases::notice::Notice;
use staffroom_domain::cases::{CaseFilter, CaseKind, CaseLetter, CaseView, Complaint, StepKind};
use staffroom_domain::ids::{CaseId, OrganisationId};
use staffroom_domain::organisation::{Right, Role};
use staffroom_domain::{PageRequest, Timestamp};

use super::{Complained, Filed, NewLetter, NewStep};
use crate::Result;
use crate::accounts::NewLocalAccount;
use crate::auth::Authority;
use crate::ports::{Letter, Mailer};
use crate::testing::{World, world};

/// Who complains, and writes from where. Both stand in no letter to anybody else.
const NAME: &str = "Cora Cole";
const EMAIL: &str = "cora@cole.example";

/// A mail server that takes everything.
#[derive(Default)]
struct Post(Mutex<Vec<Letter>>);

#[async_trait]
impl Mailer for Post {
    async fn send(&self, letter: Letter) -> Result<()> {
        self.0.lock().unwrap().push(letter);
        Ok(())
    }
}

/// A school: amy writes, mo moderates, ada is its admin.
struct School {
    w: World,
    post: Arc<Post>,
    amy: Account,
    mo: Account,
    ada: Account,
    id: OrganisationId,
}

async fn school() -> School {
    let w = world().await;
    let post = Arc::new(Post::default());
    w.service.set_mailer(post.clone());
    let (amy, mo, ada) = (w.local("amy").await, w.local("mo").await, w.local("ada").await);
    let new = NewLocalAccount {
        username: "zoe".to_owned(),
        email: "zoe@oak.test".to_owned(),
        password: "correct horse battery".to_owned(),
        role: UserRole::Admin,
        organisation: None,
    };
    w.service.accounts().create_local(&w.cx(), new).await.unwrap();
    let id = amy.organisation.unwrap();
    let school = School { w, post, amy, mo, ada, id };
    school.give(&school.mo, Role::Moderator).await;
    school.give(&school.ada, Role::Admin).await;
    school
}

impl School {
    async fn give(&self, account: &Account, role: Role) {
        let organisations = self.w.service.organisations();
        organisations.set_role(&self.w.cx(), &Authority::operator(), self.id, account.id, role).await.unwrap();
    }

    async fn moderator(&self, account: &Account) -> Authority {
        self.w.authority(account.id, Right::Moderate).await
    }

    /// A complaint through the form; what is at `location` is what it is about.
    async fn complain(&self, kind: CaseKind, location: &str) -> CaseId {
        let filed = match kind {
            CaseKind::DefamationNotice => Filed::Notice(notice(location)),
            _ => Filed::Complaint(complaint(location)),
        };
        match self.w.service.cases().complain(&self.w.cx(), kind, filed, client(1)).await.unwrap() {
            Complained::Taken(id) => id,
            Complained::Lacks(lacks) => panic!("{lacks:?}"),
        }
    }

    async fn case(&self, id: CaseId) -> CaseView {
        self.w.service.cases().get(&self.moderator(&self.mo).await, id).await.unwrap()
    }

    async fn open_cases(&self, account: &Account) -> Vec<CaseId> {
        let who = self.moderator(account).await;
        let listed = self.w.service.cases().list(&who, CaseFilter::default(), PageRequest::newest(20)).await.unwrap();
        listed.items.into_iter().map(|view| view.case.id).collect()
    }

    /// Something happened, and mo writes it down.
    async fn step(&self, id: CaseId, kind: StepKind) -> Result<CaseView> {
        let version = self.case(id).await.case.version;
        let who = self.moderator(&self.mo).await;
        self.w.service.cases().record(&self.w.cx(), &who, id, new_step(kind, version)).await
    }

    async fn send(&self, id: CaseId, letter: CaseLetter, text: &str) -> Result<CaseView> {
        let version = self.case(id).await.case.version;
        let new = NewLetter { letter, version, text: text.to_owned() };
        self.w.service.cases().send(&self.w.cx(), &self.moderator(&self.mo).await, id, new).await
    }

    /// Runs jobs until none is due; the letters that were sent meanwhile, to whom and what they say.
    async fn letters(&self) -> Vec<(String, String, String)> {
        while self.w.service.jobs().run_due(&self.w.cx(), 100).await.unwrap() > 0 {}
        let sent = std::mem::take(&mut *self.post.0.lock().unwrap());
        sent.into_iter().map(|letter| (letter.to, letter.subject, letter.text)).collect()
    }

    fn hours(&self, hours: u64) {
        self.w.clock.advance(Duration::from_hours(hours));
    }

    /// Lets the clock stand at this instant.
    fn until(&self, text: &str) {
        let left = Timestamp::parse(text).unwrap().0 - self.w.cx().now().0;
        self.w.clock.advance(Duration::from_millis(u64::try_from(left).unwrap()));
    }
}

fn new_step(kind: StepKind, version: i64) -> NewStep {
    NewStep {
        kind,
        version,
        at: None,
        note: String::new(),
        missing: Vec::new(),
        earlier_removals: 0,
        reply: None,
        remove_statuses: kind == StepKind::Removed,
    }
}

fn notice(location: &str) -> Notice {
    Notice {
        complainant_name: NAME.to_owned(),
        complainant_email: EMAIL.to_owned(),
        statement: "The cook takes from the tuck shop".to_owned(),
        why_defamatory: "It says that I steal; signed, Cora Cole".to_owned(),
        location: location.to_owned(),
        meaning: "That I am a thief".to_owned(),
        what_is_wrong: "I never took anything".to_owned(),
        cannot_identify_poster: true,
        poster_may_have_name: Some(false),
        poster_may_have_email: Some(false),
    }
}

fn complaint(location: &str) -> Complaint {
    Complaint {
        name: NAME.to_owned(),
        email: EMAIL.to_owned(),
        location: location.to_owned(),
        text: "You show my address".to_owned(),
    }
}

/// Somebody's address.
fn client(n: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, n))
}

/// Who got letters, in the order of their addresses, each once.
fn receivers(letters: &[(String, String, String)]) -> Vec<&str> {
    let mut to: Vec<&str> = letters.iter().map(|(to, ..)| to.trim_end_matches("@oak.test")).collect();
    to.sort_unstable();
    to.dedup();
    to
}

/// Nothing of the complainant stands in letters to others, and in no subject at all.
fn assert_discreet(letters: &[(String, String, String)]) {
    for (to, subject, text) in letters {
        assert!(!subject.contains("Cole") && !subject.contains("amy"), "{subject}");
        assert!(to == EMAIL || !(text.contains(NAME) || text.contains(EMAIL)), "{to}: {text}");
    }
}
