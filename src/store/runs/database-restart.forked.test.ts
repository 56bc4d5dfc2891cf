import { afterEach, beforeEach, expect, test } from 'vitest'
import { killHard, makePlace, type Place, pause } from '../../../test/support/embedded-postgres.ts'
import { livePorts } from '../../../test/support/live-runs.ts'
import { runViolations } from '../../../test/support/run-violations.ts'
import { type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import type { LiveRunPorts } from '../../pipeline/live-ports.ts'
import { openDatabase } from '../postgres/database.ts'
import { processesIn } from '../postgres/embedded/postmaster-file.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded/start.ts'
import { migrate } from '../postgres/migrate.ts'

let place: Place
let server: EmbeddedPostgres
let world: RunWorld

beforeEach(async () => {
  place = makePlace()
  server = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  const database = await openDatabase(server.url)
  await migrate(database)
  world = await runWorld({ database, url: server.url, drop: () => database.close() })
})
afterEach(async () => {
  await world.close()
  await server.stop()
  await place.clear()
})

async function cameBack(): Promise<void> {
  await pause(300)
  server = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
}

test('a run goes on where it was when the database is killed and comes back', async () => {
  let trainings = 0
  const train: LiveRunPorts['train'] = async (order, step) => {
    trainings++
    for (const pid of await processesIn(place.data)) await killHard(pid).catch(() => {})
    const back = cameBack()
    const trained = await livePorts(world.dataFolder).train(order, step)
    await back
    return trained
  }
  const number = await world.queueRun({ model: 'restart' })
  const worker = await world.work({ train })
  let run = null
  for (let tries = 0; tries < 400 && run?.ended_at == null; tries++) {
    run = await world.run('restart', number).catch(() => null)
    await new Promise((done) => setTimeout(done, 50))
  }
  expect(run).toMatchObject({ state: 'trained' })
  expect(trainings).toBe(1)
  expect(await world.versions('restart')).toHaveLength(1)
  expect(await runViolations(world.database)).toEqual([])
  await worker.stop()
})
