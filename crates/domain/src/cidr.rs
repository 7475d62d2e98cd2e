//! Blocks of internet addresses, such as `10.20.0.0/16` or `fd00:1::/32`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bits before an IPv4 address inside an IPv6 one (RFC 4291, 2.5.5.2).
const MAPPED: u32 = 96;

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    length: u32,
}

impl Cidr {
    /// Reads `address/length`; `None` for anything else, also for a network with bits outside its length. IPv4 written
    /// inside IPv6 (`::ffff:10.20.0.0/112`) is IPv4.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let length: u32 = length.parse().ok()?;
        let is_block = length <= width(address) && number(address) & !mask(address, length) == 0;
        is_block.then(|| Self::plain(address, length))
    }

    /// Reads `address/length`, or a single address, which is a block of one.
    pub fn parse_or_one(text: &str) -> Option<Self> {
        let one = |address: IpAddr| Self::plain(address, width(address));
        Self::parse(text).or_else(|| text.parse().ok().map(one))
    }

    fn plain(address: IpAddr, length: u32) -> Self {
        match (address.to_canonical(), length.checked_sub(MAPPED)) {
            (v4 @ IpAddr::V4(_), Some(length)) => Self { address: v4, length },
            _ => Self { address, length },
        }
    }

    /// Whether it is so large that no single network or provider has it: wider than /8 in IPv4, than /16 in IPv6.
    pub fn is_huge(&self) -> bool {
        self.length < if self.address.is_ipv4() { 8 } else { 16 }
    }

    /// Whether addresses of the machine itself lie inside.
    pub fn has_loopback(&self) -> bool {
        self.address.is_loopback()
            || [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
                .into_iter()
                .any(|own| self.contains(own))
    }

    /// Whether `address` lies inside. IPv4 inside IPv6 forms never do: [`IpAddr::to_canonical`] comes first.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4()
            && number(address) & mask(self.address, self.length) == number(self.address)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The bits that all addresses of a block share; `length` is at most the width.
fn mask(address: IpAddr, length: u32) -> u128 {
    let ones = u128::MAX.checked_shr(128 - width(address)).unwrap_or(0);
    ones & !u128::MAX.checked_shr(128 - (width(address) - length)).unwrap_or(0)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_its_own_addresses() {
        let block = Cidr::parse("10.20.0.0/16").unwrap();
        assert!(block.contains("10.20.255.1".parse().unwrap()));
        assert!(!block.contains("10.21.0.1".parse().unwrap()));
        assert!(!block.contains("::ffff:10.20.0.1".parse().unwrap()));
        assert!(Cidr::parse("10.1.2.3/32").unwrap().contains("10.1.2.3".parse().unwrap()));
        assert!(Cidr::parse("fd00:1::/32").unwrap().contains("fd00:1:ffff::9".parse().unwrap()));
        assert!(Cidr::parse("0.0.0.0/0").unwrap().contains("10.1.2.3".parse().unwrap()));
        for bad in ["10.20.0.0", "10.20.0.1/16", "10.0.0.0/33", "fd00::/129", "oak/8", "/8", "10.0.0.0/"] {
            assert_eq!(Cidr::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ipv4_inside_ipv6_is_ipv4() {
        for (text, shown) in [
            ("::ffff:10.20.0.0/112", "10.20.0.0/16"),
            ("::ffff:10.1.2.3", "10.1.2.3/32"),
            ("::ffff:a01:203/128", "10.1.2.3/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::10.1.2.3", "::a01:203/128"),
            ("::/95", "::/95"),
        ] {
            assert_eq!(Cidr::parse_or_one(text).unwrap().to_string(), shown, "{text}");
        }
        assert!(Cidr::parse("::ffff:10.20.0.0/112").unwrap().contains("10.20.3.4".parse().unwrap()));
        for bad in ["::ffff:10.20.0.1/112", "::ffff:10.20.0.0/129", "::ffff:10.20.0.0/16"] {
            assert_eq!(Cidr::parse_or_one(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_too_large_and_what_is_the_machine_itself() {
        let block = |text: &str| Cidr::parse_or_one(text).unwrap();
        for huge in ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3", "2a00::/15", "::ffff:0:0/96"] {
            assert!(block(huge).is_huge(), "{huge}");
        }
        for own in ["127.0.0.1", "127.0.0.0/8", "127.5.0.0/16", "::1", "::/16", "0.0.0.0/0", "::ffff:127.0.0.1", "::/0"]
        {
            assert!(block(own).has_loopback(), "{own}");
        }
        for fine in ["10.0.0.0/8", "203.0.113.7", "2a00::/16", "2001:db8::/32", "fe80::1"] {
            assert!(!block(fine).is_huge() && !block(fine).has_loopback(), "{fine}");
        }
    }

    #[test]
    fn a_single_address_is_a_block_of_one() {
        for (text, shown) in [("10.1.2.3", "10.1.2.3/32"), ("fd00::1", "fd00::1/128"), ("fd00:1:0::/32", "fd00:1::/32")]
        {
            assert_eq!(Cidr::parse_or_one(text).unwrap().to_string(), shown);
        }
        assert!(!Cidr::parse_or_one("10.1.2.3").unwrap().contains("10.1.2.4".parse().unwrap()));
        for bad in ["", "oak", "10.20.0.1/16", "10.0.0"] {
            assert_eq!(Cidr::parse_or_one(bad), None, "{bad}");
        }
    }
}
