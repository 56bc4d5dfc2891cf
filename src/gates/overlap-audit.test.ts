import { expect, test } from 'vitest'
import type { GateInput, RowIds } from './gate.ts'
import { overlapAuditGate } from './overlap-audit.ts'

function judge(ids: { champion: RowIds; challenger: RowIds; heldOut: RowIds }, equalContentRows: number | null = null) {
  const { champion, challenger, heldOut } = ids
  const input = { training: { champion, challenger }, heldOut, equalContentRows } as unknown as GateInput
  return overlapAuditGate.judge(input, { gate: 'overlap-audit' })
}

test('rows that neither learned from pass', () => {
  const verdict = judge({ champion: [1, 2], challenger: [3, 4], heldOut: [5, 6, 7] }, 2)
  expect(verdict).toMatchObject({ outcome: 'pass', observed: 0, limit: 0, rows: 3 })
  expect(verdict.because).toContain('rows of equal content under another id: 2')
})

test('a row that the challenger or the champion learned from fails, and is named', () => {
  expect(judge({ champion: [1], challenger: [3, 6], heldOut: [5, 6] })).toMatchObject({ outcome: 'fail', observed: 1 })
  const verdict = judge({ champion: [5], challenger: [3], heldOut: [5, 6] })
  expect(verdict).toMatchObject({ outcome: 'fail', because: expect.stringContaining('5 (champion)') })
})

test('of many shared rows three are named and all are counted, each once', () => {
  const verdict = judge({ champion: [11, 12], challenger: [11, 12, 13, 14], heldOut: [11, 12, 13, 14, 15] })
  expect(verdict.observed).toBe(4)
  expect(verdict.because.match(/\((?:challenger|champion)\)/g)).toHaveLength(3)
})

test('an id is the same row as text and as a number', () => {
  expect(judge({ champion: [], challenger: ['7'], heldOut: [7] }).outcome).toBe('fail')
  expect(judge({ champion: [], challenger: Float64Array.of(7), heldOut: ['7'] }).outcome).toBe('fail')
})

test('rows of equal content alone never fail', () => {
  expect(judge({ champion: [1], challenger: [2], heldOut: [3] }, 1).outcome).toBe('pass')
})

test('nothing held out, or training rows unknown, is inconclusive', () => {
  expect(judge({ champion: [1], challenger: [2], heldOut: [] }).outcome).toBe('inconclusive')
  expect(judge({ champion: [1], challenger: [], heldOut: [3] }).outcome).toBe('inconclusive')
})

test('a champion of unknown origin is said, not judged: its overlap could only help it', () => {
  const verdict = judge({ champion: [], challenger: [2], heldOut: [3] })
  expect(verdict).toMatchObject({
    outcome: 'pass',
    because: expect.stringContaining('champion learned from are not known'),
  })
})
