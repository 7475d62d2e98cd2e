//! Who was turned away by a rule about e-mail domains was kept with their address; from now on with a keyed hash of it.
//! What was counted so far, in a week at most, is forgotten.

crate::sql::step!("DELETE FROM email_domain_tries");
