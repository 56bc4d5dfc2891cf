import { describe, expect, it } from 'vitest'
import type { EventValue } from './event.ts'
import { type EventSchemaWish, schemaLearner } from './event-schema.ts'

function learn(
  predictions: readonly Readonly<Record<string, EventValue>>[],
  labels: readonly EventValue[],
  wish: EventSchemaWish = {},
) {
  const learner = schemaLearner(wish)
  for (const features of predictions) learner.prediction(features)
  for (const label of labels) learner.label(label)
  return learner.learned()
}

const kinds = (predictions: readonly Readonly<Record<string, EventValue>>[]) =>
  learn(predictions, [0, 1]).features.map(({ kind }) => kind)

describe('what a model reads and says, as its events show', () => {
  it('has features in the order of their names, each of the kind of all its values', () => {
    const { features } = learn([{ b: 'x', a: 1 }, { c: true, a: null }, { d: '2026-01-01' }], [0, 1])
    expect(features).toEqual([
      { name: 'a', kind: 'numeric' },
      { name: 'b', kind: 'categorical' },
      { name: 'c', kind: 'boolean' },
      { name: 'd', kind: 'time' },
    ])
  })

  it.each([
    [[{ a: 1 }, { a: 'x' }], 'categorical'],
    [[{ a: 1 }, { a: true }], 'categorical'],
    [[{ a: '2026-01-01' }, { a: 'soon' }, { a: '2026-01-02' }], 'categorical'],
    [[{ a: 'soon' }, { a: '2026-01-01' }], 'categorical'],
    [[{ a: 5 }, { a: '2026-01-01' }], 'categorical'],
    [[{ a: null }], 'numeric'],
  ])('reads %j as %s', (predictions, kind) => {
    expect(kinds(predictions)).toEqual([kind])
  })

  it('heeds what was wished for', () => {
    const wish: EventSchemaWish = { features: ['c', 'a', 'unseen'], ignore: ['a'], kinds: { c: 'categorical' } }
    expect(learn([{ a: 1, b: 2, c: 3 }], [0, 1], wish).features).toEqual([
      { name: 'c', kind: 'categorical' },
      { name: 'unseen', kind: 'numeric' },
    ])
    expect(learn([{ a: 1 }], ['no', 'yes'], { positive: 'no' }).task).toEqual({
      kind: 'binary',
      classes: ['yes', 'no'],
    })
  })

  it.each([
    [[1, 0, null], { kind: 'binary', classes: ['0', '1'] }],
    [[true, false], { kind: 'binary', classes: ['false', 'true'] }],
    [['b', 'a', 'c'], { kind: 'multiclass', classes: ['a', 'b', 'c'] }],
    [[1.5, 2, 3], { kind: 'regression' }],
    [['1', 2], { kind: 'binary', classes: ['1', '2'] }],
  ])('reads the labels %j as a task', (labels, task) => {
    expect(learn([{ a: 1 }], labels).task).toEqual(task)
  })

  it.each([
    [['fraud'], 'ok', ['fraud', 'ok']],
    [[1], '0', ['0', '1']],
    [[true], 'false', ['false', 'true']],
    [['no', 'yes'], 'no', ['no', 'yes']],
  ])('adds what absence means to the labels %j: %s', (labels, absentMeans, classes) => {
    expect(learn([{ a: 1 }], labels, { absentMeans }).task).toEqual({ kind: 'binary', classes })
  })

  it('refuses labels of one value only, and predictions without features', () => {
    expect(() => learn([{ a: 1 }], [1])).toThrow(/one value only/)
    expect(() => learn([{}], [0, 1])).toThrow(/no prediction has told a feature/)
  })
})
