import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LONGEST_LINE, OutputLines, redactor } from './output-lines.ts'

function linesOf(chunks: readonly (string | Buffer)[], secrets: readonly string[] = []): string[] {
  const said: string[] = []
  const lines = new OutputLines(redactor(secrets), (text) => said.push(text))
  for (const chunk of chunks) lines.write(Buffer.from(chunk))
  lines.end()
  return said
}

describe('lines of a command', () => {
  test('end at a line feed, a carriage return or both, and the last one at the end', () => {
    expect(linesOf(['a\nb\r\nc\rd']).filter(Boolean)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('are the same however the bytes arrive', () => {
    const text = 'grün\n€uro …\nplain'
    const bytes = Buffer.from(text)
    expect(linesOf(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(text.split('\n'))
  })

  test('that never end come in pieces of a bounded length, nothing lost', () => {
    const said = linesOf(Array.from({ length: 100 }, () => 'z'.repeat(1000)))
    expect(said.join('')).toBe('z'.repeat(100_000))
    expect(Math.max(...said.map((line) => line.length))).toBe(LONGEST_LINE)
  })

  test('hold no secret, wherever it stands and however it is cut', () => {
    const secret = 'tiger&lily"9'
    fc.assert(
      fc.property(fc.nat(9000), fc.nat(5000), fc.array(fc.nat(10_000), { maxLength: 6 }), (before, after, cuts) => {
        const text = `${'a'.repeat(before)}${secret}${'b'.repeat(after)}`
        const places = [0, ...cuts.filter((at) => at < text.length).sort((x, y) => x - y), text.length]
        const chunks = places.slice(1).map((to, i) => text.slice(places[i], to))
        expect(linesOf(chunks, [secret]).join('')).toBe(`${'a'.repeat(before)}[secret]${'b'.repeat(after)}`)
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  test('hold no secret in JSON, in a URL, in base64, nor a line of one with many', () => {
    const secret = 'first"line\nsecond line/9'
    const forms = [
      'first"line',
      'second line/9',
      'first\\"line',
      'second%20line%2F9',
      Buffer.from(secret).toString('base64'),
    ]
    for (const form of forms) expect(linesOf([`<${form}>`], [secret]), form).toEqual(['<[secret]>'])
  })

  test('lose no text to a secret of three characters', () => {
    expect(linesOf(['abc abcd'], ['abc'])).toEqual(['abc abcd'])
    expect(linesOf(['abc abcd'], ['abcd'])).toEqual(['abc [secret]'])
  })

  test('take the longer of two secrets, one of which begins the other', () => {
    expect(linesOf(['pass1234'], ['pass', 'pass1234'])).toEqual(['[secret]'])
  })
})
