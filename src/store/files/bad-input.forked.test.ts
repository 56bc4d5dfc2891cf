import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultCode } from '../../base/fault.ts'
import { Fault } from '../../base/fault.ts'
import { openDuckDb, quoteText } from './duck-db.ts'
import type { ReadTableOptions } from './read-table.ts'
import { readTable } from './read-table.ts'

let root = ''
let parquet = Buffer.alloc(0)
const parquetOf = (sql: string) => async (path: string) => {
  await openDuckDb((connection) => connection.run(`COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`))
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keepfit-bad-'))
  const path = join(root, 'good.parquet')
  await parquetOf('SELECT range AS a, range % 3 = 0 AS b FROM range(5000)')(path)
  const { readFile } = await import('node:fs/promises')
  parquet = await readFile(path)
})
afterAll(() => rm(root, { recursive: true, force: true }))

type Content = string | Buffer | ((path: string) => Promise<void> | void)
interface Case {
  readonly fact: string
  readonly files: Readonly<Record<string, Content | (() => Buffer)>>
  readonly pattern: string
  readonly options?: ReadTableOptions
}
interface Refused extends Case {
  readonly code: FaultCode
  readonly says: RegExp
}
interface Mended extends Case {
  readonly rows: number
  /** Every note, in order. */
  readonly notes: readonly RegExp[]
  /** Columns as `name:kind`. */
  readonly columns?: readonly string[]
}

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')
const hundred = (odd: string, at = 57) => `a,b\n${lines(100, (i) => (i === at ? odd : `${i},x`))}\n`

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
    files: { 'x.csv': () => parquet },
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
    files: { 'x.parquet': () => parquet.subarray(0, parquet.length / 2) },
    pattern: 'x.parquet',
    code: 'FILE_UNREADABLE',
    says: /is cut off/,
  },
  {
    fact: 'Parquet with a broken footer',
    files: {
      'x.parquet': () => {
        const bytes = Buffer.from(parquet)
        bytes.fill(0xee, bytes.length - 120, bytes.length - 8)
        return bytes
      },
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
    fact: 'an unknown column',
    files: { 'x.csv': 'age,label\n1,2\n' },
    pattern: 'x.csv',
    options: { columns: ['lable'] },
    code: 'COLUMN_UNKNOWN',
    says: /no column 'lable'\. Did you mean 'label'\? There are: 'age', 'label'$/,
  },
  {
    fact: 'an unknown column in kinds',
    files: { 'x.csv': 'age,label\n1,2\n' },
    pattern: 'x.csv',
    options: { kinds: { zzzzzz: 'numeric' } },
    code: 'COLUMN_UNKNOWN',
    says: /no column 'zzzzzz'\. There are: 'age', 'label'$/,
  },
  {
    fact: 'an unknown time column',
    files: { 'x.csv': 'age,label\n1,2\n' },
    pattern: 'x.csv',
    options: { timeColumn: 'constructor' },
    code: 'COLUMN_UNKNOWN',
    says: /no column 'constructor'/,
  },
  {
    fact: 'times that are words',
    files: { 'x.csv': 't,y\nMonday,1\nTuesday,2\n' },
    pattern: 'x.csv',
    options: { timeColumn: 't' },
    code: 'DATA_INVALID',
    says: /2 of 2 .* no time .* column 't', the first is 'Monday' \(row 1 of .*x\.csv'\); .*ISO 8601/,
  },
  {
    fact: 'too many unreadable times',
    files: { 'x.csv': `t\n${lines(20, (i) => (i > 17 ? 'soon' : `2020-01-${10 + i}`))}` },
    pattern: 'x.csv',
    options: { timeColumn: 't' },
    code: 'DATA_INVALID',
    says: /2 of 20 \(10 %\) rows .* 'soon' \(row 19/,
  },
  {
    fact: 'truth values as a time',
    files: { 'x.csv': 't\ntrue\nfalse\n' },
    pattern: 'x.csv',
    options: { timeColumn: 't' },
    code: 'DATA_INVALID',
    says: /'true' \(row 1/,
  },
  {
    fact: 'categories as a time',
    files: { 'x.csv': 't\n1\n2\n' },
    pattern: 'x.csv',
    options: { timeColumn: 't', kinds: { t: 'categorical' } },
    code: 'DATA_INVALID',
    says: /must be read as time or numeric; got 'categorical'/,
  },
  {
    fact: 'words asked to be numbers',
    files: { 'x.csv': hundred('1,x') },
    pattern: 'x.csv',
    options: { kinds: { b: 'numeric' } },
    code: 'DATA_INVALID',
    says: /100 of 100 \(100 %\) values of column 'b' cannot be read as numeric, the first is 'x' \(row 1/,
  },
  {
    fact: 'files without a common column',
    files: { 'g/1.csv': 'a\n1\n', 'g/2.csv': 'b\n1\n' },
    pattern: 'g/*.csv',
    code: 'DATA_INVALID',
    says: /2\.csv' has no column in common with '.*1\.csv'/,
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
  {
    fact: 'too many columns',
    files: { 'x.csv': `${Array.from({ length: 2001 }, (_, i) => `c${i}`).join(',')}\n` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /has 2001 columns; at most 2000/,
  },
]

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
    fact: 'a late word makes a column of numbers categorical',
    files: { 'x.csv': `a\n${lines(30_000, (i) => (i === 29_990 ? 'oops' : `${i}`))}` },
    pattern: 'x.csv',
    rows: 30_000,
    columns: ['a:categorical'],
    notes: [
      /column 'a' was read as categorical: 1 of 30000 \(0\.003 %\) values are no numbers, the first is 'oops' \(row 29991/,
    ],
  },
  {
    fact: 'NA among numbers is missing',
    files: { 'x.csv': 'a\n1\nNA\nn/a\n2\n' },
    pattern: 'x.csv',
    rows: 4,
    columns: ['a:numeric'],
    notes: [/2 words of column 'a' such as NA/],
  },
  {
    fact: 'NA among words is a word',
    files: { 'x.csv': 'a\nEU\nNA\n' },
    pattern: 'x.csv',
    rows: 2,
    columns: ['a:categorical'],
    notes: [],
  },
  {
    fact: 'NaN and infinities are missing',
    files: { 'x.csv': 'a\n1\nNaN\ninf\n-Infinity\n1e400\n' },
    pattern: 'x.csv',
    rows: 5,
    columns: ['a:numeric'],
    notes: [/1 NaN of column 'a'/, /3 infinite values of column 'a'/],
  },
  {
    fact: 'NaN in Parquet is missing',
    files: { 'x.parquet': parquetOf(`SELECT unnest(['1', 'nan', 'inf'])::DOUBLE AS a`) },
    pattern: 'x.parquet',
    rows: 3,
    notes: [/1 NaN/, /1 infinite/],
  },
  {
    fact: 'an empty column is numeric, all missing',
    files: { 'x.csv': 'a,b\n1,\n2,\n' },
    pattern: 'x.csv',
    rows: 2,
    columns: ['a:numeric', 'b:numeric'],
    notes: [/column 'b' has no values; it was read as numeric/],
  },
  {
    fact: 'identifiers above 2^53 are announced',
    files: { 'x.csv': 'a\n9007199254740993\n1\n' },
    pattern: 'x.csv',
    rows: 2,
    notes: [/1 whole numbers of column 'a' are 2\^53 or more/],
  },
  {
    fact: 'bigints above 2^53 are announced',
    files: { 'x.parquet': parquetOf('SELECT 9007199254740993 AS a') },
    pattern: 'x.parquet',
    rows: 1,
    notes: [/1 whole numbers/],
  },
  {
    fact: 'Latin-1 is read',
    files: { 'x.csv': Buffer.from('a\ncaf\xe9\nna\xefve\n', 'latin1') },
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
    fact: 'odd column names stay names',
    files: { 'x.csv': '__proto__,constructor,"""; drop table x; --",it\'s,"a\nb"\n1,2,3,4,5\n' },
    pattern: 'x.csv',
    rows: 1,
    notes: [],
    columns: [
      '__proto__:numeric',
      'constructor:numeric',
      '"; drop table x; --:numeric',
      "it's:numeric",
      'a\nb:numeric',
    ],
  },
  {
    fact: 'odd JSON keys stay names',
    files: { 'x.jsonl': `{"__proto__":1,"a/b~c":2,"it's \\"q\\"":3,"":4,"*":5,"A":6,"a":7}\n` },
    pattern: 'x.jsonl',
    rows: 1,
    notes: [/column 4 .* has no name; it was read as 'column_4'/],
    columns: [
      '__proto__:numeric',
      'a/b~c:numeric',
      'it\'s "q":numeric',
      'column_4:numeric',
      '*:numeric',
      'A:numeric',
      'a:numeric',
    ],
  },
  {
    fact: 'columns that differ only in case stay apart',
    files: { 'x.parquet': parquetOf('SELECT 1 AS a, 2 AS "b ""c"" d", true AS "__proto__"') },
    pattern: 'x.parquet',
    rows: 1,
    notes: [],
    columns: ['a:numeric', 'b "c" d:numeric', '__proto__:boolean'],
  },
  {
    fact: 'a name given twice is made two',
    files: { 'x.csv': 'a,a,,a_2\n1,2,3,4\n' },
    pattern: 'x.csv',
    rows: 1,
    columns: ['a:numeric', 'a_3:numeric', 'column_3:numeric', 'a_2:numeric'],
    notes: [/column 2 .* is also called 'a'; it was read as 'a_3'/, /column 3 .* has no name/],
  },
  {
    fact: 'a few broken JSON lines are left out',
    files: { 'x.jsonl': lines(100, (i) => (i === 30 ? '{"a": ' : `{"a": ${i}}`)) },
    pattern: 'x.jsonl',
    rows: 99,
    notes: [/1 of 100 \(1 %\) lines .* line 31, '\{\\"a\\": '\); they were left out/],
  },
  {
    fact: 'JSON keys that a line lacks are missing',
    files: { 'x.jsonl': '{"a":1,"b":"x"}\n{"b":null,"c":true}\n' },
    pattern: 'x.jsonl',
    rows: 2,
    columns: ['a:numeric', 'b:categorical', 'c:boolean'],
    notes: [],
  },
  {
    fact: 'nested JSON becomes text',
    files: { 'x.ndjson': '{"a":{"k":[1]}}\n{"a":{"k":[2]}}\n' },
    pattern: 'x.ndjson',
    rows: 2,
    columns: ['a:categorical'],
    notes: [/2 of 2 .* column 'a' are nested/],
  },
  {
    fact: 'nested Parquet becomes text',
    files: { 'x.parquet': parquetOf(`SELECT [1, 2] AS a, {'k': 1} AS b, 3 AS c`) },
    pattern: 'x.parquet',
    rows: 1,
    columns: ['a:categorical', 'b:categorical', 'c:numeric'],
    notes: [/column 'a' holds nested values/, /column 'b' holds nested values/],
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
  {
    fact: 'a few unreadable times are dropped',
    files: { 'x.csv': `t\n${lines(100, (i) => (i === 3 ? 'soon' : `2020-01-01T${String(i % 24).padStart(2, '0')}`))}` },
    pattern: 'x.csv',
    options: { timeColumn: 't' },
    rows: 99,
    notes: [
      /1 of 100 \(1 %\) rows .*'soon' \(row 4 .*they were dropped/,
      /not in order of 't' \(row 24 is earlier .*they were sorted/,
    ],
  },
  {
    fact: 'a few words among asked-for numbers are missing',
    files: { 'x.csv': `a\n${lines(100, (i) => (i === 3 ? 'soon' : `${i}`))}` },
    pattern: 'x.csv',
    options: { kinds: { a: 'numeric' } },
    rows: 100,
    columns: ['a:numeric'],
    notes: [/1 of 100 .* cannot be read as numeric, the first is 'soon' \(row 4/],
  },
  {
    fact: 'epoch seconds are read when asked for',
    files: { 'x.csv': 't\n1600000000\n' },
    pattern: 'x.csv',
    options: { kinds: { t: 'time' } },
    rows: 1,
    columns: ['t:time'],
    notes: [/read as seconds since 1970/],
  },
]

async function place(test: Case): Promise<string> {
  const folder = await mkdtemp(join(root, 'case-'))
  for (const [name, content] of Object.entries(test.files)) {
    const path = join(folder, name)
    await mkdir(join(path, '..'), { recursive: true })
    if (typeof content !== 'function') await writeFile(path, content)
    else {
      const made = await content(path)
      if (Buffer.isBuffer(made)) await writeFile(path, made)
    }
  }
  return test.pattern.includes('://') ? test.pattern : join(folder, test.pattern)
}

describe('bad input is refused in one sentence', () => {
  it.each(REFUSED)('$fact', async (test) => {
    const fault = await readTable(await place(test), test.options).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(fault).toBeInstanceOf(Fault)
    if (!(fault instanceof Fault)) return
    expect(fault.message).toMatch(test.says)
    expect(fault.message).not.toContain('\n')
    expect(fault.code).toBe(test.code)
  })
})

describe('what can be mended is mended and said', () => {
  it.each(MENDED)('$fact', async (test) => {
    const { frame, notes } = await readTable(await place(test), test.options)
    expect(notes).toHaveLength(test.notes.length)
    for (const [i, note] of notes.entries()) expect(note).toMatch(test.notes[i]!)
    if (test.columns !== undefined)
      expect(frame.columns.map(({ name, kind }) => `${name}:${kind}`)).toEqual(test.columns)
    expect(frame.rows).toBe(test.rows)
  })
})
