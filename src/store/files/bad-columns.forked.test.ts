import { describe, it } from 'vitest'
import type { Refused } from '../../../test/support/file-cases.ts'
import { expectRefusal, hundred, lines } from '../../../test/support/file-cases.ts'

const REFUSED: readonly Refused[] = [
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
    fact: 'too many columns',
    files: { 'x.csv': `${Array.from({ length: 2001 }, (_, i) => `c${i}`).join(',')}\n` },
    pattern: 'x.csv',
    code: 'DATA_INVALID',
    says: /has 2001 columns; at most 2000/,
  },
]

describe('columns that cannot be read as asked are refused in one sentence', () => {
  it.each(REFUSED)('$fact', expectRefusal)
})
