//! Colours, and where they go.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Color, Style};
use clap::ValueEnum;

const fn of(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// The style of what breaks.
pub const BAD: Style = of(AnsiColor::Red).bold();
/// The style of what is worth a look.
pub const ODD: Style = of(AnsiColor::Yellow);
/// The style of what is right, and of what came.
pub const GOOD: Style = of(AnsiColor::Green);
/// The style of names.
pub const NAME: Style = of(AnsiColor::Cyan);
/// The style of what stands beside.
pub const DIM: Style = Style::new().dimmed();

/// The choice of when to colour.
#[derive(Clone, Copy, ValueEnum)]
pub enum When {
    /// Where a terminal shows it.
    Auto,
    /// Wherever it is printed.
    Always,
    /// Nowhere, not on a terminal either.
    Never,
}

impl When {
    /// Makes it the choice of the whole program.
    pub fn choose(self) {
        match self {
            When::Auto => anstream::ColorChoice::Auto,
            When::Always => anstream::ColorChoice::Always,
            When::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Text in a style.
pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Something that goes on, told on a terminal once it has taken more than a second.
pub struct Progress {
    began: Instant,
    told: bool,
}

impl Progress {
    pub fn new() -> Self {
        Progress { began: Instant::now(), told: false }
    }

    pub fn tell(&mut self, what: &str, done: usize, all: usize) {
        if self.began.elapsed() > Duration::from_secs(1) && std::io::stderr().is_terminal() {
            self.told = true;
            // Nothing depends on whether it is seen.
            let _ = write!(anstream::stderr(), "\r{what}: {done} of {all}\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }
}
