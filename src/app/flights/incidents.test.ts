import { describe, expect, test } from 'vitest'
import { CONTROL, INCIDENTS } from './incidents.ts'

const FIRST_DECIDED = '2001-02-01'
const LAST = '2001-06-30'

describe('the incidents', () => {
  test('are real days within the flights that are decided on, one after the other without overlap', () => {
    let before = FIRST_DECIDED
    for (const { id, from, to } of INCIDENTS) {
      for (const day of [from, to]) expect(new Date(day).toISOString().slice(0, 10), id).toBe(day)
      expect(from <= to, id).toBe(true)
      expect(from > before, id).toBe(true)
      before = to
    }
    expect(before <= LAST).toBe(true)
  })

  test('leave the control month alone, and two days before it and after it', () => {
    expect(CONTROL.from >= FIRST_DECIDED).toBe(true)
    expect(INCIDENTS.filter(({ from, to }) => from <= '2001-03-02' && to >= CONTROL.from)).toEqual([])
  })

  test('have names of their own, and one of each kind', () => {
    expect(new Set(INCIDENTS.map(({ id }) => id)).size).toBe(INCIDENTS.length)
    expect(new Set(INCIDENTS.map(({ kind }) => kind)).size).toBe(INCIDENTS.length)
  })

  test('the old rule returns on the day after the new one ends', () => {
    const ofKind = (kind: string) => INCIDENTS.find((one) => one.kind === kind)!
    const dayAfter = new Date(Date.parse(ofKind('new-rule').to) + 86_400_000).toISOString().slice(0, 10)
    expect(ofKind('old-rule').from).toBe(dayAfter)
  })

  test('the wrong join spans a week, so that it meets a weekly training, and the turn of a month', () => {
    const join = INCIDENTS.find(({ kind }) => kind === 'wrong-join')!
    expect(Date.parse(join.to) - Date.parse(join.from)).toBeGreaterThanOrEqual(6 * 86_400_000)
    expect(['01', '15'].some((day) => ['03', '04'].some((m) => inside(join, `2001-${m}-${day}`)))).toBe(true)
  })
})

function inside({ from, to }: { from: string; to: string }, day: string): boolean {
  return from <= day && day <= to
}
