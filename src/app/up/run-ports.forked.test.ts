import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { TERMS } from '../../../test/support/live-runs.ts'
import { PLAN, type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import type { DataStrategy } from '../../base/training.ts'
import { readLog } from '../../store/runs/read-runs.ts'
import type { RunWorker } from '../../store/runs/run-worker.ts'
import { openScorerPool } from '../scorer-pool.ts'
import { policyReader } from './policies.ts'
import { runPorts } from './run-ports.ts'

let world: RunWorld
let worker: RunWorker | null = null
beforeAll(async () => {
  world = await runWorld()
})
afterEach(async () => {
  await worker?.stop()
  worker = null
})
afterAll(() => world.close())

/** Says what it was given, and leaves no model: of each window the weights of its rows. */
const TELLS = `
const [head, ...rows] = require('fs').readFileSync(process.argv[1], 'utf8').trim().split('\\n').map((line) => line.split(','))
const [id, weight] = [process.env.KEEPFIT_ID_COLUMN, process.env.KEEPFIT_WEIGHT_COLUMN].map((name) => head.indexOf(name))
const seen = {}
for (const row of rows) (seen[row[id].split('-')[0]] ??= new Set()).add(weight < 0 ? 'none' : Number(row[weight]))
const told = Object.entries(seen).map(([window, weights]) => window + ' ' + [...weights].join('|'))
console.log(JSON.stringify({ columns: head, told: told.sort() }))
process.exit(1)`

/** What a training of such a policy is told, started as `keepfit up` starts it: snapshot, folder, schema, process. */
async function toldOf(model: string, data: DataStrategy): Promise<unknown> {
  const { database, dataFolder } = world
  const policies = policyReader(database.kysely)
  const scorers = openScorerPool({ loadArtifact: () => expect.unreachable(), environment: {}, baseFolder: dataFolder })
  const environment = { PATH: process.env['PATH'] }
  const parts = { database, dataFolder, baseFolder: dataFolder, policies, scorers, environment, version: '1' }
  const { writeSnapshot, verifySnapshot, readSnapshot, train } = runPorts(parts)
  const options = { command: [process.execPath, '-e', TELLS, '{train.csv}'] }
  const terms = async () => ({ ...TERMS, trainer: { id: 'command', options } })
  const number = await world.queueRun({ model, plan: { ...PLAN, data } })
  worker = await world.work({ terms, writeSnapshot, verifySnapshot, readSnapshot, train })
  expect(await world.ended(model, number)).toMatchObject({ state: 'failed', step: 'train' })
  await scorers.close()
  const lines = await readLog(database.kysely, { model, number }, { after: 0, limit: 100 })
  console.log(JSON.stringify((await world.run(model, number)).outcome), lines)
  const said = lines.find(({ stream, line }) => stream === 'out' && line.startsWith('{'))
  return JSON.parse(said?.line ?? 'null')
}

test('the weights of a policy reach the training: each row has that of its window, in a column that is named', async () => {
  expect(await toldOf('weighted', { strategy: 'recency-weighted', halfLifeWindows: 1 })).toEqual({
    columns: expect.arrayContaining(['x', 'colour', 'y', 'keepfit_weight', 'keepfit_id', 'keepfit_time']),
    told: ['w0 0.0625', 'w1 0.125', 'w2 0.25', 'w3 0.5', 'w4 1'],
  })
})

test('a policy without weights gives none, and names no column of them', async () => {
  expect(await toldOf('plain', { strategy: 'full' })).toEqual({
    columns: expect.not.arrayContaining(['keepfit_weight']),
    told: ['w0 none', 'w1 none', 'w2 none', 'w3 none', 'w4 none'],
  })
})
