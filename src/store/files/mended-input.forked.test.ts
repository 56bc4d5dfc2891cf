import { gzipSync } from 'node:zlib'
import { describe, it } from 'vitest'
import type { Mended } from '../../../test/support/file-cases.ts'
import { expectMending, hundred, lines } from '../../../test/support/file-cases.ts'

const MENDED: readonly Mended[] = [
  {
    fact: 'one row is read',
    files: { 'x.csv': 'a,b\n1,x\n' },
    pattern: 'x.csv',
    rows: 1,
    notes: [],
    columns: ['a:numeric', 'b:categorical'],
  },
  {
    fact: 'a few ragged rows are left out',
    files: { 'x.csv': hundred('1,2,3') },
    pattern: 'x.csv',
    rows: 99,
    notes: [/1 of 100 \(1 %\) lines .* line 59, '1,2,3': 3 fields, the header has 2\); they were left out/],
  },
  {
    fact: 'a few broken quotes are left out',
    files: { 'x.csv': hundred('"1"1,2') },
    pattern: 'x.csv',
    rows: 99,
    notes: [/line 59, .*quotes do not match/],
  },
  {
    fact: 'Latin-1 is read',
    files: { 'x.csv': Buffer.from('a\ncaf\xe9\nna\xefve\n', 'latin1') },
    pattern: 'x.csv',
    rows: 2,
    notes: [/is not valid UTF-8; it was read as Latin-1/],
  },
  {
    fact: 'a file that ends inside a character of UTF-8 is Latin-1',
    files: { 'x.csv': Buffer.from('a\nb\ncaf\xe9', 'latin1') },
    pattern: 'x.csv',
    rows: 2,
    notes: [/is not valid UTF-8; it was read as Latin-1/],
  },
  {
    fact: 'UTF-16 is read',
    files: { 'x.csv': Buffer.from('\ufeffa,b\r\n1,é\r\n', 'utf16le') },
    pattern: 'x.csv',
    rows: 1,
    columns: ['a:numeric', 'b:categorical'],
    notes: [/read as UTF-16$/],
  },
  {
    fact: 'mixed line ends are read',
    files: { 'x.csv': 'a,b\r\n1,2\n3,4\r\n5,6\r7,8' },
    pattern: 'x.csv',
    rows: 4,
    columns: ['a:numeric', 'b:numeric'],
    notes: [/more than one kind of line end/],
  },
  {
    fact: 'CRLF, a byte order mark and quoted line ends are read',
    files: { 'x.csv': '\ufeff"a","b\r\nc"\r\n1,"x\r\ny"\r\n' },
    pattern: 'x.csv',
    rows: 1,
    columns: ['a:numeric', 'b\r\nc:categorical'],
    notes: [],
  },
  {
    fact: 'old Mac line ends are read',
    files: { 'x.csv': 'a,b\r1,2\r3,4\r' },
    pattern: 'x.csv',
    rows: 2,
    columns: ['a:numeric', 'b:numeric'],
    notes: [],
  },
  {
    fact: 'semicolons and decimal commas are read',
    files: { 'x.csv': 'a;b\n1,5;x\n2,5;y, z\n' },
    pattern: 'x.csv',
    rows: 2,
    columns: ['a:numeric', 'b:categorical'],
    notes: [],
  },
  {
    fact: 'tabs are read',
    files: { 'x.tsv': 'a\tb\n1\tx, y\n' },
    pattern: 'x.tsv',
    rows: 1,
    columns: ['a:numeric', 'b:categorical'],
    notes: [],
  },
  {
    fact: 'blank lines above the header are skipped',
    files: { 'x.csv': '\n\na,b\n1,2\n' },
    pattern: 'x.csv',
    rows: 1,
    columns: ['a:numeric', 'b:numeric'],
    notes: [],
  },
  {
    fact: 'a few broken JSON lines are left out',
    files: { 'x.jsonl': lines(100, (i) => (i === 30 ? '{"a": ' : `{"a": ${i}}`)) },
    pattern: 'x.jsonl',
    rows: 99,
    notes: [/1 of 100 \(1 %\) lines .* line 31, '\{\\"a\\": '\); they were left out/],
  },
  {
    fact: 'files of a glob are united by name',
    files: { 'g/p2.csv': 'a,b\n1,x\n', 'g/p10.csv': 'b,c\ny,2\n' },
    pattern: 'g/*.csv',
    rows: 2,
    columns: ['a:numeric', 'b:categorical', 'c:numeric'],
    notes: [/1 of 2 files, the first is '.*p10\.csv', have no column 'a'/, /p2\.csv', have no column 'c'/],
  },
  {
    fact: 'a file called like a glob is that file',
    files: { '[x] *.csv': 'a\n1\n', 'x 1.csv': 'a\n1\n2\n' },
    pattern: '[x] *.csv',
    rows: 1,
    notes: [],
  },
  {
    fact: 'a path with quotes and spaces is read',
    files: { 'it\'s a "dir"/year=2020/ü.csv': 'a\n1\n' },
    pattern: 'it\'s a "dir"/year=2020/ü.csv',
    rows: 1,
    columns: ['a:numeric'],
    notes: [],
  },
  {
    fact: 'gzip without its extension is read',
    files: { 'x.csv': gzipSync('a\n1\n') },
    pattern: 'x.csv',
    rows: 1,
    notes: [/is gzip-compressed, unlike its name says/],
  },
]

describe('a file with faults is mended, and every repair is said', () => {
  it.each(MENDED)('$fact', expectMending)
})
