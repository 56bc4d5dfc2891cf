import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { killed, type WorkerProcess, workerProcess } from '../../../test/support/run-processes.ts'
import { runViolations } from '../../../test/support/run-violations.ts'
import { type RunWorld, runWorld } from '../../../test/support/run-world.ts'
import { RUN_STEPS } from '../../pipeline/step-runner.ts'
import { readArtifact } from '../artifacts/artifact-files.ts'
import { readLog } from './read-runs.ts'

let world: RunWorld
const processes: WorkerProcess[] = []

async function started(options: { readonly concurrency?: number } = {}): Promise<WorkerProcess> {
  const process = await workerProcess(world, options)
  processes.push(process)
  return process
}

beforeAll(async () => {
  world = await runWorld()
})
afterEach(async () => {
  for (const process of processes.splice(0)) await killed(process)
})
afterAll(() => world.close())

/** Before a step, in it, when it is done but not remembered, and when it is. */
const POINTS = ['before', 'begun', 'done', 'after'] as const

test('a run whose process is killed at any boundary of any step is finished by another, and registered once', async () => {
  const models = RUN_STEPS.flatMap((step) => POINTS.map((point) => `kill.${point}.${step}`))
  for (const model of models) await world.queueRun({ model })
  const hits: string[] = []
  let isDone = false
  // One run at a time each: whoever dies takes nobody else's first attempt with it.
  const relay = async () => {
    while (!isDone) {
      const process = await started({ concurrency: 1 })
      if (isDone) await killed(process)
      await process.gone()
      for (const { event, model } of process.said) if (event === 'at') hits.push(String(model))
    }
  }
  const relays = [relay(), relay()]
  for (const model of models) expect(await world.ended(model, 1)).toMatchObject({ model, state: 'trained' })
  isDone = true
  for (const process of processes) await killed(process)
  await Promise.all(relays)
  expect(hits.sort()).toEqual([...models].sort())
  expect(await runViolations(world.database)).toEqual([])
  for (const model of models) {
    const [version, ...more] = await world.versions(model)
    expect(more).toEqual([])
    expect((await readArtifact(world.dataFolder, version?.artifact_digest ?? '')).length).toBe(version?.artifact_bytes)
  }
}, 110_000)

test('an attempt that sleeps while another takes its run over cannot register when it wakes', async () => {
  const model = 'hold.begun.register'
  const sleeper = await started()
  await world.queueRun({ model })
  await sleeper.heard(({ event, model: of }) => event === 'at' && of === model)
  sleeper.child.kill('SIGSTOP')
  const other = await started()
  const run = await world.ended(model, 1)
  expect(run).toMatchObject({ state: 'trained', owner: other.id })
  expect(run.epoch).toBeGreaterThan(1)
  await writeFile(join(world.dataFolder, `go.${model}`), '')
  sleeper.child.kill('SIGCONT')
  const thrown = await sleeper.heard(({ event, model: of }) => event === 'thrown' && of === model)
  expect(thrown).toMatchObject({ code: 'RUN_TAKEN_OVER', epoch: 1 })
  expect(await world.run(model, 1)).toEqual(run)
  expect(await world.versions(model)).toHaveLength(1)
  expect(await runViolations(world.database)).toEqual([])
  // It is well again, and takes the next run.
  await killed(other)
  await world.queueRun({ model: 'next' })
  expect(await world.ended('next', 1)).toMatchObject({ state: 'trained', owner: sleeper.id, epoch: 1 })
})

test('a process that stops in order hands its run over at once, and the steps that are done stay done', async () => {
  const model = 'hold.begun.judge'
  const first = await started()
  await world.queueRun({ model })
  await first.heard(({ event, model: of }) => event === 'at' && of === model)
  await writeFile(join(world.dataFolder, `go.${model}`), '')
  first.child.kill('SIGTERM')
  await first.gone()
  const second = await started()
  const run = await world.ended(model, 1)
  expect(run).toMatchObject({ state: 'trained' })
  expect([first.id, second.id]).toContain(run.owner)
  const lines = await readLog(world.database.kysely, { model, number: 1 }, { after: 0, limit: 100 })
  expect(lines.filter(({ line }) => line.startsWith('trained by'))).toHaveLength(1)
})

test('a run that kills every process which takes it fails, and says so', async () => {
  const model = 'loop.begun.train'
  await world.queueRun({ model })
  for (let attempt = 0; attempt < 5; attempt++) {
    const process = await started()
    await process.gone()
  }
  await started()
  const run = await world.ended(model, 1)
  expect(run).toMatchObject({ state: 'failed', epoch: 5 })
  expect(run.outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining('5 attempts ended with the death') })
})
