/** One file as the rules see it. `path` is relative to the repository, with forward slashes. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

/** One import or re-export. */
export interface ImportLine {
  readonly line: number
  readonly specifier: string
  readonly isTypeOnly: boolean
}

const KEPT_BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|delete|do|else))\s*$/

/**
 * The code alone: comments and the insides of strings, templates and regular expressions become spaces, so that a rule
 * cannot trip over prose. Every other character and every line stays where it is. Code inside `${…}` stays code.
 * TypeScript 7 has no compiler API to ask; this knows just enough of the grammar to tell code from text.
 *
 * @param keep `strings` leaves the insides of quoted strings in place: import specifiers are read from there
 */
export function codeOf(text: string, keep: 'code' | 'strings' = 'code'): string {
  const out: string[] = []
  // Depth of braces at which each open `${` closes.
  const templates: number[] = []
  let braces = 0
  let at = 0

  const blank = (part: string) => part.replace(/[^\n]/g, ' ')
  const take = (part: string, isText: boolean) => {
    out.push(isText ? blank(part) : part)
    at += part.length
  }
  const templatePart = () => {
    const part = match(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y)
    take(part, true)
    if (text.startsWith('${', at)) {
      templates.push(braces)
      braces++
      take('${', false)
    } else take(text.slice(at, at + 1), false)
  }
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? ''
  }

  while (at < text.length) {
    const char = text[at] as string
    const comment = match(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y)
    if (comment !== '') {
      take(comment, true)
    } else if (char === "'" || char === '"') {
      take(char, false)
      take(match(char === "'" ? /(?:[^'\\\n]|\\[\s\S])*/y : /(?:[^"\\\n]|\\[\s\S])*/y), keep === 'code')
      take(text.slice(at, at + 1), false)
    } else if (char === '`') {
      take(char, false)
      templatePart()
    } else if (char === '/' && KEPT_BEFORE_REGEX.test(out.slice(-40).join(''))) {
      take(match(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*\/[a-z]*/y) || char, true)
    } else {
      if (char === '{') braces++
      if (char === '}') braces--
      take(char, false)
      if (char === '}' && templates.at(-1) === braces) {
        templates.pop()
        templatePart()
      }
    }
  }
  return out.join('')
}

const STATIC_IMPORT =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:(?:(?!\b(?:import|export)\b)[\w*\s{},$])*?\sfrom\s*)?(['"])([^'"\n]+)\2/gm
const DYNAMIC_IMPORT = /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g

/**
 * What a file imports or re-exports. `import { type A, type B }` counts as type-only too; `import('./x.ts')` never does.
 */
export function importsOf(text: string): ImportLine[] {
  const code = codeOf(text, 'strings')
  const bare = codeOf(text)
  const isCode = ({ 0: whole, index }: RegExpExecArray) =>
    /\b(?:import|export)\b/.test(bare.slice(index, index + whole.length))
  const found: ImportLine[] = []
  for (const match of [...code.matchAll(STATIC_IMPORT)].filter(isCode)) {
    const [whole, typeWord, , specifier] = match
    const names =
      /\{([^}]*)\}/
        .exec(whole)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? []
    const isOnlyTypedNames =
      names.length > 0 && names.every((name) => /^\s*type\s/.test(name)) && !/^\s*import\s+\w+\s*,/.test(whole)
    found.push({
      line: lineAt(code, match.index),
      specifier: specifier as string,
      isTypeOnly: typeWord !== undefined || isOnlyTypedNames,
    })
  }
  for (const match of [...code.matchAll(DYNAMIC_IMPORT)].filter(isCode)) {
    found.push({ line: lineAt(code, match.index), specifier: match[2] as string, isTypeOnly: false })
  }
  return found
}

/** The line, from 1, of a position. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** Where a relative specifier leads, as a path of the repository. */
export function resolveFrom(path: string, specifier: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.') parts.push(step)
  }
  return parts.join('/')
}
