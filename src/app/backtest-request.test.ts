import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import type { BacktestAsked } from '../cli/ports.ts'
import { backtestRequest } from './backtest-request.ts'

let folder = ''
let written = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-request-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const PLAIN: BacktestAsked = { source: 'history.csv', label: 'churned', policies: [], seed: 7 }

/** Asks for the model of a configuration file with these keys. */
async function configured(keys: readonly string[], asked: Partial<BacktestAsked> = {}, name = 'churn') {
  const config = join(folder, `${++written}.yaml`)
  await writeFile(config, ['version: 1', 'models:', `  ${name}:`, ...keys.map((key) => `    ${key}`)].join('\n'))
  return backtestRequest({ policies: [], seed: 7, config, ...asked })
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Fault)) throw error
  return `${error.code}: ${error.message}`
}

describe('a backtest without a configuration', () => {
  test('has the defaults that the help names', async () => {
    expect(await backtestRequest(PLAIN)).toMatchObject({
      source: 'history.csv',
      label: 'churned',
      cut: {},
      warmup: 0.15,
      labelDelayWindows: 0,
      costs: [0.02, 0.1, 0.5],
      policies: [],
      trainer: { trainer: 'ydf-gradient-boosting' },
      seed: 7,
      configured: null,
    })
  })

  test('does what was said instead', async () => {
    const said = {
      time: 'day',
      id: 'customer',
      ignore: ['name'],
      cut: { everyMs: 60_000 },
      warmup: 0.3,
      labelDelayWindows: 2,
      costs: [1],
      policies: ['never'],
      seed: 11,
      saveTo: 'keepfit.yaml',
    }
    const request = await backtestRequest({ ...PLAIN, ...said, trainer: 'ydf-random-forest' })
    expect(request).toMatchObject({ ...said, trainer: { trainer: 'ydf-random-forest', maxRows: 20_000 } })
  })

  test('needs a file and a label', async () => {
    expect(await refusal(backtestRequest({ label: 'y', policies: [], seed: 7 }))).toMatch(
      /^USAGE: .*a file and a label/,
    )
    expect(await refusal(backtestRequest({ source: 'a', policies: [], seed: 7 }))).toMatch(
      /^USAGE: .*a file and a label/,
    )
  })

  test.each([
    [{ time: 'churned' }, "the time must be another column than the label; got 'churned'"],
    [{ id: 'churned' }, "the id must be another column than label and time; got 'churned'"],
    [{ time: 'day', id: 'day' }, "the id must be another column than label and time; got 'day'"],
    [{ ignore: ['x', 'churned'] }, "the label cannot be ignored; got 'churned' for both"],
  ])('gives a column one meaning only: %j', async (twice, message) => {
    expect(await refusal(backtestRequest({ ...PLAIN, ...twice }))).toBe(`USAGE: ${message}`)
  })
})

describe('a backtest of a configuration', () => {
  const KEYS = ['label: { column: y, delay: 3d }', 'time: day', 'source: data.csv', 'windows: { every: 2d }']

  test('takes everything from its model', async () => {
    const keys = [...KEYS, 'cost: 0.4', 'warmup: 0.25', 'trainer: { trainer: ydf-random-forest, minRows: 50 }']
    expect(await configured(keys)).toMatchObject({
      source: join(folder, 'data.csv'),
      label: 'y',
      time: 'day',
      cut: { everyMs: 2 * 86_400_000 },
      warmup: 0.25,
      labelDelayWindows: 2,
      costs: [0.4],
      trainer: { trainer: 'ydf-random-forest', minRows: 50 },
      configured: { name: 'churn', settings: { cost: 0.4 }, played: { policy: { id: 'churn' } } },
    })
  })

  test('but what was said on the command line wins', async () => {
    const said = {
      source: 'other.csv',
      label: 'z',
      time: 'hour',
      cut: { count: 12 },
      warmup: 0.5,
      labelDelayWindows: 0,
      costs: [0.1, 1],
    }
    const request = await configured(KEYS, { ...said, trainer: 'ydf-random-forest' })
    expect(request).toMatchObject({ ...said, trainer: { trainer: 'ydf-random-forest', minRows: 30 } })
  })

  test('keeps what was not said', async () => {
    expect(await configured(KEYS, { label: 'z', time: undefined })).toMatchObject({ label: 'z', time: 'day' })
  })

  test('holds a column that was said against those of the model', async () => {
    expect(await refusal(configured(KEYS, { id: 'day' }))).toBe(
      "USAGE: the id must be another column than label and time; got 'day'",
    )
  })

  test.each(['never', 'psi', 'hindsight'])('refuses a model called %s, for the table has one already', async (name) => {
    expect(await refusal(configured(KEYS, {}, name))).toBe(
      `USAGE: model '${name}' has the name of a policy that is played beside it; give it another name`,
    )
  })
})
