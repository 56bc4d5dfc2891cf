import { expect, test } from 'vitest'
import { namedWindows, notesOn } from './refusal.ts'

test('one window is not windows', () => {
  expect(namedWindows([7])).toBe('1 window, 7')
  expect(namedWindows([9, 10, 12])).toBe('3 windows, 9 to 12')
})

test('a run says what it left out, and what it could not be judged on', () => {
  const chosen = { train: [3, 5], heldOut: [6], excluded: [4] }
  expect(notesOn(chosen, [])).toEqual([
    'learned from 2 windows, 3 to 5',
    'left out 1 window that breaks the data contract',
  ])
  expect(notesOn({ ...chosen, excluded: [1, 4] }, [6])).toEqual([
    'learned from 2 windows, 3 to 5',
    'left out 2 windows that break the data contract',
    'not judged on window 6, which the live version learned from',
  ])
})
