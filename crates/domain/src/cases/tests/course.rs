//! All kinds of cases through one face: what can happen when, and what is due.

use crate::Timestamp;
use crate::cases::notice::{Answer, Requirement};
use crate::cases::{CaseKind, CaseLetter, Course, Duty, Step, StepKind, StepRefused};

use super::{at, built_in, england};

const RECEIVED: &str = "2026-01-13T10:00:00Z";

fn begun(kind: CaseKind) -> Course {
    Course::begin(kind, at(RECEIVED), &england()).unwrap()
}

/// After steps one hour apart.
fn after(kind: CaseKind, steps: &[Step]) -> Result<Course, StepRefused> {
    let hours = (1..).map(|hour| Timestamp(at(RECEIVED).0 + hour * 3_600_000));
    Course::replay(kind, at(RECEIVED), hours.zip(steps.iter().cloned()), &england())
}

fn due(course: &Course) -> Vec<(Duty, String)> {
    course.deadlines(&england()).unwrap().iter().map(|one| (one.duty, one.by.to_rfc3339())).collect()
}

#[test]
fn what_can_happen_is_what_is_not_refused() {
    use CaseKind::{DataBreach, DataComplaint, DefamationNotice, SafetyComplaint, SubjectAccess};
    let law = england();
    let valid = Step::Assessed { missing: Vec::new(), earlier_removals: 0 };
    let lacking = Step::Assessed { missing: vec![Requirement::Meaning], earlier_removals: 0 };
    let objects = Step::PosterAnswered(Answer::Objects { details_may_be_given: false });
    for (kind, steps, state, possible) in [
        (DefamationNotice, vec![], "received", "assessed removed withdrawn"),
        (DefamationNotice, vec![lacking], "defective", "told_complainant withdrawn"),
        (DefamationNotice, vec![valid.clone()], "valid", "poster_unreachable passed_to_poster removed withdrawn"),
        (
            DefamationNotice,
            vec![valid.clone(), Step::PassedToPoster],
            "with_poster",
            "poster_unreachable acknowledged poster_answered poster_time_ended removed withdrawn",
        ),
        (
            DefamationNotice,
            vec![valid, Step::PassedToPoster, Step::Acknowledged, objects, Step::ToldComplainant],
            "ended_stands",
            "",
        ),
        (DataBreach, vec![], "received", "removed regulator_told no_need_to_tell persons_told"),
        (DataBreach, vec![Step::NoNeedToTell, Step::Removed, Step::PersonsTold], "settled", ""),
        (SubjectAccess, vec![], "received", "withdrawn identity_proved clarification_asked extended answered"),
        (
            SubjectAccess,
            vec![Step::ClarificationAsked, Step::Extended],
            "waiting",
            "withdrawn identity_proved clarification_came answered",
        ),
        (SubjectAccess, vec![Step::Answered], "settled", ""),
        (DataComplaint, vec![], "received", "acknowledged removed withdrawn answered"),
        (DataComplaint, vec![Step::Acknowledged, Step::Removed], "acknowledged", "withdrawn answered"),
        (SafetyComplaint, vec![Step::Withdrawn], "settled", ""),
    ] {
        let course = after(kind, &steps).unwrap();
        assert_eq!(course.state(), state, "{kind:?} {steps:?}");
        let found: Vec<&str> = course.possible(&law).iter().map(|one| one.as_str()).collect();
        assert_eq!(found.join(" "), possible, "{kind:?} {steps:?}");
        assert_eq!(course.is_over(), state.starts_with("ended") || state == "settled", "{kind:?} {steps:?}");
        for refused in StepKind::ALL.into_iter().filter(|one| !found.contains(&one.as_str())) {
            let error = course.after(refused.plain(), at("2026-03-01T10:00:00Z"), &law).unwrap_err();
            let said = error.to_string();
            assert!(matches!(error, StepRefused::WrongStage { .. }), "{said}");
            assert!(said.contains(state) && found.iter().all(|word| said.contains(word)), "{said}");
        }
    }
}

#[test]
fn clocks_run_until_what_they_are_for_is_done() {
    let breach = (Duty::NotifyRegulator, "2026-01-16T10:00:00.000Z".to_owned());
    assert_eq!(due(&begun(CaseKind::DataBreach)), [breach]);
    assert!(due(&after(CaseKind::DataBreach, &[Step::RegulatorTold]).unwrap()).is_empty());

    // to the end of 13 February, a Friday; extended to 13 April
    let month = "2026-02-14T00:00:00.000Z".to_owned();
    let both = [(Duty::AnswerRequest, month.clone()), (Duty::SayItTakesLonger, month)];
    assert_eq!(due(&begun(CaseKind::SubjectAccess)), both);
    let extended = after(CaseKind::SubjectAccess, &[Step::Extended]).unwrap();
    assert_eq!(due(&extended), [(Duty::AnswerRequest, "2026-04-13T23:00:00.000Z".to_owned())]);

    let complaint = begun(CaseKind::DataComplaint);
    assert_eq!(due(&complaint)[0].0, Duty::AcknowledgeComplaint);
    assert!(due(&after(CaseKind::DataComplaint, &[Step::Acknowledged]).unwrap()).is_empty());
    let duties = |course: &Course| due(course).into_iter().map(|(duty, _)| duty).collect::<Vec<_>>();
    assert_eq!(duties(&begun(CaseKind::SafetyComplaint)), [Duty::AcknowledgeComplaint, Duty::AnswerComplaint]);
    let acknowledged = after(CaseKind::SafetyComplaint, &[Step::Acknowledged]).unwrap();
    assert_eq!(duties(&acknowledged), [Duty::AnswerComplaint]);
}

#[test]
fn a_question_stops_the_clock_and_a_proof_starts_it_again() {
    let law = england();
    let begun = begun(CaseKind::SubjectAccess);
    let asked = begun.after(Step::ClarificationAsked, at("2026-01-20T10:00:00Z"), &law).unwrap();
    assert_eq!(due(&asked), due(&begun), "as if it went on, which is the earlier end");
    let early = asked.after(Step::ClarificationCame, at("2026-01-19T10:00:00Z"), &law);
    assert!(matches!(early, Err(StepRefused::TooEarly(_))), "{early:?}");
    // six days, both counted: the 13th becomes the 19th
    let came = asked.after(Step::ClarificationCame, at("2026-01-25T10:00:00Z"), &law).unwrap();
    assert_eq!(due(&came)[0].1, "2026-02-20T00:00:00.000Z");
    let proved = begun.after(Step::IdentityProved, at("2026-01-15T10:00:00Z"), &law).unwrap();
    // the 15th is a Sunday
    assert_eq!(due(&proved)[0].1, "2026-02-17T00:00:00.000Z");
    let late = begun.after(Step::Extended, at("2026-02-14T00:00:00.001Z"), &law);
    assert_eq!(late, Err(StepRefused::TooLate(at("2026-02-14T00:00:00Z"))));
}

#[test]
fn what_is_no_procedure_does_not_begin_and_nothing_is_before_its_beginning() {
    let scotland = built_in("scotland");
    let refused = Course::begin(CaseKind::DefamationNotice, at(RECEIVED), &scotland);
    assert!(matches!(refused, Err(StepRefused::NoProcedure(_))), "{refused:?}");
    let begun = Course::begin(CaseKind::DataBreach, at(RECEIVED), &scotland).unwrap();
    let early = begun.after(Step::RegulatorTold, Timestamp(at(RECEIVED).0 - 1), &scotland);
    assert_eq!(early, Err(StepRefused::TooEarly(at(RECEIVED))));
}

#[test]
fn words_are_read_back_and_each_letter_is_a_step() {
    for kind in StepKind::ALL {
        assert_eq!((StepKind::parse(kind.as_str()), kind.plain().kind()), (Some(kind), kind));
    }
    for kind in CaseKind::ALL {
        assert_eq!(CaseKind::parse(kind.as_str()), Some(kind));
        for letter in CaseLetter::ALL {
            assert_eq!(CaseLetter::parse(letter.as_str()), Some(letter));
            assert!(StepKind::ALL.contains(&letter.step(kind)));
        }
    }
    assert_eq!((StepKind::parse("opened"), CaseKind::parse(""), CaseLetter::parse("love")), (None, None, None));
}
