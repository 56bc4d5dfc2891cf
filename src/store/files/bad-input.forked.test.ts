import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { describe, it } from 'vitest'
import type { Refused } from '../../../test/support/file-cases.ts'
import { expectRefusal, hundred, lines, parquetOf } from '../../../test/support/file-cases.ts'

const REFUSED: readonly Refused[] = [
  {
    fact: 'a missing file',
    files: {},
    pattern: 'none.csv',
    code: 'FILE_MISSING',
    says: /there is no file '.*none\.csv'/,
  },
  {
    fact: 'a glob without a match',
    files: {},
    pattern: '*.csv',
    code: 'FILE_MISSING',
    says: /no file matches '.*\*\.csv'/,
  },
  {
    fact: 'a directory',
    files: { 'd/x.csv': 'a\n1' },
    pattern: 'd',
    code: 'FILE_UNREADABLE',
    says: /is a directory; name its files, as in '.*d\/\*\.csv'/,
  },
  {
    fact: 'a remote address',
    files: {},
    pattern: 's3://bucket/x.csv',
    code: 'FILE_UNREADABLE',
    says: /only local files/,
  },
  {
    fact: 'an empty file',
    files: { 'x.csv': '' },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /'.*x\.csv' is empty/,
  },
  {
    fact: 'a file of blank lines',
    files: { 'x.csv': '\n \n\n' },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /is empty/,
  },
  {
    fact: 'a gzip file of nothing',
    files: { 'x.csv.gz': gzipSync('') },
    pattern: 'x.csv.gz',
    code: 'DATA_INVALID',
    says: /is empty/,
  },
  {
    fact: 'a cut-off gzip file',
    files: { 'x.csv.gz': gzipSync(hundred('1,x')).subarray(0, 90) },
    pattern: 'x.csv.gz',
    code: 'FILE_UNREADABLE',
    says: /cannot be read: unexpected end of file/,
  },
  {
    fact: 'a header without rows',
    files: { 'x.csv': 'a,b\n' },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /has columns \('a', …\) but no rows/,
  },
  {
    fact: 'a header without a line end',
    files: { 'x.csv': 'a,b' },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /but no rows/,
  },
  {
    fact: 'a header of numbers',
    files: { 'x.csv': '1,2\n3,4\n' },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /first line .* numbers only \(1, 2\); it must name the columns/,
  },
  {
    fact: 'too many ragged rows',
    files: { 'x.csv': `a,b,c\n${lines(18, () => '1,2,3')}\n1,2\n1,2,3,4\n` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /2 of 20 \(10 %\) lines .*the first is line 20, '1,2': 2 fields, the header has 3\); at most 5 %/,
  },
  {
    fact: 'a quote that never closes',
    files: { 'x.csv': `a,b\n1,2\n"3,4\n${lines(50, (i) => `${i},x`)}` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /51 of 52 .* line 3.*: its quotes do not match/,
  },
  {
    fact: 'a quote that never closes in a long file, however many rows are found behind it',
    files: { 'x.csv': `a,b\n${lines(300_000, (i) => (i === 150_000 ? '1,"oops' : `${i},${'x'.repeat(30)}`))}\n` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /of 300000 \(\d+ %\) lines .*line 150002, .*quotes do not match/,
  },
  {
    fact: 'an endless line',
    files: { 'x.csv': `a,b\n1,"${'x'.repeat(3e6)}\n${lines(50, () => '1,2')}` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /51 of 51 .*line 2, .*: its quotes do not match/,
  },
  {
    fact: 'bytes that are no text',
    files: { 'x.csv': Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]) },
    pattern: 'x.csv',
    code: 'FILE_UNREADABLE',
    says: /is not text: byte 9 is zero/,
  },
  {
    fact: 'garbage without a zero byte',
    files: { 'x.csv': Buffer.from(Array.from({ length: 4000 }, (_, i) => 1 + ((i * 7919) % 255))) },
    pattern: 'x.csv',
    code: 'FILE_UNREADABLE',
    says: /is not text: \d+ of its first 4000 bytes are control characters/,
  },
  {
    fact: 'Parquet named .csv',
    files: { 'x.csv': parquetOf('SELECT 1 AS a') },
    pattern: 'x.csv',
    code: 'FILE_UNREADABLE',
    says: /is a Parquet file; its name must end in \.parquet/,
  },
  {
    fact: 'text named .parquet',
    files: { 'x.parquet': 'a,b\n1,2\n' },
    pattern: 'x.parquet',
    code: 'FILE_UNREADABLE',
    says: /is not a Parquet file/,
  },
  {
    fact: 'cut-off Parquet',
    files: { 'x.parquet': parquetOf('SELECT 1 AS a', (bytes) => bytes.subarray(0, bytes.length / 2)) },
    pattern: 'x.parquet',
    code: 'FILE_UNREADABLE',
    says: /is cut off/,
  },
  {
    fact: 'Parquet with a broken footer',
    files: {
      'x.parquet': parquetOf('SELECT 1 AS a', (bytes) => bytes.fill(0xee, bytes.length - 120, bytes.length - 8)),
    },
    pattern: 'x.parquet',
    code: 'FILE_UNREADABLE',
    says: /cannot be read/,
  },
  {
    fact: 'Parquet without rows',
    files: { 'x.parquet': parquetOf('SELECT 1 AS a WHERE false') },
    pattern: 'x.parquet',
    code: 'DATA_INVALID',
    says: /but no rows/,
  },
  {
    fact: 'an unknown extension',
    files: { 'x.xlsx': 'PK' },
    pattern: 'x.xlsx',
    code: 'FILE_UNREADABLE',
    says: /must end in \.csv, \.csv\.gz, .*\.parquet, \.jsonl/,
  },
  {
    fact: 'a pipe',
    files: { 'x.csv': (path) => void execFileSync('mkfifo', [path]) },
    pattern: 'x.csv',
    code: 'FILE_UNREADABLE',
    says: /is not a regular file/,
  },
  {
    fact: 'a JSON array over many lines',
    files: { 'x.jsonl': '[\n{"a":1},\n{"a":2}\n]\n' },
    pattern: 'x.jsonl',
    code: 'DATA_INVALID',
    says: /3 of 4 \(75 %\) lines .* no JSON object \(the first is line 1, '\['\)/,
  },
  {
    fact: 'JSON Lines without keys',
    files: { 'x.jsonl': '{}\n{}\n' },
    pattern: 'x.jsonl',
    code: 'DATA_INVALID',
    says: /has no columns/,
  },
]

describe('a file that cannot be read is refused in one sentence', () => {
  it.each(REFUSED)('$fact', expectRefusal)
})
