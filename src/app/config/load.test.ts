import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { churn, complaintsAbout, faultOf } from '../../../test/support/config-text.ts'
import type { FaultCode } from '../../base/fault.ts'
import { loadConfig, modelNamed, parseConfig } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'keepfit-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('defaults', () => {
  test('are under every model, and a key of the model wins as a whole', () => {
    const text = [
      'version: 1',
      'defaults: { label: { column: y, delayWindows: 2 }, cost: 0.5, breaker: { maxTrainings: 3 } }',
      'models: { a: {}, b: { cost: 1, label: { column: z } } }',
    ].join('\n')
    const { models } = parseConfig(text, 'keepfit.yaml')
    expect(models.get('a')).toMatchObject({ label: { column: 'y', delayWindows: 2 }, cost: 0.5 })
    expect(models.get('b')).toMatchObject({
      label: { column: 'z' },
      cost: 1,
      breaker: { maxTrainings: 3, maxRejections: 3 },
    })
    expect(models.get('b')?.label.delayWindows).toBeUndefined()
  })

  test('that are wrong are complained of once, where they stand', () => {
    const text =
      'version: 1\ndefaults:\n  cost: -1\nmodels: { a: { label: { column: y } }, b: { label: { column: y } } }'
    expect(complaintsAbout(text)).toEqual(['3: defaults.cost must be >= 0 and <= 1000; got -1'])
  })

  test('that do not fit a model are complained of where they stand', () => {
    const text = 'version: 1\ndefaults:\n  windows: { every: 1d }\nmodels: { a: { label: { column: y } } }'
    expect(complaintsAbout(text)).toEqual(['3: defaults.windows.every cuts by time and needs the key time'])
  })
})

test('what is left out is filled in: avoidable loss decides, a person is asked, a challenger is judged', () => {
  const [, settings] = modelNamed(parseConfig(churn(), 'keepfit.yaml'))
  expect(settings).toMatchObject({
    mode: 'advise',
    cost: 0.1,
    warmup: 0.15,
    deploy: 'gated',
    holdOutWindows: 2,
    reusePool: 4,
  })
  expect(settings.triggers.map((entry) => entry.trigger)).toEqual(['avoidable-loss'])
  expect(modelNamed(parseConfig(churn('triggers: []'), 'keepfit.yaml'))[1].triggers).toEqual([])
})

test('all problems are said at once, in the order of the lines, at most 20', () => {
  const few = complaintsAbout(churn('mode: robot', 'cost: -1', 'trigers: []'))
  expect(few.map((line) => line.slice(0, 2))).toEqual(['5:', '6:', '7:'])
  const many = complaintsAbout(churn(...Array.from({ length: 30 }, (_, i) => `unknown${i}: 1`)))
  expect(many).toHaveLength(21)
  expect(many.at(-1)).toBe('… and 10 more')
})

test.each<[string, FaultCode, string, Uint8Array | undefined]>([
  ['no file', 'FILE_MISSING', 'none.yaml', undefined],
  ['a folder', 'FILE_UNREADABLE', '', undefined],
  ['bytes that are no text', 'CONFIG_INVALID', 'latin.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)],
  ['megabytes', 'CONFIG_INVALID', 'large.yaml', new Uint8Array(5 * 1024 * 1024).fill(0x20)],
])('%s is a fault of its own', async (_, code, name, bytes) => {
  const path = join(folder, name)
  if (bytes !== undefined) writeFileSync(path, bytes)
  await expect(loadConfig(path)).rejects.toMatchObject({ code, message: expect.stringContaining(path) })
})

test('a model is found by its name, which may be left out where there is one', () => {
  const two = parseConfig('version: 1\ndefaults: { label: { column: y } }\nmodels: { a: {}, b: {} }', 'keepfit.yaml')
  expect(modelNamed(two, 'b')[0]).toBe('b')
  expect(faultOf(() => modelNamed(two, 'toString')).message).toBe(
    "no model of keepfit.yaml is called 'toString'; there are: a, b",
  )
  expect(faultOf(() => modelNamed(two)).message).toBe('keepfit.yaml has 2 models; say which; there are: a, b')
})
