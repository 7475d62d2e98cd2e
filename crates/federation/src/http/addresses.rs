//! Which IP addresses belong to the public internet, and which are somebody's own network.
//!
//! Pure. The tables follow the IANA special-purpose registries
//! <https://www.iana.org/assignments/iana-ipv4-special-registry> and
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>, read strictly: whatever is not plainly global
//! unicast is refused, including every form that smuggles an IPv4 address inside an IPv6 one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of place an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Globally routable unicast.
    Global,
    /// This machine.
    Loopback,
    /// Somebody's own network: RFC 1918, shared address space (RFC 6598), unique local IPv6 (RFC 4193).
    Private,
    /// Link-local (cloud metadata services), multicast, documentation, tunnels, reserved: never a peer.
    Never,
}

/// Classifies an address.
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => reach_v6(v6),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) => Reach::Loopback,
        // private (10/8, 172.16/12, 192.168/16), shared address space of carrier NAT (100.64/10)
        (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => Reach::Private,
        // in this order: "this network", multicast, reserved and broadcast; link-local; IETF protocol assignments and
        // documentation (TEST-NET-1..3); 6to4 relay anycast; AS112, AMT; benchmarking
        (0 | 224..=255, ..)
        | (169, 254, _)
        | (192, 0, 0 | 2)
        | (198, 51, 100)
        | (203, 0, 113)
        | (192, 88, 99)
        | (192, 31, 196)
        | (192, 175, 48)
        | (192, 52, 193)
        | (198, 18..=19, _) => Reach::Never,
        _ => Reach::Global,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        return Reach::Loopback;
    }
    let [a, b, c, ..] = address.segments();
    match (a, b, c) {
        // unique local fc00::/7
        (0xfc00..=0xfdff, ..) => Reach::Private,
        // IETF protocol assignments 2001::/23 (Teredo, ORCHID, benchmarking, AMT …), documentation, 6to4, 3fff::/20,
        // direct delegation AS112
        (0x2001, 0x0000..=0x01ff | 0x0db8, _)
        | (0x2002, ..)
        | (0x3fff, 0x0000..=0x0fff, _)
        | (0x2620, 0x004f, 0x8000) => Reach::Never,
        // only 2000::/3 is global unicast: this leaves out ::, ::ffff:0:0/96, NAT64 64:ff9b::/96 and 64:ff9b:1::/48,
        // 100::/64, segment routing 5f00::/16, link-local, site-local and multicast
        (0x2000..=0x3fff, ..) => Reach::Global,
        _ => Reach::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_range_is_refused_at_both_ends() {
        for text in [
            "0.0.0.0",
            "0.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "192.0.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.175.48.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::2",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "4000::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "feff::1",
            "ff02::1",
            "ff0e::1",
            "1::1",
        ] {
            assert_eq!(reach(text.parse().unwrap()), Reach::Never, "{text}");
        }
        for text in [
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "fc00::1",
            "fdff::1",
        ] {
            assert_eq!(reach(text.parse().unwrap()), Reach::Private, "{text}");
        }
        for text in ["127.0.0.1", "127.255.255.254", "::1"] {
            assert_eq!(reach(text.parse().unwrap()), Reach::Loopback, "{text}");
        }
    }

    #[test]
    fn public_addresses_next_to_special_ranges_are_global() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "169.253.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.17.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "2003::1",
            "3ffe::1",
            "2620:4f:8001::1",
            "2001:db9::1",
        ] {
            assert_eq!(reach(text.parse().unwrap()), Reach::Global, "{text}");
        }
    }
}
