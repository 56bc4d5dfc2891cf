import { expect, test } from 'vitest'
import { progressIn } from './progress-line.ts'

test('a plain line tells the share done, and what is being done', () => {
  expect(progressIn('keepfit progress 0.45 epoch 3/10')).toEqual({ share: 0.45, message: 'epoch 3/10', metrics: {} })
  expect(progressIn('keepfit progress 1')).toEqual({ share: 1, message: null, metrics: {} })
})

test('what is no share of one, or no progress, is another line', () => {
  for (const line of [
    'keepfit progress 1.1',
    'keepfit progress x',
    'my keepfit progress 0.1',
    '{"loss":1}',
    '{',
    '[]',
    '',
  ])
    expect(progressIn(line), line).toBeNull()
})

test('a line of JSON tells share, message and metrics; what is no finite number is left out', () => {
  expect(
    progressIn(' {"progress":0.5,"message":"half","metrics":{"loss":0.1,"acc":"0.9","bad":"x","nan":null}} '),
  ).toEqual({
    share: 0.5,
    message: 'half',
    metrics: { loss: 0.1, acc: 0.9 },
  })
  expect(progressIn('{"progress":7}')).toEqual({ share: null, message: null, metrics: {} })
})

test("a status of Kubeflow's trainer is understood, wrapped or not", () => {
  const status = { progressPercentage: 45, estimatedRemainingSeconds: 120, metrics: [{ name: 'loss', value: '0.15' }] }
  const told = { share: 0.45, message: null, metrics: { loss: 0.15 } }
  expect(progressIn(JSON.stringify({ trainerStatus: status }))).toEqual(told)
  expect(progressIn(JSON.stringify(status))).toEqual(told)
})

test('a metric called __proto__ changes no object', () => {
  const told = progressIn('{"progress":0.5,"metrics":{"__proto__":1,"a":2}}')
  expect(told?.metrics['a']).toBe(2)
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})
