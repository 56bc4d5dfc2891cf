import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRng } from '../base/rng.ts'
import { liveSettingsOf } from './config/live.ts'
import { parseConfig } from './config/load.ts'
import { init } from './init.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-init-'))
  const rng = seededRng(7)
  const rows = ['customer_id,when,age,plan,email,active,churned']
  for (let row = 0; row < 4000; row++) {
    const when = new Date(Date.UTC(2026, 0, 1) + row * 1_800_000).toISOString()
    const age = 20 + Math.floor(rng() * 60)
    const plan = ['basic', 'plus', 'pro'][row % 3]
    rows.push(`${row},${when},${age},${plan},u${row}@x.example,${row % 2 === 0},${rng() < 0.3 ? 'yes' : 'no'}`)
  }
  await writeFile(join(folder, 'sample.csv'), `${rows.join('\n')}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

const asked = (more: object = {}) => ({
  model: 'churn',
  sample: join(folder, 'sample.csv'),
  label: 'churned',
  time: 'when',
  output: join(folder, 'keepfit.yaml'),
  ...more,
})

function settingsIn(text: string) {
  const settings = parseConfig(text, 'keepfit.yaml').models.get('churn')
  if (settings === undefined) return expect.unreachable('the model is in the file')
  return settings
}

describe('keepfit init', () => {
  test('learns task, columns, windows and contract, as a configuration that loads and can run live', async () => {
    const answer = await init(asked())
    const settings = settingsIn(answer.text)
    expect(answer).toMatchObject({ rows: 4000, features: 3 })
    expect(settings.task).toBe('binary')
    expect(settings.label).toEqual({ column: 'churned', positive: 'yes' })
    expect(settings.id).toBe('customer_id')
    expect(settings.ignore).toEqual(['email'])
    expect(settings.kinds).toEqual({ age: 'numeric', plan: 'categorical', active: 'boolean' })
    // 83 days: of the usual lengths, 7 days is the longest with 12 windows or more.
    expect([answer.every, answer.windows]).toEqual(['7d', 12])
    const contract = settings.contract === 'off' ? [] : settings.contract
    expect(contract).toContainEqual(expect.objectContaining({ rule: 'column-kinds' }))
    const known = contract.find(({ rule }) => rule === 'known-categories')
    expect(known).toMatchObject({ columns: { plan: ['basic', 'plus', 'pro'] } })
    const range = contract.find(({ rule }) => rule === 'value-range')
    expect(Object.keys(range !== undefined && 'columns' in range ? (range.columns ?? {}) : {})).toEqual(['age'])
    expect(liveSettingsOf('churn', settings, 1).everyMs).toBe(7 * 86_400_000)
  })

  test('takes what is said over what it would guess', async () => {
    const { text, every } = await init(asked({ positive: 'no', every: '1d', labelDelay: '3d', id: 'email' }))
    const settings = settingsIn(text)
    expect(every).toBe('1d')
    expect(settings.label).toEqual({ column: 'churned', positive: 'no', delay: '3d' })
    expect([settings.id, settings.windows]).toEqual(['email', { every: '1d' }])
    expect(settings.source).toBe(join(folder, 'sample.csv'))
  })

  test('writes the command that trains as its words, and what Keepfit may do by itself', async () => {
    const said = settingsIn((await init(asked({ trainer: "python 'my train.py' --out {output}", mode: 'auto' }))).text)
    expect(said.trainer).toMatchObject({ trainer: 'command', command: ['python', 'my train.py', '--out', '{output}'] })
    expect(said.mode).toBe('auto')
    const usual = settingsIn((await init(asked({ trainer: 'ydf-random-forest' }))).text)
    expect([usual.trainer.trainer, usual.mode]).toEqual(['ydf-random-forest', 'advise'])
    await expect(init(asked({ trainer: 'python train.py {typo}' }))).rejects.toThrow('--trainer')
  })

  test('refuses names and columns that cannot be', async () => {
    await expect(init(asked({ model: 'Churn!' }))).rejects.toThrow("a model's name is")
    await expect(init(asked({ label: 'gone' }))).rejects.toThrow("there is no label column 'gone'")
    await expect(init(asked({ label: 'plan', positive: 'x' }))).rejects.toThrow('--positive is for two classes')
    await expect(init(asked({ time: 'age' }))).rejects.toThrow('must hold dates or times')
    await expect(init(asked({ every: 'daily' }))).rejects.toThrow('--every must be a span of time')
  })
})
