import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../base/fault.ts'
import { type Frame, findColumn } from '../../data/frame.ts'
import { openDuckDb, quotePath } from './duck-db.ts'
import { locateFlights, readFlights } from './flights.ts'

/** Airport A at 8:00: one late flight of 200 miles, one of 2,100 miles that is in the air for five hours and a half. */
const FLIGHTS = [
  ['2001-03-01 08:00', 40, 200, 'A', 'B'],
  ['2001-03-01 08:00', 0, 2100, 'A', 'C'],
  ['2001-03-01 10:05', 16, 300, 'A', 'B'],
  ['2001-03-01 10:20', 15, 300, 'A', 'B'],
  ['2001-03-01 13:50', 0, 300, 'A', 'B'],
  ['2001-03-01 14:10', 0, 300, 'A', 'B'],
  ['2001-03-01 13:40', 0, 300, 'D', 'B'],
  ['2001-03-01 09:55', -5, 300, 'D', 'B'],
  ['2001-07-01 00:00', 0, 300, 'A', 'B'],
] as const

let directory = ''
let path = ''
let flights: Frame

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keepfit-flights-'))
  path = join(directory, 'flights.parquet')
  const values = FLIGHTS.map(
    ([date, delay, miles, from, to]) => `(TIMESTAMP '${date}', ${delay}, ${miles}, '${from}', '${to}')`,
  )
  await openDuckDb(async (connection) => {
    await connection.run(
      `COPY (SELECT * FROM (VALUES ${values.join(', ')}) AS t(date, delay, distance, origin, destination)) TO ${quotePath(path)} (FORMAT parquet)`,
    )
  })
  flights = await readFlights(path, 1)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function valueAt(column: string, id: number): number | null {
  const ids = findColumn(flights, 'id')!
  const row = Array.from(ids.values).indexOf(id)
  const found = findColumn(flights, column)!
  return found.missing[row] ? null : found.values[row]!
}

test('flights are in order of departure, late from the sixteenth minute on, and end with June', () => {
  expect(Array.from(findColumn(flights, 'id')!.values)).toEqual([0, 1, 7, 2, 3, 6, 4, 5])
  expect([0, 1, 2, 3].map((id) => valueAt('late', id))).toEqual([1, 0, 1, 0])
  expect([valueAt('hour', 0), valueAt('hour', 4)]).toEqual([8, 13])
})

test('a flight speaks for its airport once it has landed and two hours are over, for four hours', () => {
  // 10:05 is less than two hours and a slot after 8:00; at 10:20 the short flight of 8:00 has spoken, late.
  expect(valueAt('late_here', 2)).toBeNull()
  expect(valueAt('late_here', 3)).toBe(1)
  // At 13:50 the flight of 10:05 has landed (late), that of 10:20 too (on time); the long one of 8:00 landed at 13:30,
  // and the short one of 8:00, which spoke from 10:15 on, still does.
  expect(valueAt('late_here', 4)).toBe(2 / 4)
  // At 14:10 it is still its last slot; the other airport hears only its own.
  expect(valueAt('late_here', 5)).toBe(2 / 4)
  expect(valueAt('late_here', 6)).toBe(0)
})

test('overall a flight speaks three hours later, for clocks differ from coast to coast', () => {
  expect(valueAt('late_everywhere', 3)).toBeNull()
  // At 13:40 only the short flight of 8:00 at airport A is old enough: it spoke from 13:15 on.
  expect(valueAt('late_everywhere', 6)).toBe(1)
})

test('a sample holds the same rows whenever it is drawn, with the shares of all flights', async () => {
  const [one, other] = [await readFlights(path, 2), await readFlights(path, 2)]
  expect(one).toEqual(other)
  expect(one.rows).toBeLessThan(flights.rows)
  for (const [row, id] of findColumn(one, 'id')!.values.entries()) {
    const share = findColumn(one, 'late_here')!
    expect(share.missing[row] ? null : share.values[row]).toBe(valueAt('late_here', id))
  }
})

test('the file of the package is found, and another one that is broken is named', async () => {
  expect(locateFlights()).toMatch(/flights-3m\.parquet$/)
  const fault: Fault = await readFlights(join(directory, 'none.parquet'), 8)
    .catch((error: unknown) => error as Fault)
    .then((seen) => seen as Fault)
  expect(fault.code).toBe('FILE_UNREADABLE')
  expect(fault.message).toContain('none.parquet')
})
