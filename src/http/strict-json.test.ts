import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { checkJson, MAX_DEPTH, parseJson } from './strict-json.ts'

const outcome = (text: string) => {
  try {
    return JSON.stringify(parseJson(text))
  } catch (error) {
    return error instanceof Fault ? error.code : String(error)
  }
}

describe('JSON from outside', () => {
  test('is plain data', () => {
    expect(outcome('{"a":[1,null,"x"],"constructor":"Ferrari","prototype":1}')).toBe(
      '{"a":[1,null,"x"],"constructor":"Ferrari","prototype":1}',
    )
    expect(outcome('{"constructor":{"name":"Ferrari"}}')).toBe('{"constructor":{"name":"Ferrari"}}')
  })

  test.each([
    '{"__proto__":{"a":1}}',
    '[{"a":[{"__proto__":null}]}]',
    '{"\\u005f\\u005fproto__":1}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"\\u0063onstructor":{"prototype":1}}',
    '{"a":1',
    '',
    'undefined',
    "{'a':1}",
  ])('refuses %s', (text) => {
    expect(outcome(text)).toBe('USAGE')
  })

  test('may be nested so deep and no deeper, and brackets inside texts do not count', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(outcome(nested(MAX_DEPTH))).toBe(nested(MAX_DEPTH))
    expect(outcome(nested(MAX_DEPTH + 1))).toBe('USAGE')
    expect(outcome('['.repeat(1_000_000))).toBe('USAGE')
    expect(outcome(`{"a":"${'['.repeat(200)}\\\\\\"${'{'.repeat(200)}"}`)).toContain('[[[')
    expect(outcome(`["\\\\",${nested(MAX_DEPTH)}]`)).toBe('USAGE')
    expect(outcome(`${'[]'.repeat(100)}`)).toBe('USAGE')
    expect(outcome(`[${'[],'.repeat(100)}1]`)).toContain('[[]')
  })

  test('that is only checked is refused for the same', () => {
    expect(() => checkJson('{"__proto__":1}')).toThrow('__proto__')
    expect(() => checkJson('{"\\u0061":1}')).not.toThrow()
  })
})

describe('half a character', () => {
  test.each([
    ['as a value', '{"a":"x\\ud800y"}'],
    ['as a key', '{"\\udc00":1}'],
    ['in capitals, deep inside', '{"a":[{"b":"\\uDFFF"}]}'],
    ['behind a backslash that is one', '"\\\\\\ud800"'],
  ])('is refused %s', (_, text) => {
    expect(() => parseJson(text)).toThrow('a text must hold whole characters; got the half')
    expect(() => checkJson(text)).toThrow('a text must hold whole characters')
  })

  test('is not what looks like it: a pair, or the escape as text', () => {
    expect(parseJson('"\\ud83d\\ude00"')).toBe('😀')
    expect(parseJson('"\\\\ud800"')).toBe('\\ud800')
  })
})
