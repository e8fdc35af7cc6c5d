use std::fmt;

use crate::version::Version;

/// Versions for people: runs of three and more minor numbers as their ends.
pub(crate) struct History<'a>(pub(crate) &'a [Version]);

impl fmt::Display for History<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut separator = "";
        while let [first, ..] = rest {
            let run = rest.windows(2).take_while(|pair| follows(pair[0], pair[1])).count();
            let (now, later) = if run >= 2 { rest.split_at(run + 1) } else { rest.split_at(1) };
            write!(f, "{separator}{first}")?;
            if let [_, .., last] = now {
                write!(f, " to {last}")?;
            }
            separator = ", ";
            rest = later;
        }
        Ok(())
    }
}

fn follows(earlier: Version, later: Version) -> bool {
    earlier.major() == later.major()
        && earlier.minor().checked_add(1) == Some(later.minor())
        && earlier.patch().is_none()
        && later.patch().is_none()
}
