import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DecisionInfo, DecisionList, ReplayInfo } from '../../src/http/shapes/decisions.ts'
import { RunDetail } from '../../src/http/shapes/runs.ts'
import { VersionInfo } from '../../src/http/shapes/versions.ts'
import { WindowEvidence, type WindowInfo, WindowList } from '../../src/http/shapes/windows.ts'
import { CHURN_YAML, churnDay, DAY_MS, FIRST_DAY } from '../support/churn-events.ts'
import { embeddedPlace, type KeepfitPlace } from '../support/keepfit-place.ts'

const ROWS = 100

let here: KeepfitPlace

beforeAll(async () => {
  here = await embeddedPlace()
  // Every training learns from all windows but those that judge it, so that each sees the first one again.
  await writeFile(join(here.folder, 'keepfit.yaml'), `${CHURN_YAML}    data: { strategy: full }\n`)
  await here.up()
})
afterAll(async () => {
  await here.stop()
})

interface Label {
  readonly id: string
  readonly type: string
  readonly predictionId: string
  readonly time: number
  readonly label: number | null
}

const day = (number: number) => churnDay(number, { rows: ROWS, changeOn: 99 })
const labelsOf = (number: number) => (day(number) as Label[]).filter(({ type }) => type === 'label')
const firstLabel = (prediction: string) => {
  const [number] = /\d+/.exec(prediction) ?? []
  return labelsOf(Number(number)).find(({ predictionId }) => predictionId === prediction) as Label
}

/** An event of its own that says the opposite of the label which was sent. */
function corrected(prediction: string, time: number, label: number | null = 1 - Number(firstLabel(prediction).label)) {
  return { ...firstLabel(prediction), id: `corrected-${prediction}-${time}`, time, label }
}

async function send(events: readonly object[]): Promise<void> {
  expect(await (await here.api.send(events)).json()).toMatchObject({ accepted: events.length, repeated: 0 })
}

const decisions = async (): Promise<DecisionInfo[]> =>
  DecisionList.parse(await here.json('decisions', 'churn', '--limit', '1000')).decisions
const windows = async (): Promise<WindowInfo[]> => WindowList.parse(await here.json('windows', 'churn')).windows

interface Learned {
  readonly windows: readonly number[]
  /** In the order of the file. */
  readonly ids: readonly string[]
  readonly labels: ReadonlyMap<string, number>
}

/** What a version learned from. */
async function learned(version: number): Promise<Learned> {
  const { snapshotMd5, windows: read } = VersionInfo.parse(await here.json('versions', 'churn', String(version)))
  const home = join(here.folder, '.keepfit', 'snapshots', 'churn')
  const name = (await readdir(home)).find((one) => snapshotMd5?.startsWith(one))
  const folder = join(home, name ?? 'none')
  const { columns } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const duck = await DuckDBInstance.create(':memory:')
  const connection = await duck.connect()
  const query = `select "${columns.id}"::varchar as id, "${columns.label}"::int as label from read_parquet('${join(folder, 'train.parquet')}')`
  const rows = (await connection.runAndReadAll(query)).getRowObjectsJS() as { id: string; label: number }[]
  connection.closeSync()
  duck.closeSync()
  const labels = new Map(rows.map(({ id, label }) => [id, Number(label)]))
  return { windows: read, ids: rows.map(({ id }) => id), labels }
}

const opposite = (prediction: string) => 1 - Number(firstLabel(prediction).label)

test('a corrected label that came before a training is what the training learns from, once', async () => {
  const hour = DAY_MS / 24
  // The correction comes before the label that it corrects.
  await send([corrected('p0-0', firstLabel('p0-0').time + hour)])
  await send(day(0))
  // Of the same time, the last to come counts; an older one that comes later does not.
  await send([corrected('p0-3', firstLabel('p0-3').time)])
  await send([corrected('p0-4', firstLabel('p0-4').time - 1)])
  for (const number of [1, 2]) await send(day(number))
  await here.until(({ windows: { matured } }) => matured === 2)
  // Its window has matured; what was piled up for the training is read anew.
  await send([corrected('p0-1', FIRST_DAY + 3 * DAY_MS), corrected('p0-2', FIRST_DAY + 3 * DAY_MS, null)])
  for (const number of [3, 4]) await send(day(number))
  await here.until(({ champion, isDeciding }) => champion?.version === 1 && !isDeciding)

  const { windows: read, ids, labels } = await learned(1)
  expect(read.slice(0, 2)).toEqual([0, 1])
  const all = read.flatMap((number) => labelsOf(number))
  expect([...ids].sort()).toEqual(all.flatMap(({ predictionId: id }) => (id === 'p0-2' ? [] : [id])).sort())
  for (const { predictionId, label } of all.filter(({ predictionId: id }) => id !== 'p0-2'))
    expect([predictionId, labels.get(predictionId)]).toEqual([
      predictionId,
      ['p0-0', 'p0-1', 'p0-3'].includes(predictionId) ? opposite(predictionId) : Number(label),
    ])
})

test('one that comes after a decision leaves the decision as it was, and reaches the next training', async () => {
  for (const number of [5, 6, 7]) await send(day(number))
  const isCalm = (matured: number) =>
    here.until(
      ({ windows: seen, isDeciding, activeRun }) => seen.matured === matured && !isDeciding && activeRun === null,
    )
  await isCalm(7)
  const [decidedBefore, seenBefore] = [await decisions(), await windows()]
  const about = decidedBefore.filter(({ aboutWindow, window }) => (aboutWindow ?? window) === 6)
  expect(about.length).toBeGreaterThan(0)
  const evidence = () => here.api.json('/v1/models/churn/windows/6/evidence')
  const heard = WindowEvidence.parse(await evidence()).heard
  expect(heard.map(({ kind }) => kind)).toContain('labels-matured')

  // All labels of a window that was decided on, and one that the first version has learned from.
  const late = Array.from({ length: ROWS }, (_, row) => corrected(`p6-${row}`, FIRST_DAY + 8.4 * DAY_MS))
  await send([...late, corrected('p0-5', FIRST_DAY + 8.4 * DAY_MS)])
  await send(day(8))
  await isCalm(8)
  expect((await decisions()).slice(-decidedBefore.length)).toEqual(decidedBefore)
  expect((await windows()).slice(-7)).toEqual(seenBefore.slice(-7))
  expect(WindowEvidence.parse(await evidence()).heard).toEqual(heard)
  expect(ReplayInfo.parse(await here.json('replay', 'churn'))).toMatchObject({ isSame: true, differing: 0 })
  expect((await learned(1)).labels.get('p0-5')).toBe(Number(firstLabel('p0-5').label))

  for (const number of [9, 10]) await send(day(number))
  await isCalm(10)
  const because = ['--because', 'labels were corrected', '--wait']
  const { run } = RunDetail.parse(await here.json('run', 'churn', ...because))
  const { ids, labels } = await learned(run.version ?? 0)
  expect(new Set(ids).size).toBe(ids.length)
  const wrong = ['p0-5', ...late.map(({ predictionId }) => predictionId)].filter(
    (id) => labels.get(id) !== opposite(id),
  )
  expect(wrong).toEqual([])
  expect((await decisions()).slice(-decidedBefore.length)).toEqual(decidedBefore)
})
