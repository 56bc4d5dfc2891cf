import { codeOf, lineAt } from './source.ts'

const CALL = /\b(test|it|describe)(?:\.\w+(?:\([^()]*\))?)*\s*\(\s*(['"`])/g

/**
 * Tests that carry the full name (suites and title) of an earlier test of the file. Titles built with `${…}` are left
 * out: a loop gives each its own.
 */
export function repeatedTestNames(text: string): { line: number; name: string }[] {
  const code = codeOf(text)
  const suites: { title: string; end: number }[] = []
  const seen = new Set<string>()
  const repeated: { line: number; name: string }[] = []
  for (const match of code.matchAll(CALL)) {
    const from = match.index + match[0].length
    const to = code.indexOf(match[2] as string, from)
    const title = text.slice(from, to)
    if (match[1] === 'describe') {
      suites.push({ title, end: endOfCall(code, match.index + match[0].lastIndexOf('(')) })
      continue
    }
    if (match[2] === '`' && title.includes('${')) continue
    const around = suites.filter(({ end }) => end > match.index).map((suite) => suite.title)
    const name = [...around, title].join(' > ')
    if (seen.has(name)) repeated.push({ line: lineAt(text, match.index), name })
    seen.add(name)
  }
  return repeated
}

/** Where the parenthesis opened at `open` closes. */
function endOfCall(code: string, open: number): number {
  let depth = 0
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth++
    if (code[at] === ')' && --depth === 0) return at
  }
  return code.length
}
