import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import type { Frame } from '../../data/frame.ts'
import { fileFault, openDuckDb, quotePath } from './duck-db.ts'
import { readQuery } from './read-query.ts'

/** 3 million U.S. flights of January to June 2001, in the npm package `vega-datasets`. */
export const FLIGHTS_FILE = 'flights-3m.parquet'

/** A flight is late when it lands more than so many minutes after its time. */
const LATE_AFTER_MINUTES = 15
/** Until it has landed nobody knows how late a flight is: half an hour on the ground and 7 miles a minute (420 mph). */
const GROUND_MINUTES = 30
const MILES_PER_MINUTE = 7
/** A flight speaks for its airport from two hours after it left, or from its landing, and for four hours. */
const LEAST_GAP_MINUTES = 120
const SPEAKS_MINUTES = 240
/** Times are local. Clocks from coast to coast are three hours apart, so overall a flight speaks three hours later. */
const COAST_TO_COAST_MINUTES = 180
/** Delays are counted in slots of so many minutes. */
const SLOT_MINUTES = 15

/** @throws Fault FILE_MISSING when the package is not installed */
export function locateFlights(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('vega-datasets')
    const path = join(dirname(dirname(entry)), 'data', FLIGHTS_FILE)
    if (existsSync(path)) return path
  } catch {
    // Not installed: the sentence below says so.
  }
  throw new Fault(
    'FILE_MISSING',
    `the npm package 'vega-datasets' with ${FLIGHTS_FILE} is not installed; run \`npm ci\``,
  )
}

/**
 * One flight in `oneIn` (by a stable hash), in order of departure, with what is known of it as it leaves:
 * `id` (row of the file), `date`, `hour`, `weekday`, `origin`, `destination`, `distance` (miles), the share of late
 * flights among those that left the same airport, and any airport, some hours ago and have landed since (`late_here`,
 * `late_everywhere`; missing where there was none), and `late`. The shares are counted over all flights of the file.
 *
 * @param oneIn whole number ≥ 1
 * @throws Fault FILE_UNREADABLE when the file cannot be read
 */
export function readFlights(path: string, oneIn: number): Promise<Frame> {
  return openDuckDb(async (connection) => {
    try {
      return await readQuery(connection, flightsSql(path, oneIn))
    } catch (error) {
      throw fileFault(error, path)
    }
  })
}

const slotOf = (instant: string) => `time_bucket(INTERVAL ${SLOT_MINUTES} MINUTES, ${instant})`

/** Late and all flights among those that came to speak in the newest slots, up to and with this one. */
function spoken(source: string, key: string): string {
  const partition = key === '' ? '' : `PARTITION BY ${key}`
  return `
    SELECT ${key === '' ? '' : `${key},`} slot, sum(late) OVER recent / nullif(sum(flights) OVER recent, 0) AS share
    FROM ${source}
    WINDOW recent AS (
      ${partition} ORDER BY slot
      RANGE BETWEEN INTERVAL ${SPEAKS_MINUTES - SLOT_MINUTES} MINUTES PRECEDING AND CURRENT ROW
    )`
}

function flightsSql(path: string, oneIn: number): string {
  const gap = `to_minutes(greatest(${LEAST_GAP_MINUTES}, ${GROUND_MINUTES} + distance // ${MILES_PER_MINUTE})::BIGINT)`
  return `
    WITH flight AS (
      SELECT file_row_number AS id, date, distance, origin, destination,
        (delay > ${LATE_AFTER_MINUTES})::INTEGER AS late,
        ${slotOf('date')} AS slot,
        ${slotOf(`date + ${gap}`)} + INTERVAL ${SLOT_MINUTES} MINUTES AS speaks
      FROM read_parquet(${quotePath(path)}, file_row_number = true)
      WHERE date < TIMESTAMP '2001-07-01'
    ), leaving AS (
      SELECT origin, slot, 0 AS flights, 0 AS late FROM flight GROUP BY ALL
    ), speaking AS (
      SELECT origin, speaks AS slot, count(*) AS flights, sum(late) AS late FROM flight GROUP BY ALL
    ), by_airport AS (
      SELECT origin, slot, sum(flights) AS flights, sum(late) AS late
      FROM (SELECT * FROM leaving UNION ALL SELECT * FROM speaking) GROUP BY ALL
    ), by_slot AS (
      SELECT slot, sum(flights) AS flights, sum(late) AS late
      FROM (
        SELECT slot, 0 AS flights, 0 AS late FROM leaving
        UNION ALL
        SELECT slot + INTERVAL ${COAST_TO_COAST_MINUTES} MINUTES, flights, late FROM speaking
      ) GROUP BY ALL
    ), here AS (${spoken('by_airport', 'origin')}
    ), everywhere AS (${spoken('by_slot', '')}
    )
    SELECT id, date, hour(date) AS hour, dayname(date) AS weekday, origin, destination, distance,
      here.share AS late_here, everywhere.share AS late_everywhere, late
    FROM flight JOIN here USING (origin, slot) JOIN everywhere USING (slot)
    WHERE md5_number_lower(id::VARCHAR) % ${oneIn} = 0
    ORDER BY date, id`
}
