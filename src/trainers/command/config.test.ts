import { describe, expect, test } from 'vitest'
import { CommandConfig, formatOf } from './config.ts'

const LEAST = { trainer: 'command', command: ['python', 'train.py', '{train}'] }

function complaint(change: object): string {
  return (CommandConfig.safeParse({ ...LEAST, ...change }).error?.issues ?? []).map(({ message }) => message).join('; ')
}

describe('the options of a command', () => {
  test('have a default wherever one can stand', () => {
    expect(CommandConfig.parse(LEAST)).toEqual({
      ...LEAST,
      format: 'parquet',
      profile: 'plain',
      hyperparameters: {},
      channel: 'train',
      env: {},
      passEnv: [],
      secrets: [],
      limit: '6h',
      scoreLimit: '10m',
      memoryMb: 0,
      graceSeconds: 10,
      minRows: 30,
      maxRows: 5_000_000,
      metrics: [],
    })
  })

  test.each([
    ['an unknown word in braces', { command: ['a', '--x={trian}'] }, 'got {trian}'],
    ['a word in braces of the other command', { score: ['a', '{train}'] }, 'may hold {model}, {data}'],
    ['no program', { command: [''] }, 'must name a program'],
    ['no words', { command: [] }, '>=1'],
    ['a zero character', { command: ['a', 'b\0'] }, 'zero character'],
    ['a pattern that is none', { metrics: [{ name: 'auc', regex: '(' }] }, 'must be a regular expression'],
    ['a pattern that is too long', { metrics: [{ name: 'auc', regex: 'a'.repeat(201) }] }, '<=200'],
    ['a variable that cannot be one', { passEnv: ['A=B'] }, 'must match pattern'],
    ['a channel that leads elsewhere', { channel: '../x' }, 'must match pattern'],
    ['a limit that is no time', { limit: 'soon' }, 'must be a span of time'],
    ['an option that nobody knows', { shell: true }, 'Unrecognized key'],
  ])('%s is refused', (_, change, said) => {
    expect(complaint(change)).toContain(said)
  })

  test('name the format in the words, or for themselves', () => {
    const format = (word: string) => formatOf({ command: ['a', word], format: 'parquet' })
    expect([format('{train}'), format('{train.csv}'), format('{train.parquet}')]).toEqual(['parquet', 'csv', 'parquet'])
    expect(formatOf({ command: ['{train}'], format: 'csv' })).toBe('csv')
  })
})
