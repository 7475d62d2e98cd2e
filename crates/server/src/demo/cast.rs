//! Who is in the demo. All schools and people are made up.

/// A school of the demo.
pub(crate) struct School {
    /// Name.
    pub(crate) title: &'static str,
    /// What it says about itself.
    pub(crate) description: &'static str,
    /// Its people: handle, name shown, biography.
    pub(crate) staff: &'static [(&'static str, &'static str, &'static str)],
}

/// The three schools.
pub(crate) const SCHOOLS: [School; 3] = [
    School {
        title: "Oakfield Primary",
        description: "A two-form-entry primary on the edge of a market town. Fictional.",
        staff: &[
            ("amara", "Amara Osei", "Headteacher. Oracy, phonics, and getting home before dark."),
            ("tom", "Tom Hale", "Deputy head. Assessment without the spreadsheets."),
        ],
    },
    School {
        title: "Elm Road Academy",
        description: "An 11–16 school in a small trust by the sea. Fictional.",
        staff: &[
            ("ben", "Ben Carter", "Assistant head, behaviour and belonging."),
            ("priya", "Priya Nair", "Head of maths. Ask me about mixed attainment."),
        ],
    },
    School {
        title: "Ashgrove Learning Trust",
        description: "Nine schools, one central team. Fictional.",
        staff: &[
            ("cerys", "Cerys Evans", "Director of education. Curriculum, but make it workable."),
            ("jonah", "Jonah Reid", "IT lead. Yes, the projector works now."),
        ],
    },
];

/// Password of everybody in the demo; the servers listen on loopback only.
pub(crate) const PASSWORD: &str = "staffroom-demo";

/// What is said with the shared hashtag: (school, person, text).
pub(crate) const TAGGED: [(usize, usize, &str); 6] = [
    (0, 0, "Tonight at eight: how do you keep staff meetings short and still decide something? #SLTchat"),
    (1, 0, "Ours is standing room only, literally: we stand, nine minutes, one decision each. #SLTchat"),
    (2, 0, "We moved everything informational to a written briefing on Monday. Meetings are for deciding. #SLTchat"),
    (
        0,
        1,
        "A shared question at the top of the agenda helps. If nobody can answer it by the end, it was not a meeting. #SLTchat",
    ),
    (1, 1, "Would anybody swap a mixed-attainment fractions unit for one on ratio? Happy to send ours first. #SLTchat"),
    (2, 1, "Recording the decision where everybody can find it saved us more time than any agenda. #SLTchat"),
];
