import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecisionList, ReplayInfo } from '../../src/http/shapes/decisions.ts'
import { History } from '../../src/http/shapes/models.ts'
import { type WindowInfo, WindowList } from '../../src/http/shapes/windows.ts'
import { CHURN_YAML, churnDay } from '../support/churn-events.ts'
import { embeddedPlace, type KeepfitPlace } from '../support/keepfit-place.ts'

/** Of a window; a day has 300 predictions, so that no window ends with a day but every second. */
const ROWS = 200
const CHANGE = 8
const DAYS = 18

let here: KeepfitPlace

beforeAll(async () => {
  here = await embeddedPlace()
  const yaml = CHURN_YAML.replace('{ every: 1d }', `{ rows: ${ROWS} }`).replace('delay: 1d', 'delayWindows: 1')
  await writeFile(join(here.folder, 'keepfit.yaml'), yaml)
  await here.up()
})
afterAll(async () => {
  await here.stop()
})

interface Event {
  readonly id: string
  readonly type: string
  readonly time: number
  readonly predictionId?: string
}

const day = (number: number) => churnDay(number, { changeOn: CHANGE }) as Event[]
const times = Array.from({ length: DAYS }, (_, number) => day(number))
  .flat()
  .flatMap(({ type, time }) => (type === 'prediction' ? [time] : []))

async function send(events: readonly object[]): Promise<void> {
  expect((await here.api.send(events)).status).toBe(200)
}

/** Oldest first. */
async function windows(): Promise<WindowInfo[]> {
  return WindowList.parse(await here.json('windows', 'churn', '--limit', '1000')).windows.reverse()
}

const closed = (count: number) => here.until(({ windows: { closed: seen } }) => seen >= count)

test('a window closes when it has its rows and something later has come, and not before', async () => {
  const predictions = day(0).filter(({ type }) => type === 'prediction')
  // What comes late within an open window counts as one of its rows.
  await send([...predictions.slice(0, 50), ...predictions.slice(51, ROWS)])
  await here.until(({ watermark }) => watermark === times[ROWS - 1])
  expect(await windows()).toEqual([])
  await send(predictions.slice(50, 51))
  // Of the instant at which it ends: it is still this window's.
  const twin = { ...predictions[ROWS - 1], id: 'twin' }
  await send([twin])
  expect(await windows()).toEqual([])
  await send([{ ...twin, id: 'late twin' }, ...predictions.slice(ROWS)])
  await closed(1)
  expect(await windows()).toMatchObject([
    { number: 0, start: times[0], end: (times[ROWS - 1] as number) + 1, rows: ROWS + 2, maturedAt: null },
  ])
  // Late for its time: one more than its rows, and those after it stay where they are.
  await send([{ ...predictions[0], id: 'too late by far' }])
  await send(day(0))
  await send(day(1))
  await closed(2)
  const [first, second] = await windows()
  expect(first?.rows).toBe(ROWS + 3)
  expect(second).toMatchObject({ number: 1, start: first?.end, end: (times[2 * ROWS - 1] as number) + 1, rows: ROWS })
})

test('windows mature one after the other, a version is trained, and one that was overtaken is replaced', async () => {
  for (let number = 2; number < CHANGE; number++) await send(day(number))
  await here.until(({ champion, isDeciding }) => champion?.version === 1 && !isDeciding)
  await here.api.kill()
  await here.up()
  for (let number = CHANGE; number < DAYS; number++) await send(day(number))
  const { champion } = await here.until(({ champion: now }) => (now?.version ?? 0) >= 2)
  expect(champion?.reason).toBe('promoted')
  const whole = times.length / ROWS
  // The last one has its rows, and a label that came later than they.
  await here.until(
    ({ windows: seen, isDeciding }) => seen.closed === whole && seen.matured === whole - 1 && !isDeciding,
  )

  const seen = await windows()
  expect(seen.map(({ number }) => number)).toEqual(Array.from({ length: whole }, (_, number) => number))
  expect(seen.slice(1).map(({ start }) => start)).toEqual(seen.slice(0, -1).map(({ end }) => end))
  expect(seen.map(({ end }) => end)).toEqual(seen.map(({ number }) => (times[(number + 1) * ROWS - 1] as number) + 1))
  expect(seen.slice(1).filter(({ rows }) => rows !== ROWS)).toEqual([])
  const matured = seen.filter(({ maturedAt }) => maturedAt !== null)
  expect(matured.map(({ number }) => number)).toEqual(seen.slice(0, -1).map(({ number }) => number))
  // The three that came beside the stream, and nobody else, have no label.
  expect(matured.filter(({ rows, labelledRows }) => labelledRows !== Math.min(rows, ROWS))).toEqual([])

  const { decisions } = DecisionList.parse(await here.json('decisions', 'churn', '--limit', '1000'))
  expect(decisions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['retrain', 'promote', 'keep']))
  const promoted = decisions.find(({ kind }) => kind === 'promote')
  expect(promoted?.window).toBeGreaterThanOrEqual((CHANGE * times.length) / DAYS / ROWS)
  expect(ReplayInfo.parse(await here.json('replay', 'churn'))).toMatchObject({ isSame: true })
  const { history } = History.parse(await here.json('history', 'churn'))
  expect(history.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['first', 'promoted']))
  const { stdout } = await here.run('windows', 'churn', '--limit', '3')
  const rows = stdout.split('\n').filter((line) => /^ *\d+ {2}/.test(line))
  expect(rows.map((line) => Number(line.trim().split(' ')[0]))).toEqual([whole - 1, whole - 2, whole - 3])
  expect(rows.map((line) => line.includes('waits'))).toEqual([true, false, false])
})
