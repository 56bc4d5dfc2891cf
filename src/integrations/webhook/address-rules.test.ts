import { expect, test } from 'vitest'
import { addressKind, mayConnect } from './address-rules.ts'

const KINDS = {
  public: ['8.8.8.8', '1.1.1.1', '172.32.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::127.0.0.1'],
  forbidden: [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '0.0.0.0',
    '::',
    '100.100.100.200',
    'fd00:ec2::254',
    '224.0.0.1',
    '255.255.255.255',
    'fe80::1',
    'fe80::1%eth0',
    '2002:7f00:1::',
    '2001:0:1::',
    'localhost',
    '127.1',
    '0x7f.0.0.1',
    '',
  ],
} as const

test.each(Object.entries(KINDS))('addresses that are %s', (kind, addresses) => {
  for (const address of addresses) expect(`${address} ${addressKind(address)}`).toBe(`${address} ${kind}`)
})

test('a word opens its own kind of address and no other; nothing opens what is forbidden', () => {
  expect(mayConnect('8.8.8.8', [])).toBe(true)
  expect(mayConnect('127.0.0.1', [])).toBe(false)
  expect(mayConnect('127.0.0.1', ['private'])).toBe(false)
  expect(mayConnect('127.0.0.1', ['loopback'])).toBe(true)
  expect(mayConnect('10.0.0.1', ['loopback'])).toBe(false)
  expect(mayConnect('10.0.0.1', ['private'])).toBe(true)
  expect(mayConnect('169.254.169.254', ['loopback', 'private'])).toBe(false)
})
