//! Lists of words the detectors ask for.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words in lower case.
pub(super) type Words = LazyLock<HashSet<&'static str>>;

fn list(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Words that link a label with its number.
pub(super) static LINKS: Words = LazyLock::new(|| {
    list(
        "is was are of the our your my her his their its s it me us him them on at or for via with as please just \
         still now a new and here this that",
    )
});

/// Words that stand for "number".
pub(super) static NUMBER: Words =
    LazyLock::new(|| list("number numbers no nos num nr ref reference id code details tag label"));

/// Things with numbers of their own; said right before a number, it is theirs.
pub(super) static THINGS: Words = LazyLock::new(|| {
    list(
        "order batch asset parcel consignment voucher coupon receipt transaction purchase po requisition version grid \
         sn ref reference total population zoom ticket raffle quote claim",
    )
});

/// Things that have a number when it is said to be one: `booking no 943`, but not `for bookings 01632 960123`.
pub(super) static NUMBERED_THINGS: Words = LazyLock::new(|| {
    list(
        "item part model case job lot paper course card room policy licence license key cost ledger budget pin \
         password passcode wifi incident company vat meter exam centre qualification library book file document till \
         locker router printer laptop ipad device machine scan log entry build release gift seat train flight site \
         kit box store project grant contract tender supplier tickets booking bookings membership charity \
         registration stock warranty delivery candidate meeting webinar conference product catalogue catalog \
         quotation fixture shelfmark confirmation payroll employee admission customer extension cartridge barcode \
         accession dfe establishment",
    )
});

/// Right before a date: it is a limit, or of something else.
pub(super) static LIMITS: Words = LazyLock::new(|| {
    list(
        "until till from by due cutoff cut closes opens opened starts started joined enrolled admitted left update \
         updated send sent submitted published established founded expires expiry issued",
    )
});

/// Anywhere between a cue and a date: the date is of something else.
pub(super) static OTHER_DATES: Words =
    LazyLock::new(|| list("between before after since deadline format party assembly"));

/// One child.
pub(super) static CHILD: Words = LazyLock::new(|| {
    list(
        "pupil child boy girl student son daughter kid learner infant toddler baby sibling brother sister lad \
         youngster aged",
    )
});

/// Things that have dates of their own.
pub(super) static EVENTS: Words = LazyLock::new(|| {
    list(
        "trip trips visit visits assembly meeting meetings event events evening day term week closing exam exams test \
         tests sats performance concert play match club inset photo photos letter policy review reviewed version \
         minutes incident report reports guidance absence absent excluded suspended date dated training course \
         conference voice premium survey census progress interview work newsletter update news published posted \
         booked tutoring session workshop lesson council on starting summit protection referral final finals fixture \
         cup football rugby netball cricket tournament gala swimming festival show party disco fair fete prom \
         residential camp ceremony awards lunch breakfast sale talk webinar launch holiday break closure return back \
         award prize month",
    )
});

/// So many that no single birth is told.
pub(super) static MANY: Words =
    LazyLock::new(|| list("children pupils those students kids babies anyone everyone learners"));

/// What has `birth` in its name and dates of its own.
pub(super) static OF_BIRTH: Words = LazyLock::new(|| list("certificate certificates rate rates weight parents mother"));

/// Words that call a code a postcode or an address.
pub(super) static POSTCODE: Words =
    LazyLock::new(|| list("postcode postcodes postal post address lives zip satnav nav"));

/// Persons and homes.
pub(super) static HOME: Words = LazyLock::new(|| {
    list(
        "lives live living lived home family parent parents mum dad mother father carer carers pupil child boy girl \
         student son daughter sister brother his her their he she my mr mrs miss ms mx moved moving resident resides \
         flat house siblings gran nan grandad guardian foster neighbour whose",
    )
});

/// Places people are invited to.
pub(super) static VENUES: Words = LazyLock::new(|| {
    list(
        "venue hotel museum theatre conference hall campus office offices hq library station gallery stadium arena \
         university register tickets",
    )
});

/// Kinds of streets and dwellings.
pub(super) static STREETS: Words = LazyLock::new(|| {
    list(
        "road rd street st lane ln avenue ave close cl drive dr way crescent cres court ct gardens gdns terrace place \
         pl grove walk row hill green square mews rise view park gate parade house flat",
    )
});

/// What has codes that look like postcodes: classes, rooms, things.
pub(super) static CLASSES: Words = LazyLock::new(|| {
    list(
        "class classes form set sets year yr room rooms group groups tutor block option band table version model part \
         sku grid period level key stage paper unit bay locker timetable order ref item",
    )
});

/// Words that letters of a postcode spell when they stand alone.
pub(super) static SHORT: Words = LazyLock::new(|| {
    list("so me la da pa st dr ha he us at as be by up we an ad ed eg en ex hd el na re th nd rd ta pe yr hr ft gb s a")
});

/// What is counted by ordinals.
pub(super) static ORDERED: Words = LazyLock::new(|| {
    list(
        "floor period block term half year years column week team round attempt draft paper lesson set row stage form \
         corridor exam of",
    )
});

/// Last labels of domains that are believed behind white space or the word `dot`.
pub(super) static DOMAIN_ENDS: Words =
    LazyLock::new(|| list("uk com org net edu gov eu scot wales cymru ie school academy college example test"));

/// Words before `at` that make it the word it is.
pub(super) static BEFORE_AT: Words = LazyLock::new(|| {
    list(
        "look looking see find found us me is are was available visit it meet them here more live now details info \
         online website tickets page blog posted teach teacher work works working based arrive check shop join starts \
         him her that this up out and",
    )
});

/// Words that make an address likely.
pub(super) static EMAIL: Words =
    LazyLock::new(|| list("email e mail emails contact address write gmail outlook emailed mailed"));
