//! Colours, and where they go.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Color, Style};
use clap::ValueEnum;

const fn of(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// What breaks.
pub const BAD: Style = of(AnsiColor::Red).bold();
/// What is worth a look.
pub const ODD: Style = of(AnsiColor::Yellow);
/// What is right, and what came.
pub const GOOD: Style = of(AnsiColor::Green);
/// Names.
pub const NAME: Style = of(AnsiColor::Cyan);
/// What stands beside.
pub const DIM: Style = Style::new().dimmed();

/// When to colour.
#[derive(Clone, Copy, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
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

/// What is going on, told on a terminal once it has taken more than a second.
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
