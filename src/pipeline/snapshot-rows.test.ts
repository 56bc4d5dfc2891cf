import { describe, expect, test } from 'vitest'
import { collected, ROWS, TERMS } from '../../test/support/live-runs.ts'
import { auditRows, type CollectedWindow, snapshotRows, spanOf } from './snapshot-rows.ts'

const { features } = TERMS.schema
const rowsOf = (windows: readonly CollectedWindow[], labelledOnly: boolean) =>
  snapshotRows(windows, features, { labelledOnly })
const SEQ = { newestSeq: 5, knownSeq: 5 }

describe('rows of windows', () => {
  test('stand below each other, with or without those that have no label', () => {
    const all = rowsOf([collected(1), collected(2)], false)
    expect(all.ids).toHaveLength(2 * ROWS)
    expect(spanOf(all, 2)).toEqual({ from: ROWS, to: 2 * ROWS })
    expect(spanOf(all, 3)).toBeNull()
    const labelled = rowsOf([collected(1), collected(2)], true)
    expect(labelled.ids).toHaveLength(2 * ROWS * 0.9)
    expect(labelled.ids).not.toContain('w1-9')
    expect(labelled.features.rows).toBe(labelled.ids.length)
  })
})

describe('the audit of what is learned from', () => {
  const train = rowsOf([collected(1)], true)
  const heldOut = rowsOf([collected(2)], false)

  test('passes what may be learned from', () => {
    expect(() => auditRows(train, heldOut, SEQ)).not.toThrow()
    expect(() => auditRows(train, rowsOf([], false), SEQ)).not.toThrow()
  })

  test('refuses what the run may not know of', () => {
    expect(() => auditRows(train, heldOut, { newestSeq: 6, knownSeq: 5 })).toThrow('may know of 5')
  })

  test('refuses a row that is held out, by id or by time', () => {
    const twin = { ...heldOut, ids: ['w1-0', ...heldOut.ids.slice(1)] }
    expect(() => auditRows(train, twin, SEQ)).toThrow('read twice')
    expect(() => auditRows(heldOut, train, SEQ)).toThrow()
  })

  test('refuses a row without a label, or of another time than its window', () => {
    expect(() => auditRows(rowsOf([collected(1)], false), heldOut, SEQ)).toThrow('has no label')
    const late = { ...train, times: train.times.map((time) => time + 3_600_000) }
    expect(() => auditRows(late, heldOut, SEQ)).toThrow('of another time')
  })
})
