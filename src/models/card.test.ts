import { expect, test } from 'vitest'
import { draftOf } from '../../test/support/registry.ts'
import { modelCard } from './card.ts'
import { cardText } from './card-text.ts'
import { versionDiff } from './diff.ts'
import type { Serving, Version } from './version.ts'

const version = (changes: Partial<Version> = {}): Version => ({
  ...draftOf('a'),
  model: 'churn',
  number: 2,
  createdAt: 1_700_000_000_000,
  collectedAt: null,
  ...changes,
})
const artifact = {
  learner: 'onnx' as const,
  task: { kind: 'binary' as const, classes: ['stays', 'leaves'] as const },
  features: [{ name: 'a|b <script>', kind: 'numeric' as const }],
}
const stretch = (changes: Partial<Serving> = {}): Serving => ({
  model: 'churn',
  number: 1,
  version: 2,
  fromAt: 1_700_000_000_000,
  toAt: null,
  fromWindow: null,
  reason: 'promoted',
  decision: 3,
  actor: 'loop',
  because: 'it loses less',
  ...changes,
})
const VERDICT = {
  gate: 'floor',
  outcome: 'pass' as const,
  observed: 0.91234567,
  limit: 0.8,
  interval: { low: 0.9, high: 0.92, level: 0.95 },
  rows: 500,
  because: 'above the floor',
}

test('a card tells data, verdicts with interval and n, and when the version was live', () => {
  const given = version({ windows: [0, 1, 2, 5, 7, 8], verdicts: [VERDICT], run: { number: 4, epoch: 2 }, parent: 1 })
  const card = modelCard({ version: given, artifact, serving: [stretch()], aliases: [] })
  const text = cardText(card)
  expect(card.overview).toBe(
    "Version 2 of 'churn': a model for binary classification of stays, leaves. It answers now.",
  )
  expect(card.data['Windows']).toBe('0–2, 5, 7–8 (6)')
  expect(text).toContain('| floor | pass | 0.912346 | 0.8 | 0.9 to 0.92 (95 %) | 500 |')
  expect(text).toContain('| 2023-11-14T22:13:20.000Z | now | promoted | loop | it loses less |')
  expect(text).toContain('- Run: run 4, attempt 2')
  expect(text).toContain('- Parent: version 1')
})

test('empty sections say so, and what nobody knows is a limit', () => {
  const given = version({ metrics: {}, cutOffAt: null, windows: [], origin: 'adopted', trainer: {} })
  const card = modelCard({ version: given, artifact: null, serving: [stretch({ version: 1 })], aliases: [] })
  const text = cardText(card)
  for (const title of ['Features', 'Trainer', 'Parameters', 'Metrics', 'Verdicts', 'When it was live'])
    expect(text).toContain(`## ${title}\n\n_Nothing is recorded here._`)
  expect(card.overview).toContain('It has never answered.')
  expect(card.limits).toEqual([
    'No gate has judged it.',
    'What it has learned from is not known: any row may be among it.',
    'It was trained elsewhere: what its training did is not known here.',
    'It was measured on the rows and windows named above, and says nothing of other populations.',
  ])
})

test('names cannot break out of a table or become HTML', () => {
  const text = cardText(modelCard({ version: version(), artifact, serving: [], aliases: [] }))
  expect(text).toContain('| a\\|b &lt;script&gt; | numeric |')
  expect(text).not.toContain('<script>')
})

test('a difference names both sides, and of numbers the change', () => {
  const a = version({
    metrics: { auc: 0.8, old: 1 },
    trainer: { trainer: 'x', config: { p: 1, q: 2 } },
    verdicts: [VERDICT],
  })
  const b = version({
    metrics: { auc: 0.9 },
    trainer: { config: { q: 2, p: 1 }, trainer: 'x' },
    windows: [4, 5],
    verdicts: [{ ...VERDICT, outcome: 'fail' }],
  })
  const found = versionDiff(a, b)
  const at = (part: string, what: string) => found.find((one) => one.part === part && one.what === what)
  expect(at('metrics', 'auc')).toMatchObject({ a: '0.8', b: '0.9', isSame: false })
  expect(at('metrics', 'auc')?.change).toBeCloseTo(0.1)
  expect(at('metrics', 'old')).toMatchObject({ a: '1', b: null, isSame: false, change: null })
  expect(at('trainer', 'config')).toMatchObject({ isSame: true })
  expect(at('data', 'windows')).toMatchObject({ a: '0 to 2', b: '4 to 5' })
  expect(at('verdicts', 'floor')).toMatchObject({ isSame: false, b: expect.stringContaining('fail') })
  expect(versionDiff(a, a).every(({ isSame }) => isSame)).toBe(true)
})
