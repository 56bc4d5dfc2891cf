import { Fault } from './fault.ts'

/** Variables that every command gets, where there are such. */
const ALWAYS = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const
const PLACEHOLDER = /\{([a-z_]+(?:\.[a-z]+)?)\}/g

export type Variables = Readonly<Record<string, string | undefined>>

/** Names in braces that arguments hold, each once: `--data {train}` holds `train`. Other braces are plain text. */
export function placeholdersIn(argv: readonly string[]): string[] {
  return [...new Set(argv.flatMap((word) => Array.from(word.matchAll(PLACEHOLDER), (match) => match[1] ?? '')))]
}

/**
 * Puts values in the place of names in braces.
 * @throws Fault CONFIG_INVALID for a name that has no value, with those that have one
 */
export function fillIn(argv: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return argv.map((word) =>
    word.replaceAll(PLACEHOLDER, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value !== undefined) return value
      const known = Object.keys(values).map((one) => `{${one}}`)
      throw new Fault('CONFIG_INVALID', `a command may hold ${known.join(', ')}; got ${whole}`)
    }),
  )
}

/**
 * Arguments that name a file of a folder become its whole path, for the command runs elsewhere. The program itself is
 * looked for there only when it is written as a path: `python` is the one on PATH, whatever lies about.
 * @param pathOf the whole path of a relative one if that is a file, else null
 */
export function withPaths(argv: readonly string[], pathOf: (relative: string) => string | null): string[] {
  return argv.map((word, at) => {
    const isPath = at > 0 ? word !== '' && !word.startsWith('-') && !word.startsWith('/') : word.startsWith('./')
    return (isPath ? pathOf(word) : null) ?? word
  })
}

/** The whole environment of a command: a handful of variables, those that are passed on by name, and those that are set. */
export function environmentOf(
  from: Variables,
  { passed, set }: { readonly passed: readonly string[]; readonly set: Readonly<Record<string, string>> },
): Record<string, string> {
  const env: Record<string, string> = Object.create(null)
  for (const name of [...ALWAYS, ...passed]) {
    const value = from[name]
    if (value !== undefined) env[name] = value
  }
  return Object.assign(env, set)
}

/**
 * Splits a command line into words as a shell does, but for what a shell would do with them: blanks part words, single
 * and double quotes hold them together, a backslash takes the next character as it is (within double quotes only before
 * `"` and `\`). `$`, `*`, `|` and the like are plain characters.
 * @throws Fault USAGE when a quote is not closed
 */
export function splitWords(text: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    const next = text[at + 1]
    const isEscape = char === '\\' && next !== undefined && (quote === null || (quote === '"' && /["\\]/.test(next)))
    if (isEscape) {
      word = (word ?? '') + next
      at++
    } else if (quote !== null) {
      if (char === quote) quote = null
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + char
  }
  if (quote !== null) throw new Fault('USAGE', `a quote ${quote} is not closed in: ${text}`)
  return word === null ? words : [...words, word]
}
