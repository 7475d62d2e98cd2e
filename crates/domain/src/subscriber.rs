//! Who is counted when it is counted by internet address.

use std::net::IpAddr;

/// Stands for all addresses one subscriber can take at will: an IPv4 address for itself (also where it is written
/// inside IPv6), an IPv6 address for its /64 network, for that is the least a subscriber gets (RFC 6177).
pub fn subscriber(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_ipv6_network_is_one_and_mapped_ipv4_is_itself() {
        let of = |ip: &str| subscriber(ip.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
