//! Which `Host` and `Origin` a request may carry.
//!
//! A page from anywhere can make a browser send requests to this machine. Two rules stop it: the `Host` must be one
//! that no stranger's DNS can point here (DNS rebinding), and a request that changes something, or opens the event
//! stream, must come from our own page (its `Origin` is `http://` and that same `Host`).

use std::net::{IpAddr, SocketAddr};

/// What is allowed.
#[derive(Clone, Debug)]
pub struct Rules {
    port: u16,
    public: bool,
    names: Vec<String>,
}

impl Rules {
    /// For a listener on `addr`. With `public`, any IP address will do as host (an address cannot be rebound), and
    /// the `names` its owner gave; without, only this machine's own.
    pub fn new(addr: SocketAddr, public: bool, names: Vec<String>) -> Self {
        Self { port: addr.port(), public, names }
    }

    /// Is this value of `Host` one of ours?
    pub fn host(&self, host: &str) -> bool {
        let Some((name, port)) = split(host) else { return false };
        if port != self.port {
            return false;
        }
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        match name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(addr) => addr.is_loopback() || self.public,
            Err(_) => self.public && self.names.iter().any(|own| own.eq_ignore_ascii_case(name)),
        }
    }

    /// Is `origin` the page that this node itself serves under `host`?
    pub fn same_origin(origin: &str, host: &str) -> bool {
        origin.strip_prefix("http://").is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    }
}

/// `name:port`; the port may be left out (80).
fn split(host: &str) -> Option<(&str, u16)> {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => Some((name, port.parse().ok()?)),
        _ => Some((host, 80)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_unless_public() {
        let rules = Rules::new("127.0.0.1:4100".parse().unwrap(), false, vec!["chat.example".into()]);
        for good in ["127.0.0.1:4100", "localhost:4100", "LOCALHOST:4100", "[::1]:4100", "127.0.0.2:4100"] {
            assert!(rules.host(good), "{good}");
        }
        for bad in [
            "",
            ":",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:4101",
            "evil.example:4100",
            "localhost.evil.example:4100",
            "192.168.1.5:4100",
            "chat.example:4100",
            "127.0.0.1:4100:4100",
            "[::1]",
            "127.0.0.1:+4100x",
        ] {
            assert!(!rules.host(bad), "{bad}");
        }
        let public = Rules::new("0.0.0.0:4100".parse().unwrap(), true, vec!["chat.example".into()]);
        assert!(public.host("192.168.1.5:4100") && public.host("chat.example:4100"));
        assert!(!public.host("evil.example:4100"));
    }

    #[test]
    fn an_origin_is_the_scheme_and_the_same_host() {
        assert!(Rules::same_origin("http://127.0.0.1:4100", "127.0.0.1:4100"));
        for bad in ["null", "http://127.0.0.1:4101", "https://127.0.0.1:4100", "http://127.0.0.1:4100.evil", ""] {
            assert!(!Rules::same_origin(bad, "127.0.0.1:4100"), "{bad}");
        }
    }
}
