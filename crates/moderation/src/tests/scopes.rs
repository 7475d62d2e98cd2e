//! Who may ask for what: scopes, adjustments, rules that release, rules that are tried out.

use super::{PHRASE, now, outbound, rule};
use crate::policy::{PackSource, PolicyError, Scope};
use crate::{Action, Engine, Facts, Standing, Subject, Verdict};
use staffroom_domain::Tag;

fn engine(packs: &[(&str, Scope)]) -> Result<Engine, PolicyError> {
    let sources = packs.iter().map(|(toml, scope)| PackSource { name: "test", toml, scope: scope.clone() });
    crate::Policy::load_scoped(sources).and_then(Engine::new)
}

fn pack(id: &str, rest: &str) -> String {
    format!("[pack]\nid = \"{id}\"\nversion = 1\ntitle = \"t\"\n{rest}")
}

fn adjust(action: &str) -> String {
    pack("adjusting", &format!("[[adjust]]\nrule = \"r\"\naction = \"{action}\"\n"))
}

fn judge(engine: &Engine, facts: Facts) -> Verdict {
    engine.evaluate(&Subject { facts, ..outbound("bad words") })
}

fn of_school(name: &str) -> Facts {
    Facts { organisation: Some(name.to_owned()), ..now() }
}

#[test]
fn a_pack_holds_for_whom_it_is_meant() {
    let toml = rule(PHRASE);
    let tagged = Subject { tags: vec![Tag::parse("SLTchat").unwrap()], ..outbound("bad words") };
    let by_role = Subject { facts: Facts { role: Some("member".into()), ..now() }, ..outbound("bad words") };
    let at_school = Subject { facts: of_school("oak"), ..outbound("bad words") };
    for (scope, meant) in [
        (Scope::Organisation("oak".into()), &at_school),
        (Scope::Tag("sltchat".into()), &tagged),
        (Scope::Role("member".into()), &by_role),
    ] {
        let engine = engine(&[(&toml, scope.clone())]).unwrap();
        for subject in [&tagged, &by_role, &at_school, &outbound("bad words")] {
            assert_eq!(engine.evaluate(subject).action == Action::Hold, subject == meant, "{scope:?}");
        }
    }
}

#[test]
fn further_down_more_may_be_asked_for_and_less_only_where_it_is_allowed() {
    let (school, strict) = (Scope::Organisation("oak".into()), rule(PHRASE));
    let tightened = engine(&[(&strict, Scope::Network), (&adjust("reject"), school.clone())]).unwrap();
    assert_eq!(judge(&tightened, of_school("oak")).action, Action::Reject);
    assert_eq!(judge(&tightened, of_school("elm")).action, Action::Hold);

    let error = engine(&[(&strict, Scope::Network), (&adjust("label"), school.clone())]).unwrap_err();
    assert!(error.to_string().contains("adjusting adjusts rule r: it may ask for more, but not for less"), "{error}");

    let open = strict.replace("action =", "overridable = true\naction =");
    // Whatever order they are loaded in, the last word is that of the narrowest scope.
    let packs = [
        (adjust("nudge"), Scope::Role("admin".into())),
        (open, Scope::Network),
        (adjust("label").replace("adjusting", "other"), school),
    ];
    let packs: Vec<_> = packs.iter().map(|(toml, scope)| (toml.as_str(), scope.clone())).collect();
    let loosened = engine(&packs).unwrap();
    assert_eq!(judge(&loosened, of_school("oak")).action, Action::Label);
    assert_eq!(judge(&loosened, Facts { role: Some("admin".into()), ..of_school("oak") }).action, Action::Nudge);
    assert_eq!(judge(&loosened, of_school("elm")).action, Action::Hold);

    let unknown = engine(&[(&adjust("hold"), Scope::Instance)]).unwrap_err();
    assert!(unknown.to_string().contains("there is no such rule"), "{unknown}");
}

#[test]
fn a_rule_that_releases_lets_go_what_it_overlaps() {
    let releasing = |extra: &str, phrase: &str| {
        rule(&format!("releases = [\"r\"]\n{extra}\n[rule.when.phrase]\nany = [\"{phrase}\"]"))
            .replace("id = \"p\"", "id = \"q\"")
            .replace("id = \"r\"", "id = \"s\"")
            .replace("\"hold\"", "\"allow\"")
            .replace("[\"bad words\"]", &format!("[\"{phrase}\"]"))
    };
    let strict = rule(PHRASE);
    let judge =
        |packs: &[(&str, Scope)]| engine(packs).unwrap().evaluate(&outbound("the bad words game, and bad words"));
    let higher = releasing("priority = 1", "bad words game");
    let verdict = judge(&[(&strict, Scope::Instance), (&higher, Scope::Instance)]);
    let standings: Vec<_> = verdict.findings.iter().filter(|f| f.rule == "r").map(|f| (f.standing, f.action)).collect();
    assert_eq!(standings, [(Standing::Released, Action::Allow), (Standing::Counts, Action::Hold)]);
    assert_eq!(verdict.action, Action::Hold);

    let same = releasing("priority = 0", "bad words game");
    assert!(
        judge(&[(&strict, Scope::Instance), (&same, Scope::Instance)])
            .findings
            .iter()
            .all(|f| f.standing == Standing::Counts)
    );
    let school = Scope::Organisation("oak".into());
    for (of_network, released) in
        [(strict.clone(), false), (strict.replace("action =", "overridable = true\naction ="), true)]
    {
        let engine = engine(&[(&of_network, Scope::Network), (&higher, school.clone())]).unwrap();
        let verdict = engine.evaluate(&Subject { facts: of_school("oak"), ..outbound("a bad words game") });
        assert_eq!(verdict.is_allowed(), released);
    }
}

#[test]
fn what_is_tried_out_is_reported_and_asks_for_nothing_and_drafts_are_not_read() {
    let shadow = rule(PHRASE).replace("action =", "mode = \"shadow\"\naction =");
    let verdict = judge(&engine(&[(&shadow, Scope::Instance)]).unwrap(), now());
    assert_eq!((verdict.action, verdict.findings.len()), (Action::Allow, 1));
    assert_eq!((verdict.findings[0].standing, verdict.findings[0].action), (Standing::Shadow, Action::Allow));
    assert!(verdict.reason_text().is_empty());

    let draft = rule(PHRASE).replace("action =", "mode = \"draft\"\naction =").replace("[\"good words\"]", "[]");
    let verdict = judge(&engine(&[(&draft, Scope::Instance)]).unwrap(), now());
    assert!(verdict.is_allowed() && verdict.findings.is_empty());
}

#[test]
fn languages_and_terms_are_kept_to() {
    let toml = rule(&format!("languages = [\"en\"]\nstarts = \"2027-01-01T00:00:00Z\"\n{PHRASE}"));
    let engine = engine(&[(&toml, Scope::Instance)]).unwrap();
    let in_language = |language: Option<&str>| Facts { language: language.map(str::to_owned), ..now() };
    assert_eq!(judge(&engine, in_language(Some("en"))).action, Action::Hold);
    assert_eq!(judge(&engine, in_language(None)).action, Action::Hold);
    assert!(judge(&engine, in_language(Some("cy"))).is_allowed());
    assert!(judge(&engine, Facts::default()).is_allowed());
}

#[test]
fn all_that_is_wrong_is_named_at_once_and_whose_it_is() {
    let named = |id: &str, rest: &str| {
        rule(rest).replace("id = \"r\"", &format!("id = \"{id}\"")).replace("id = \"p\"", &format!("id = \"of-{id}\""))
    };
    let load = |packs: &[String]| {
        let sources = packs.iter().map(|toml| PackSource { name: "test", toml, scope: Scope::Instance });
        Engine::load(sources).err().map(|faults| {
            faults.all().filter_map(|fault| fault.culprit().map(|culprit| format!("{culprit:?}"))).collect::<Vec<_>>()
        })
    };
    let sound = named("a", PHRASE);
    let combine = |other: &str| format!("[rule.when.combine]\nany = [\"{other}\"]");
    let (needs, again) = (named("b", &combine("gone")), named("c", &combine("b")));
    assert_eq!(load(std::slice::from_ref(&sound)), None);
    let wanted = vec!["Rule(\"b\")".to_owned(), "Rule(\"c\")".to_owned()];
    assert_eq!(load(&[sound.clone(), needs, again]), Some(wanted));
    let unreadable = load(&[named("d", &format!("colour = 1\n{PHRASE}")), sound.clone()]).unwrap();
    assert_eq!(unreadable, ["Pack(\"test\")", "Rule(\"d\")"]);
    let wrong = load(&[named("e", PHRASE).replace("[\"bad words\"]", "[\"nothing\"]"), adjust("hold"), sound]).unwrap();
    assert_eq!(wrong, ["Adjustment { pack: \"adjusting\", rule: \"r\" }"]);
}
