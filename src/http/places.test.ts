import { expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { withoutPlaces } from '../base/places.ts'
import { answerTo } from './errors.ts'

test.each([
  ["'/var/lib/keepfit data/artifacts/ab12' cannot be read: EACCES", "'ab12' cannot be read: EACCES"],
  ["ENOENT: no such file or directory, open '/srv/k/x.parquet'", "ENOENT: no such file or directory, open 'x.parquet'"],
  ['IO Error: cannot open file "/srv/k/x.parquet": gone', 'IO Error: cannot open file "x.parquet": gone'],
  ['Error:/srv/k/x.parquet, then /srv/k/', 'Error:x.parquet, then k'],
  ['cannot load file:///srv/k/x.mjs', 'cannot load x.mjs'],
])('%s', (told, left) => {
  expect(withoutPlaces(told)).toBe(left)
})

test.each([
  'the model at http://localhost:8080/v1/models/churn does not answer',
  'the share 3/4 of rows, and a relative data/x.parquet',
  "a word '/' alone, and 'a/b' in quotes",
])('%s is left as it is', (told) => {
  expect(withoutPlaces(told)).toBe(told)
})

test('a caller is not told where a file stands that the server could not use, and the log is', () => {
  for (const code of ['DISK_FULL', 'FILE_UNREADABLE', 'FILE_MISSING', 'ARTIFACT_CORRUPT'] as const) {
    const { body, isOurs } = answerTo(new Fault(code, "'/srv/k/x.bin' is bad", { path: '/srv/k/x.bin', bytes: 3 }))
    expect(body.error).toEqual({ code, message: "'x.bin' is bad", details: { path: 'x.bin', bytes: 3 } })
    expect(isOurs).toBe(true)
  }
})

test('what a caller sent is said back as it was', () => {
  const { body, isOurs } = answerTo(new Fault('DATA_INVALID', "no row is called '/a/b'", { row: '/a/b' }))
  expect(body.error).toMatchObject({ message: "no row is called '/a/b'", details: { row: '/a/b' } })
  expect(isOurs).toBe(false)
})
