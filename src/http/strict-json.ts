import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'

/** Deepest nesting of arrays and objects that is read. Count. */
export const MAX_DEPTH = 64

/** Only then is it worth looking at each key: an escape may spell any of them. */
const SUSPICIOUS = /__proto__|"prototype"|\\u/

/**
 * Refuses JSON that is no plain data: nesting beyond 64, keys that reach into prototypes, halves of characters. Of a key that stands twice
 * the last value counts, as everywhere in JavaScript.
 * @throws Fault USAGE
 */
export function checkJson(text: string): void {
  refuseDepth(text)
  if (!SUSPICIOUS.test(text)) return
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw notJson(error)
  }
  refuseKeys(value)
  refuseHalves(text, value)
}

/**
 * The value of a JSON text.
 * @throws Fault USAGE for what is no JSON, or no plain data
 */
export function parseJson(text: string): unknown {
  refuseDepth(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw notJson(error)
  }
  if (SUSPICIOUS.test(text)) refuseKeys(value)
  refuseHalves(text, value)
  return value
}

/** Half of a character that UTF-16 writes as two, spelled as an escape; whole ones are written as themselves. */
const HALF = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/

/** Other readers of JSON refuse a text with half a character in it: what we took in could not be handed on. */
function refuseHalves(text: string, value: unknown): void {
  if (!/\\ud/i.test(text)) return
  const found = HALF.exec(JSON.stringify(value) ?? '')
  if (found !== null)
    throw new Fault('USAGE', `a text must hold whole characters; got the half '${found[0].slice(-6)}'`)
}

/** @throws Fault USAGE when an object inside has a key that reaches into prototypes */
export function refuseKeys(value: unknown): void {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next)) {
      if (Object.hasOwn(next, '__proto__')) throw new Fault('USAGE', "the key '__proto__' is refused")
      // A column may well be called `constructor`; only with a `prototype` inside is it a way to harm.
      const maker = Object.getOwnPropertyDescriptor(next, 'constructor')?.value
      if (typeof maker === 'object' && maker !== null && Object.hasOwn(maker, 'prototype'))
        throw new Fault('USAGE', "the key 'constructor' with 'prototype' inside is refused")
    }
    for (const inner of Object.values(next)) waiting.push(inner)
  }
}

const QUOTE = 34
const BACKSLASH = 92
const OPENS = new Set([91, 123])
const CLOSES = new Set([93, 125])

function refuseDepth(text: string): void {
  if (text.length <= MAX_DEPTH) return
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      if (at < 0) return
    } else if (OPENS.has(code)) {
      if (++depth > MAX_DEPTH) throw new Fault('USAGE', `JSON may be nested ${MAX_DEPTH} deep; got more`)
    } else if (CLOSES.has(code)) depth--
  }
}

/** Where the string that begins at `from` ends; −1 where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return -1
}

function notJson(error: unknown): Fault {
  const why = errorText(error)
  return new Fault('USAGE', `the body is no JSON: ${why}`, {}, error)
}
