import { BlockList, isIP } from 'node:net'

/** What kind of machine an address belongs to. `forbidden`: no webhook ever goes there. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden'

const LOOPBACK = blocks(['127.0.0.0/8'], ['::1/128'])

const PRIVATE = blocks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'], ['fc00::/7'])

/**
 * "This network", link-local with the metadata services of the clouds (also those that stand in private ranges), protocol
 * and documentation ranges, benchmarks, multicast, reserved; of IPv6 also what wraps an IPv4 address that we would not see:
 * 6to4, Teredo (IANA special-purpose registries, RFC 6890).
 */
const FORBIDDEN = blocks(
  [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '100.100.100.200/32',
    '168.63.129.16/32',
  ],
  [
    '::/128',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '64:ff9b:1::/48',
    'fd00:ec2::254/128',
    'fd20:ce::254/128',
  ],
)

/**
 * Says what kind of machine an address belongs to. An IPv4 address that is written as an IPv6 one counts as what it is.
 * @param address IPv4 or IPv6 in digits; a zone after `%` is link-local and so forbidden
 */
export function addressKind(address: string): AddressKind {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return 'forbidden'
  const embedded = family === 6 ? embeddedV4(address) : undefined
  if (embedded !== undefined) return addressKind(embedded)
  const type = family === 6 ? 'ipv6' : 'ipv4'
  if (FORBIDDEN.check(address, type)) return 'forbidden'
  if (LOOPBACK.check(address, type)) return 'loopback'
  return PRIVATE.check(address, type) ? 'private' : 'public'
}

/** Whether a message may go to an address. */
export function mayConnect(address: string, allow: readonly ('loopback' | 'private')[]): boolean {
  const kind = addressKind(address)
  return kind === 'public' || (kind !== 'forbidden' && allow.includes(kind))
}

/** The IPv4 address inside ::ffff:a.b.c.d (mapped), ::a.b.c.d (compatible) or 64:ff9b::a.b.c.d (NAT64). */
function embeddedV4(address: string): string | undefined {
  const groups = groupsOf(address)
  const [a, b, c, d, e, f, high = 0, low = 0] = groups
  const isZero = [c, d, e].every((group) => group === 0)
  const isMapped = a === 0 && b === 0 && isZero && f === 0xffff
  const isNat64 = a === 0x64 && b === 0xff9b && isZero && f === 0
  const isCompatible = a === 0 && b === 0 && isZero && f === 0 && high !== 0
  if (!isMapped && !isNat64 && !isCompatible) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // URL writes any form as hexadecimal groups, the last two too.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = plain.split('::')
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const before = read(head)
  const after = tail === undefined ? [] : read(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

function blocks(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList()
  const add = (type: 'ipv4' | 'ipv6') => (text: string) => {
    const [net = '', prefix] = text.split('/')
    list.addSubnet(net, Number(prefix), type)
  }
  v4.forEach(add('ipv4'))
  v6.forEach(add('ipv6'))
  return list
}
