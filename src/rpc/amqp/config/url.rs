use std::fmt;
use std::str::FromStr;

use super::error::ConfigError;

/// The drivers of `oslo.messaging` that this one stands for, and what kombu and lapin call them.
const SCHEMES: [(&str, bool); 8] = [
    ("rabbit", false),
    ("kombu", false),
    ("amqp", false),
    ("amqps", true),
    ("kombu+rabbit", false),
    ("kombu+amqp", false),
    ("kombu+pyamqp", false),
    ("kombu+amqps", true),
];

const PORT: u16 = 5672;
const TLS_PORT: u16 = 5671;

/// Where the brokers of a fleet are (`transport_url`): `rabbit://USER:PASSWORD@HOST:PORT,.../VIRTUAL_HOST?OPTIONS`.
///
/// It is read as `oslo.messaging` and kombu read it. The schemes are `rabbit`, `kombu`, `amqp` and `amqps`; the last one
/// is `rabbit` with `ssl = true`, and port 5671 where none stands. Without a virtual host it's `/`. What the query names
/// counts before the same option of the file. `Debug` and errors show neither users nor passwords.
#[derive(Clone, PartialEq, Eq)]
pub struct TransportUrl {
    pub(in crate::rpc::amqp) is_tls: bool,
    pub(in crate::rpc::amqp) brokers: Vec<Broker>,
    pub(in crate::rpc::amqp) virtual_host: String,
    pub(in crate::rpc::amqp) query: Vec<(String, String)>,
}

/// One of the brokers.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::rpc::amqp) struct Broker {
    pub(in crate::rpc::amqp) host: String,
    pub(in crate::rpc::amqp) port: u16,
    pub(in crate::rpc::amqp) user: String,
    pub(in crate::rpc::amqp) password: String,
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for TransportUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportUrl")
            .field("brokers", &self.brokers)
            .field("virtual_host", &self.virtual_host)
            .field("is_tls", &self.is_tls)
            .finish_non_exhaustive()
    }
}

impl FromStr for TransportUrl {
    type Err = ConfigError;

    /// Reads a URL.
    ///
    /// # Errors
    /// Where it is none. No part of it is repeated but a scheme, since a password may stand in any other.
    fn from_str(url: &str) -> Result<Self, ConfigError> {
        parse(url).map_err(|reason| ConfigError::new(reason).at_option("DEFAULT", "transport_url"))
    }
}

fn parse(url: &str) -> Result<TransportUrl, String> {
    const FORM: &str = "it isn't rabbit://USER:PASSWORD@HOST:PORT/VIRTUAL_HOST";
    let (scheme, rest) = url.split_once("://").ok_or(FORM)?;
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = |found: char| found.is_ascii_alphanumeric() || "+-.".contains(found);
    if scheme.is_empty() || !scheme.chars().all(is_scheme) {
        return Err(FORM.to_owned());
    }
    let (_, is_tls) = SCHEMES.into_iter().find(|(known, _)| *known == scheme).ok_or_else(|| {
        format!("there is no driver for {scheme}:// here; those that there are: rabbit, kombu, amqp, amqps")
    })?;
    // As in any URL, `#` begins what is meant for nobody else.
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
    let brokers: Result<Vec<Broker>, String> =
        hosts.split(',').filter(|host| !host.is_empty()).map(|host| broker(host, is_tls)).collect();
    let mut brokers = brokers?;
    if brokers.is_empty() {
        brokers.push(broker("localhost", is_tls)?);
    }
    Ok(TransportUrl { is_tls, brokers, virtual_host: virtual_host(path)?, query: pairs(query)? })
}

/// A host with its user. A user or password that is empty or missing is `guest`, as in kombu.
fn broker(text: &str, is_tls: bool) -> Result<Broker, String> {
    let (user, address) = text.rsplit_once('@').unwrap_or(("", text));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let or_guest = |text: &str, what| {
        let text = decoded(text).ok_or_else(|| format!("the {what} isn't utf-8"))?;
        Ok::<_, String>(if text.is_empty() { "guest".to_owned() } else { text })
    };
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']').ok_or("an IPv6 address lacks its ]")?;
            (host, rest.strip_prefix(':').filter(|port| !port.is_empty()))
        }
        None => match address.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port).filter(|port| !port.is_empty())),
            // An IPv6 address without brackets has no port.
            _ => (address, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(
            "a port isn't a number from 1 to 65535; in passwords / is %2F, ? is %3F, # is %23, @ is %40, : is %3A",
        )?,
        None if is_tls => TLS_PORT,
        None => PORT,
    };
    let host = if host.is_empty() { "localhost".to_owned() } else { host.to_lowercase() };
    Ok(Broker { host, port, user: or_guest(user, "user")?, password: or_guest(password, "password")? })
}

/// The virtual host. `oslo.messaging` decodes it, and kombu, which gets it so, does once more.
fn virtual_host(path: &str) -> Result<String, String> {
    let decoded = || {
        let once = decoded(path)?;
        let cut = once.split(['?', '#']).next().unwrap_or_default();
        decoded(cut)
    };
    let found = decoded().ok_or("the virtual host isn't utf-8")?;
    Ok(if found.is_empty() { "/".to_owned() } else { found })
}

/// The options of a query, the values of each joined by commas; those without a value count as not there.
fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&') {
        let Some((name, value)) = pair.split_once('=').filter(|(_, value)| !value.is_empty()) else {
            continue;
        };
        let plain = |text: &str| decoded(&text.replace('+', " ")).ok_or("the query isn't utf-8");
        let (name, value) = (plain(name)?, plain(value)?);
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => {
                values.push(',');
                values.push_str(&value);
            }
            None => pairs.push((name, value)),
        }
    }
    Ok(pairs)
}

/// A text with its `%41` as the bytes that they stand for. One that isn't two hexadecimal digits stays, as in Python.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |place: usize| after.get(place).and_then(|found| char::from(*found).to_digit(16));
        match (*first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).ok()?);
                rest = after.get(2..)?;
            }
            (other, ..) => {
                bytes.push(other);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(url: &str) -> (String, u16, String, String, String) {
        let TransportUrl { mut brokers, virtual_host, .. } = url.parse().unwrap();
        let Broker { host, port, user, password } = brokers.remove(0);
        (host, port, user, password, virtual_host)
    }

    /// Results of `oslo.messaging` 18.3.1 with kombu 5.7.0 for these URLs.
    #[test]
    fn urls_are_read_as_oslo_messaging_reads_them() {
        for (url, host, port, user, password, virtual_host) in [
            ("rabbit://h", "h", 5672, "guest", "guest", "/"),
            ("rabbit://h/", "h", 5672, "guest", "guest", "/"),
            ("rabbit://h//", "h", 5672, "guest", "guest", "/"),
            ("rabbit://h/%2f", "h", 5672, "guest", "guest", "/"),
            ("rabbit://h/%2Fa", "h", 5672, "guest", "guest", "/a"),
            ("rabbit://h/a%2541", "h", 5672, "guest", "guest", "aA"),
            ("rabbit://h/a%3Fb", "h", 5672, "guest", "guest", "a"),
            ("kombu://h/x", "h", 5672, "guest", "guest", "x"),
            ("kombu+amqp://u:p@h/x", "h", 5672, "u", "p", "x"),
            ("rabbit://[::1]:5/", "::1", 5, "guest", "guest", "/"),
            ("rabbit://::1/", "::1", 5672, "guest", "guest", "/"),
            ("rabbit://u@a:p%40@h:7/v", "h", 7, "u@a", "p@", "v"),
            ("rabbit://u:a:b@h/", "h", 5672, "u", "a:b", "/"),
            ("rabbit://u:@h", "h", 5672, "u", "guest", "/"),
            ("rabbit://:p@H/", "h", 5672, "guest", "p", "/"),
            ("rabbit://", "localhost", 5672, "guest", "guest", "/"),
            ("rabbit:///v", "localhost", 5672, "guest", "guest", "v"),
            ("RABBIT://h/", "h", 5672, "guest", "guest", "/"),
            ("amqps://h/", "h", 5671, "guest", "guest", "/"),
            ("rabbit://u%2Fx:p%zz@h:/", "h", 5672, "u/x", "p%zz", "/"),
        ] {
            let expected = (host.into(), port, user.into(), password.into(), virtual_host.into());
            assert_eq!(one(url), expected, "{url}");
        }
        let several: TransportUrl =
            "rabbit://a:b@one:1,,c:d@two,three:3/v?ssl=1&ssl=2&x=&y=a+b%26".parse().unwrap();
        let shown: Vec<String> = several.brokers.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["one:1", "two:5672", "three:3"]);
        assert_eq!(several.brokers[1].password, "d");
        assert_eq!(several.brokers[2].user, "guest");
        assert_eq!(several.query, [("ssl".into(), "1,2".into()), ("y".into(), "a b&".into())]);
    }

    #[test]
    fn a_url_that_is_none_shows_no_password() {
        for url in [
            "guest:s3cret@host/",
            "amqp:/guest:s3cret@x",
            "amqp://guest:s3cret",
            "rabbit://guest:s3#cret@host/",
            "rabbit://guest:s3/cret@host/",
            "rabbit://guest:s3cret@[::1/",
            "rabbit://guest:s3cret%ff@host/",
            "rabbit://guest:s3cret@host:port/",
            "rabbit://guest:s3cret@host:70000/",
            "http://guest:s3cret@host/",
            "s3cret:guest://host/",
            "",
        ] {
            let error = url.parse::<TransportUrl>().unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(told.contains("transport_url") && !told.contains("s3"), "{url}: {told}");
        }
        let url: TransportUrl = "rabbit://guest:s3cret@host/".parse().unwrap();
        assert!(!format!("{url:?}").contains("s3cret"));
    }
}
