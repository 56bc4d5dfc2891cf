import { describe, expect, test } from 'vitest'
import { environmentOf, fillIn, placeholdersIn, splitWords, withPaths } from './command-line.ts'

describe('a command line', () => {
  test.each([
    ['python train.py --data {train}', ['python', 'train.py', '--data', '{train}']],
    ['  a\t b\n', ['a', 'b']],
    [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']],
    [String.raw`a\ b "c\"d" 'e\f' "g\h"`, ['a b', 'c"d', String.raw`e\f`, String.raw`g\h`]],
    [`'' ""`, ['', '']],
    ['$HOME *.py | cat > x', ['$HOME', '*.py', '|', 'cat', '>', 'x']],
    ['', []],
  ])('%j is split into its words', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })

  test('with a quote that is not closed is refused', () => {
    expect(() => splitWords(`a 'b`)).toThrow("a quote ' is not closed")
    expect(() => splitWords('a "b\\"')).toThrow('a quote " is not closed')
  })
})

describe('placeholders', () => {
  test('are filled in wherever they stand, and other braces stay', () => {
    const argv = ['--a={train}', '{label}{label}', '{"x": {y}}', '{}', '{Train}']
    expect(placeholdersIn(argv)).toEqual(['train', 'label', 'y'])
    expect(
      fillIn(
        argv.filter((word) => !word.includes('{y}')),
        { train: '/t', label: 'l' },
      ),
    ).toEqual(['--a=/t', 'll', '{}', '{Train}'])
  })

  test('that nobody knows are refused with those that there are, and a value is not read again', () => {
    expect(() => fillIn(['{toString}'.toLowerCase()], { train: '/t' })).toThrow('may hold {train}; got {tostring}')
    expect(() => fillIn(['{constructor}'], { train: '/t' })).toThrow('got {constructor}')
    expect(fillIn(['{label}'], { label: '{train}', train: '/t' })).toEqual(['{train}'])
  })
})

test('an argument that names a file of the folder becomes its path; the program only where it is written as one', () => {
  const pathOf = (relative: string) => (relative.endsWith('train.py') ? `/base/${relative}` : null)
  expect(withPaths(['train.py', 'train.py', '--x', '-train.py', '/train.py', 'data'], pathOf)).toEqual([
    'train.py',
    '/base/train.py',
    '--x',
    '-train.py',
    '/train.py',
    'data',
  ])
  expect(withPaths(['./train.py'], pathOf)).toEqual(['/base/./train.py'])
})

test('an environment holds a handful of variables, those that are passed by name, and those that are set', () => {
  const from = { PATH: '/bin', HOME: '/h', SECRET: 's', TOKEN: 't', LANG: undefined }
  expect({ ...environmentOf(from, { passed: ['TOKEN', 'ABSENT'], set: { A: '1', HOME: '/other' } }) }).toEqual({
    PATH: '/bin',
    HOME: '/other',
    TOKEN: 't',
    A: '1',
  })
})
