//! FUZ-05: the address filter equals a table written down a second time, from the registries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use staffroom_server::federation::http::AddressPolicy;

use super::check;

/// Special-purpose IPv4 blocks, from
/// <https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml> (also those said to be
/// reachable: nobody's server is there), and from <https://www.iana.org/assignments/multicast-addresses>.
const V4: [(&str, u32); 20] = [
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.31.196.0", 24),
    ("192.52.193.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("192.175.48.0", 24),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("255.255.255.255", 32),
    ("192.0.0.170", 31),
];

/// Special-purpose IPv6 blocks inside `2000::/3`, the only one allotted for global unicast
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml>.
const V6: [(&str, u32); 5] =
    [("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("2620:4f:8000::", 48), ("3fff::", 20)];

fn is_in(bits: u128, width: u32, network: u128, length: u32) -> bool {
    bits >> (width - length) == network >> (width - length)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !V4.iter().any(|(network, length)| {
            let network: Ipv4Addr = network.parse().unwrap();
            is_in(u32::from(address).into(), 32, u32::from(network).into(), *length)
        }),
        IpAddr::V6(address) => {
            let inside = |network: &str, length| {
                let network: Ipv6Addr = network.parse().unwrap();
                is_in(u128::from(address), 128, u128::from(network), length)
            };
            inside("2000::", 3) && !V6.iter().any(|(network, length)| inside(network, *length))
        }
    }
}

fn is_allowed(address: IpAddr) -> bool {
    AddressPolicy::strict().check_address("peer.example", address).is_ok()
}

#[test]
fn fuz_05_every_sixteen_bits_of_ipv4_are_as_the_table_says() {
    for high in 0..=u16::MAX {
        let blocks: Vec<u8> = if is_split(high) { (0..=255).collect() } else { vec![0, 99, 255] };
        for (block, last) in blocks.into_iter().flat_map(|block| [0, 1, 170, 254, 255].map(|last| (block, last))) {
            let [a, b] = high.to_be_bytes();
            let address = IpAddr::from([a, b, block, last]);
            assert_eq!(is_allowed(address), is_public(address), "{address}");
        }
    }
}

/// Whether some block of the table is a part of this one.
fn is_split(high: u16) -> bool {
    let network = |(text, length): &(&str, u32)| (u32::from(text.parse::<Ipv4Addr>().unwrap()) >> 16, *length);
    V4.iter().map(network).any(|(start, length)| length > 16 && start == u32::from(high))
}

#[test]
fn fuz_05_sampled_addresses_are_as_the_table_says() {
    let near_the_edges =
        (prop::sample::select(&V6[..]), -2_i128..3, any::<bool>()).prop_map(|((network, length), off, end)| {
            let start = u128::from(network.parse::<Ipv6Addr>().unwrap());
            let edge = if end { start + (1_u128 << (128 - length)) } else { start };
            edge.wrapping_add_signed(off)
        });
    let with_a_head = (any::<u16>(), any::<u16>(), any::<u128>())
        .prop_map(|(first, second, rest)| u128::from(first) << 112 | u128::from(second) << 96 | rest >> 32);
    let with_ipv4 =
        (prop::sample::select(vec!["::", "::ffff:0:0", "64:ff9b::", "64:ff9b:1::", "2002::"]), any::<u32>())
            .prop_map(|(head, v4)| u128::from(head.parse::<Ipv6Addr>().unwrap()) | u128::from(v4));
    let global = any::<u128>().prop_map(|bits| bits >> 3 | 1 << 125);
    let v6 = prop_oneof![near_the_edges, with_a_head, with_ipv4, global, any::<u128>()].prop_map(Ipv6Addr::from);
    let address = prop_oneof![v6.prop_map(IpAddr::from), any::<u32>().prop_map(Ipv4Addr::from).prop_map(IpAddr::from)];
    check("fuz_05_addresses", 20_000, &address, |address| {
        prop_assert_eq!(is_allowed(address), is_public(address), "{}", address);
        Ok(())
    });
}

#[test]
fn fuz_05_the_table_itself_refuses_what_it_must() {
    for bad in
        ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "100.64.0.1", "2002::1"]
    {
        assert!(!is_public(bad.parse().unwrap()), "{bad}");
    }
    for good in ["1.1.1.1", "172.15.0.1", "2606:4700::1111", "198.20.0.0"] {
        assert!(is_public(good.parse().unwrap()), "{good}");
    }
}
