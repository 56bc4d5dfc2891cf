import { describe, expect, test } from 'vitest'
import { accuracy, boolean, categorical, learned, numeric, rows } from '../../test/support/forests.ts'
import { seededRng } from '../base/rng.ts'
import { type Column, frame } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { builtInTrainers } from '../trainers/catalog.ts'

const ROWS = 1200

describe.each([...builtInTrainers.ids])('the inputs of %s', (id) => {
  test.each(['numeric', 'boolean', 'categorical'] as const)(
    'reads a missing %s in scoring as in training',
    async (kind) => {
      const rng = seededRng(6)
      const isMissing = rows(ROWS, () => rng() < 0.25)
      const column = (missing: readonly boolean[]): Column => {
        if (kind === 'numeric')
          return numeric(
            'x',
            missing.map((gap) => (gap ? null : rng())),
          )
        if (kind === 'boolean')
          return boolean(
            'x',
            missing.map((gap) => (gap ? null : rng() < 0.5)),
          )
        return categorical(
          'x',
          missing.map((gap) => (gap ? null : ['m', '', 'b'][Math.floor(rng() * 3)]!)),
        )
      }
      const noise = (count: number) =>
        numeric(
          'noise',
          rows(count, () => rng()),
        )
      const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
      const labels = isMissing.map((gap) => (rng() < (gap ? 0.95 : 0.05) ? 1 : 0))
      const { scorer } = await learned(id, task, frame([column(isMissing), noise(ROWS)]), labels)
      const fresh = rows(400, (row) => row % 2 === 0)
      const scores = await scorer.score(frame([column(fresh), noise(400)]))
      const wrong = fresh.filter((gap, row) => scores[row]! > 0.5 !== gap).length
      expect(wrong / 400).toBeLessThan(0.05)
      scorer.close()
    },
  )

  test('knows from a column with one value and gaps where the gaps are', async () => {
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const flag = rows(300, (row) => (row % 3 === 0 ? null : 7))
    const { scorer } = await learned(
      id,
      task,
      frame([numeric('flag', flag)]),
      flag.map((f) => (f === null ? 1 : 0)),
    )
    const scores = await scorer.score(frame([numeric('flag', [null, 7, 8, null])]))
    expect([...scores].map((p) => p > 0.5)).toEqual([true, false, false, true])
    scorer.close()
  })

  test('maps categories by their text, and survives new ones', async () => {
    const texts = ['__proto__', 'constructor', '', '<OOD>', 'm', 'Zürich\u0000"\n', '17']
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const positive = new Set(['__proto__', '', 'Zürich\u0000"\n'])
    const given = rows(700, (row) => texts[row % texts.length]!)
    const { scorer } = await learned(
      id,
      task,
      frame([categorical('c', given)]),
      given.map((t) => (positive.has(t) ? 1 : 0)),
    )
    const asked = [...texts].reverse()
    const recoded = categorical('c', asked, ['new', ...texts, 'hasOwnProperty'])
    const scores = await scorer.score(frame([recoded]))
    expect(asked.filter((_, row) => scores[row]! > 0.5)).toEqual(asked.filter((text) => positive.has(text)))
    const strange = await scorer.score(frame([categorical('c', ['new', null, 'hasOwnProperty', '\ud800'])]))
    expect([...strange].every((p) => p >= 0 && p <= 1)).toBe(true)
    scorer.close()
  })

  test('leaves constant and empty columns out, and still asks for them', async () => {
    const x = rows(200, (row) => row % 2)
    const empty = rows(200, () => null)
    const features = frame([
      numeric('empty', empty),
      categorical(
        'one',
        rows(200, () => 'a'),
      ),
      numeric('x', x),
    ])
    const { scorer } = await learned(id, { kind: 'binary', classes: ['no', 'yes'] }, features, x)
    expect(scorer.features.map((feature) => feature.name)).toEqual(['empty', 'one', 'x'])
    const other = frame([numeric('x', [0, 1]), categorical('one', ['b', null]), numeric('empty', [3, 4])])
    expect([...(await scorer.score(other))].map((p) => p > 0.5)).toEqual([false, true])
    scorer.close()
  })

  test('takes times, infinities and numbers of any size', async () => {
    const day = 86_400_000
    const at = rows(400, (row) => 1.7e12 + row * day)
    const time: Column = { kind: 'time', name: 't', values: Float64Array.from(at), missing: new Uint8Array(400) }
    const wild = rows(400, (row) => [Number.POSITIVE_INFINITY, 1e300, -1e300, 3e38, 0][row % 5]!)
    const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
    const features = frame([time, numeric('wild', wild)])
    const labels = rows(400, (row) => (row < 200 ? 0 : 1))
    const { scorer } = await learned(id, task, features, labels)
    expect(accuracy(task, await scorer.score(features), labels)).toBeGreaterThan(0.95)
    scorer.close()
  })
})
