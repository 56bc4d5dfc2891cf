import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { readChoice, readList, readMoment, readNumber, readWhole } from './read-option.ts'

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('a number on the command line', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['.5', 0.5],
    ['0.25', 0.25],
    ['+1', 1],
    [' 1e-3 ', 0.001],
  ])("'%s' is read", (text, value) => {
    expect(readNumber('--x', text, 0, 1)).toBe(value)
  })

  test.each(['', ' ', 'lucky', '0x1', '0b1', 'NaN', 'Infinity', '1,5', '1 0', '-0.001', '1.001'])(
    "'%s' is refused with what is allowed",
    (text) => {
      expect(refusal(() => readNumber('--x', text, 0, 1))).toBe(
        `USAGE: --x must be a number from 0 to 1; got '${text}'`,
      )
    },
  )

  test('that must be whole may not have a fraction', () => {
    expect(readWhole('--n', '1e2', 0, 100)).toBe(100)
    expect(refusal(() => readWhole('--n', '1.5', 0, 100))).toBe(
      "USAGE: --n must be a whole number from 0 to 100; got '1.5'",
    )
  })
})

describe('a moment on the command line', () => {
  test.each([
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    [' 2026-01-31T09:30:00Z ', Date.UTC(2026, 0, 31, 9, 30)],
    ['2026-01-31T09:30:00+02:00', Date.UTC(2026, 0, 31, 7, 30)],
    // Not the time of the terminal's zone.
    ['2026-01-31T09:30', Date.UTC(2026, 0, 31, 9, 30)],
  ])("'%s' is read", (text, at) => {
    expect(readMoment('--from', text)).toBe(at)
  })

  test.each(['', 'yesterday', '2026-02-30', '2026-13-01', '31.01.2026', '1767139200000'])("'%s' is refused", (text) => {
    expect(refusal(() => readMoment('--from', text))).toBe(
      `USAGE: --from must be a day or an instant such as 2026-01-31T12:00:00Z; got '${text}'`,
    )
  })
})

test('a list is cut at commas, without blanks and empty parts', () => {
  expect(readList(' a, b c ,,d,')).toEqual(['a', 'b c', 'd'])
  expect(readList(' , ')).toEqual([])
})

test('a choice is taken as it is written, or all are named', () => {
  expect(readChoice('--task', 'binary', ['binary', 'regression'])).toBe('binary')
  expect(refusal(() => readChoice('--task', 'Binary', ['binary', 'regression']))).toBe(
    "USAGE: --task must be one of binary, regression; got 'Binary'",
  )
})
